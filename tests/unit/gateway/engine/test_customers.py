import pytest

from gateway.engine.crosswalk import Crosswalk
from gateway.engine.customers import CustomerService
from gateway.engine.routing import Entity, Route, Routes
from gateway.engine.source import Source
from schema.domain.customer import (
    CustomerKey,
    CustomerKeyKind,
    CustomerLink,
    email_key,
    phone_key,
)
from schema.domain.errors import SchemaDrift, Unavailable, Unsupported
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.move import Move
from schema.domain.reference import SourceRef
from schema.ports.customers import Customers
from tests.unit.gateway.engine.systems import (
    NOON,
    MemorySystem,
    a_customer,
    a_scope,
    a_source,
)

AIKO = email_key("aiko@example.jp")
CARD = CustomerKey(CustomerKeyKind.MEMBERSHIP, "K-77")
PHONE = phone_key("+81 3-1234-5678")
LINK = CustomerLink(membership="K-77", email="aiko@example.jp", phone="+81312345678")


def by_id(name: str) -> CustomerKey:
    """The key of an id."""
    return CustomerKey(CustomerKeyKind.ID, name)


def some_customers(*sources: Source, moves: tuple[Move, ...] = ()) -> Customers:
    """The customers, and their loyalty accounts, of some systems."""
    routes = [Route(source) for source in sources]
    return CustomerService(
        Routes({Entity.CUSTOMER: routes, Entity.LOYALTY: routes}), Crosswalk(moves)
    )


async def test_the_first_system_that_knows_a_customer_tells() -> None:
    """One that does not know them is passed over, and so is one that cannot look by the key."""
    crm, pos, web = MemorySystem(), MemorySystem(), MemorySystem()
    pos.customers_by = {AIKO: Unsupported("only membership numbers")}
    web.customers_by = {AIKO: a_customer("web", "9")}
    sources = [a_source("crm", crm), a_source("pos", pos), a_source("web", web)]
    customers = some_customers(*sources)

    assert a_customer("web", "9") == await customers.by_key(a_scope(), AIKO)
    assert await customers.by_key(a_scope(), CARD) is None


async def test_a_key_that_nobody_can_look_by_is_an_error() -> None:
    """That is not the same as an unknown customer."""
    pos = MemorySystem()
    pos.customers_by = {AIKO: Unsupported("only membership numbers")}
    with pytest.raises(Unsupported):
        await some_customers(a_source("pos", pos)).by_key(a_scope(), AIKO)


async def test_a_failure_never_falls_to_another_system() -> None:
    """The customer whom another knows by the key might be someone else."""
    crm, web = MemorySystem(), MemorySystem()
    crm.failure = Unavailable("gone")
    web.customers_by = {AIKO: a_customer("web", "9")}
    customers = some_customers(a_source("crm", crm), a_source("web", web))
    linked = await customers.by_links(a_scope(), [LINK])
    with pytest.raises(Unavailable):
        await customers.by_key(a_scope(), AIKO)

    assert isinstance(linked[0], Unavailable)
    assert [] == web.calls


async def test_links_are_followed_by_the_best_key() -> None:
    """The system's own id, else the membership number, else e-mail, else phone: in one call."""
    crm = MemorySystem()
    links = [
        CustomerLink(SourceRef("crm", "1"), "K-77"),
        CustomerLink(SourceRef("web", "1"), "K-77", "aiko@example.jp"),
        CustomerLink(email="aiko@example.jp", phone="+81312345678"),
        CustomerLink(phone="+81312345678"),
        CustomerLink(),
    ]
    crm.customers_by = {
        key: a_customer("crm", str(number))
        for number, key in enumerate([by_id("1"), CARD, AIKO, PHONE])
    }
    found = await some_customers(a_source("crm", crm)).by_links(a_scope(), [*links, None, links[0]])
    known = [a_customer("crm", str(number)) for number in range(4)]

    assert [*known, None, None, known[0]] == found
    assert [[by_id("1"), CARD, AIKO, PHONE]] == crm.asked("customers")


async def test_a_key_that_a_system_cannot_look_by_gives_way_to_the_next() -> None:
    """By the phone number at last; a system that answered `unknown` is not asked by another key."""
    crm = MemorySystem()
    crm.customers_by = {
        CARD: Unsupported("no cards"),
        AIKO: Unsupported("no e-mail"),
        PHONE: a_customer("crm", "1"),
    }
    other = CustomerLink(membership="K-78", phone="+81312345678")
    customers = some_customers(a_source("crm", crm))

    assert [a_customer("crm", "1"), None] == await customers.by_links(a_scope(), [LINK, other])
    assert [2, 1, 1] == [len(keys) for keys in crm.asked("customers")]


async def test_one_customer_is_one_record_whichever_order_leads_there() -> None:
    """Both links lead to the first system, though the second knows the order's own customer."""
    crm, web = MemorySystem(), MemorySystem()
    crm.customers_by = {CARD: a_customer("crm", "1")}
    web.customers_by = {by_id("9"): a_customer("web", "9")}
    links = [CustomerLink(SourceRef("web", "9"), "K-77"), CustomerLink(SourceRef("web", "9"))]
    customers = some_customers(a_source("crm", crm), a_source("web", web))
    found = await customers.by_links(a_scope(), links)

    assert [a_customer("crm", "1"), a_customer("web", "9")] == found


async def test_references_lead_to_where_the_customer_lives_now() -> None:
    """Moved, unknown, wrong in its own system, and of a system that is configured no more."""
    crm = MemorySystem()
    crm.customers_by = {by_id("n1"): a_customer("crm", "n1"), by_id("2"): SchemaDrift("name")}
    moves = (Move("Customer", SourceRef("old", "1"), SourceRef("crm", "n1")),)
    found = await some_customers(a_source("crm", crm), moves=moves).by_refs(
        a_scope(),
        [
            SourceRef("old", "1"),
            SourceRef("crm", "9"),
            SourceRef("crm", "2"),
            SourceRef("gone", "1"),
        ],
    )

    assert [a_customer("crm", "n1"), None] == found[:2]
    assert isinstance(found[2], SchemaDrift)
    assert isinstance(found[3], Unavailable)


async def test_loyalty_is_found_by_all_that_is_known() -> None:
    """By the customer's link, in the first programme that has an account."""
    crm, points = MemorySystem(), MemorySystem()
    member = a_customer("crm", "1", membership="K-77", email="aiko@example.jp")
    stranger = a_customer("crm", "2")
    account = LoyaltyRecord(SourceRef("points", "p1"), NOON, 120)
    crm.accounts = {member.link: Unsupported("keeps none")}
    points.accounts = {member.link: account}
    customers = some_customers(a_source("crm", crm), a_source("points", points))

    assert [account, None] == await customers.loyalty(a_scope(), [member, stranger])
