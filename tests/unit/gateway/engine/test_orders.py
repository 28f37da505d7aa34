from datetime import timedelta
from typing import Any

import pytest

from gateway.engine.crosswalk import Crosswalk
from gateway.engine.cursor import Cursor
from gateway.engine.orders import OrderService
from gateway.engine.routing import Entity, Route
from gateway.engine.source import Source
from schema.domain.customer import ExpectedCustomer
from schema.domain.errors import (
    InvalidRequest,
    SchemaDrift,
    SourceError,
    Unavailable,
    Unsupported,
)
from schema.domain.move import Move
from schema.domain.order import Channel, OrderQuery, OrderRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import SourceGap
from schema.ports.orders import OrderList, Orders
from tests.unit.gateway.engine.systems import (
    NOON,
    MemorySystem,
    a_customer,
    a_scope,
    a_source,
    an_order,
    some_routes,
)

AIKO = a_customer("crm", "1", membership="K-77")
KENJI = a_customer("crm", "2", membership="K-78")
DEAD = SourceGap("oms", "SOURCE_UNAVAILABLE")


def some_orders(*shares: Source | Route, moves: tuple[Move, ...] = ()) -> Orders:
    """The orders of some systems."""
    return OrderService(some_routes(Entity.ORDER, *shares), Crosswalk(moves))


def shop_and_web(pos: MemorySystem, oms: MemorySystem) -> Orders:
    """Orders of the stores by one system, all others by another."""
    shop = Route(a_source("pos", pos), channels=frozenset({Channel.STORE}))
    return some_orders(shop, a_source("oms", oms))


def online(name: str, minute: int = 0, **fields: Any) -> OrderRecord:
    """An order of the web shop."""
    return an_order("oms", name, minute, channel=Channel.WEB, **fields)


def a_shop(**fields: Any) -> MemorySystem:
    """A point of sale with orders 0 to 9, one a minute, the newest first."""
    system = MemorySystem()
    system.orders_kept = [an_order("pos", str(number), number, **fields) for number in range(10)]
    return system


def names(orders: OrderList) -> list[str]:
    """The native ids of a list's orders."""
    return [edge.node.ref.id for edge in orders.edges]


def a_list(answer: object) -> OrderList:
    """An answer that must be a list."""
    assert isinstance(answer, OrderList), answer

    return answer


async def test_orders_by_reference() -> None:
    """Moved, unknown, none, wrong in its system, and of a system that is configured no more."""
    pos = a_shop()
    pos.refused = {"7": SchemaDrift("total")}
    moves = (Move("Order", SourceRef("old", "A1"), SourceRef("pos", "3")),)
    refs = [
        SourceRef("old", "A1"),
        SourceRef("pos", "99"),
        None,
        SourceRef("pos", "7"),
        SourceRef("gone", "1"),
    ]
    found = await some_orders(a_source("pos", pos), moves=moves).by_refs(a_scope(), refs)

    assert [pos.orders_kept[3], None, None] == found[:3]
    assert isinstance(found[3], SchemaDrift)
    assert isinstance(found[4], Unavailable)


@pytest.mark.parametrize(
    ("pos", "oms", "found"),
    [
        (None, None, None),
        ("pos", None, "pos"),
        ("pos", Unavailable("gone"), "pos"),
        (None, Unavailable("gone"), Unavailable),
        (None, Unsupported("cannot"), None),
        (Unsupported("cannot"), Unsupported("cannot"), Unsupported),
        (Unsupported("cannot"), Unavailable("gone"), Unavailable),
    ],
)
async def test_an_order_by_its_number(
    pos: str | SourceError | None,
    oms: str | SourceError | None,
    found: str | type[SourceError] | None,
) -> None:
    """Known to one is enough; unknown is certain only where all who can look have looked."""
    systems = {"pos": MemorySystem(), "oms": MemorySystem()}
    for name, answer in (("pos", pos), ("oms", oms)):
        if isinstance(answer, SourceError):
            systems[name].refused = {"N-1": answer}
        elif answer:
            systems[name].orders_kept = [an_order(name, "1")]
    orders = some_orders(*(a_source(name, system) for name, system in systems.items()))
    if isinstance(found, type):
        with pytest.raises(found):
            await orders.by_number(a_scope(), "N-1")
        return
    order = await orders.by_number(a_scope(), "N-1")

    assert found == (order.ref.name if order else None)


async def test_a_copy_does_not_stand_in_for_the_owner() -> None:
    """While the owner is dead its order is not unknown, and a copy elsewhere is not its word."""
    pos, oms = a_shop(), MemorySystem()
    ginza = Route(a_source("pos", pos), stores=frozenset({"ginza"}))
    orders = some_orders(ginza, a_source("oms", oms))
    unowned = await orders.by_number(a_scope(), "N-1")
    oms.failure = Unavailable("gone")
    with pytest.raises(Unavailable):
        await orders.by_number(a_scope(), "N-1")

    assert unowned is None


async def test_pages_follow_one_another() -> None:
    """Newest first over both systems, each order once, and an end."""
    pos, oms = a_shop(), MemorySystem()
    oms.orders_kept = [online(f"o{number}", number) for number in range(0, 10, 2)]
    orders = shop_and_web(pos, oms)
    first = await orders.page(a_scope(), OrderQuery(), 6, None)
    second = await orders.page(a_scope(), OrderQuery(), 6, first.edges[-1].cursor)
    third = await orders.page(a_scope(), OrderQuery(), 6, second.edges[-1].cursor)

    assert ["0", "o0", "1", "2", "o2", "3"] == names(first)
    assert ["4", "o4", "5", "6", "o6", "7"] == names(second)
    assert ["8", "o8", "9"] == names(third)
    assert [True, True, False] == [it.has_next for it in (first, second, third)]


async def test_any_cursor_of_a_page_leads_on() -> None:
    """Not only the last: each edge's own continues after it."""
    orders = some_orders(a_source("pos", a_shop()))
    page = await orders.page(a_scope(), OrderQuery(), 5, None)
    after = await orders.page(a_scope(), OrderQuery(), 2, page.edges[1].cursor)

    assert ["2", "3"] == names(after)


async def test_the_query_goes_to_those_it_concerns() -> None:
    """A filter spares the systems whose share it does not meet, and others answer within it."""
    pos, oms = a_shop(store="ginza"), MemorySystem()
    oms.orders_kept = [online("o1", 1)]
    orders = some_orders(
        Route(a_source("pos", pos), channels=frozenset({Channel.STORE})),
        Route(a_source("oms", oms), channels=frozenset({Channel.WEB})),
    )
    query = OrderQuery(
        channels=[Channel.STORE],
        placed_after=NOON - timedelta(minutes=5),
        placed_before=NOON - timedelta(minutes=2),
    )
    page = await orders.page(a_scope(), query, 10, None)
    nowhere = await orders.page(a_scope(), OrderQuery(channels=[Channel.APP]), 10, None)

    assert (["2", "3", "4"], False) == (names(page), page.has_next)
    assert [] == oms.calls
    assert OrderList((), has_next=False) == nowhere


async def test_no_rows_asked_for() -> None:
    """An empty page says whether there is anything, also while a system is dead."""
    oms = MemorySystem()
    oms.failure = Unavailable("gone")
    some = await some_orders(a_source("pos", a_shop()), a_source("oms", oms)).page(
        a_scope(), OrderQuery(), 0, None
    )
    none = await some_orders(a_source("pos")).page(a_scope(), OrderQuery(), 0, None)

    assert ((), True) == (some.edges, some.has_next)
    assert ((), False) == (none.edges, none.has_next)


async def test_somebody_elses_cursor_is_refused() -> None:
    """It is the caller's mistake, and no system is asked."""
    pos = MemorySystem()
    with pytest.raises(InvalidRequest):
        await some_orders(a_source("pos", pos)).page(a_scope(), OrderQuery(), 5, "nonsense")

    assert [] == pos.calls


async def test_what_a_dead_system_leaves_out_is_told_with_its_range() -> None:
    """From the newest to the last row given, or as far as the query goes; then it is back."""
    pos, oms = a_shop(), MemorySystem()
    oms.orders_kept = [online("o3", 3)]
    oms.failure = Unavailable("gone")
    orders = shop_and_web(pos, oms)
    scope = a_scope()
    first = await orders.page(scope, OrderQuery(), 2, None)
    placed = [NOON - timedelta(minutes=minute) for minute in range(10)]
    cursor = first.edges[-1].cursor
    query = OrderQuery(placed_after=placed[4])
    rest = await orders.page(a_scope(), query, 9, cursor)
    oms.failure = None
    healed = await orders.page(a_scope(), query, 9, cursor)

    assert (SourceGap("oms", "SOURCE_UNAVAILABLE", None, placed[1]),) == first.missing
    assert [*first.missing] == scope.gaps
    assert (SourceGap("oms", "SOURCE_UNAVAILABLE", placed[1], placed[4]),) == rest.missing
    assert (["2", "3", "o3"], ()) == (names(healed), healed.missing)


async def test_a_system_that_dies_on_the_way_keeps_what_it_gave() -> None:
    """Its rows stand, and its gap begins where it had come to."""
    pos = a_shop()
    pos.cap = 3
    page = pos.order_page

    async def failing(*args: Any, **kwargs: Any) -> Any:
        if kwargs["hint"] == "6":
            raise Unavailable("gone")
        return await page(*args, **kwargs)

    pos.order_page = failing  # type: ignore[method-assign]
    found = await some_orders(a_source("pos", pos)).page(a_scope(), OrderQuery(), 9, None)

    assert [str(number) for number in range(6)] == names(found)
    assert not found.has_next
    assert (
        SourceGap("pos", "SOURCE_UNAVAILABLE", NOON - timedelta(minutes=5), None),
    ) == found.missing


async def test_where_all_are_dead_the_list_is_an_error() -> None:
    """There is nothing to show, and nothing is claimed to be complete."""
    systems = [MemorySystem(), MemorySystem()]
    for system in systems:
        system.failure = Unavailable("gone")
    orders = some_orders(*(a_source(f"s{n}", system) for n, system in enumerate(systems)))
    with pytest.raises(Unavailable):
        await orders.page(a_scope(), OrderQuery(), 5, None)


async def test_a_system_that_never_comes_to_its_rows_is_cut_off() -> None:
    """After twenty pages without a row of its own its gap is told; alone, it is the error."""
    pos, oms = a_shop(), MemorySystem()
    oms.orders_kept = [an_order("oms", str(n)) for n in range(100)]
    oms.cap = 2
    found = await shop_and_web(pos, oms).page(a_scope(), OrderQuery(), 3, None)
    web = Route(a_source("oms", oms), channels=frozenset({Channel.WEB}))
    with pytest.raises(Unavailable, match="20 pages"):
        await some_orders(web).page(a_scope(), OrderQuery(), 3, None)

    assert ["0", "1", "2"] == names(found)
    assert ("oms",) == tuple(it.source for it in found.missing)


async def test_a_list_cut_short_goes_on() -> None:
    """Where rows are certain when the pages run out, they are given, and the next ones follow."""
    pos = a_shop()
    pos.cap = 1
    pos.orders_kept += [an_order("pos", str(n), n) for n in range(10, 30)]
    orders = some_orders(a_source("pos", pos))
    first = await orders.page(a_scope(), OrderQuery(), 25, None)
    second = await orders.page(a_scope(), OrderQuery(), 25, first.edges[-1].cursor)

    assert first.has_next
    assert () == first.missing
    assert [str(n) for n in range(30)] == [*names(first), *names(second)]
    assert not second.has_next


async def test_hints_spare_systems_the_search() -> None:
    """A page deep in the list costs no more than the second one: the hint leads there."""
    pos = a_shop()
    pos.orders_kept += [an_order("pos", str(n), n) for n in range(10, 300)]
    orders = some_orders(a_source("pos", pos))
    cursor, calls = None, []
    for _ in range(8):
        page = await orders.page(a_scope(), OrderQuery(), 30, cursor)
        cursor = page.edges[-1].cursor
        calls.append(len(pos.calls))
        pos.calls.clear()

    assert [1, *[2] * 7] == calls
    assert "pos" in Cursor.parse(cursor or "").hints


async def test_orders_of_many_customers_cost_one_call_a_system() -> None:
    """Merged for each, newest first, with only the asked channels, and the same customer twice."""
    pos, oms = MemorySystem(), MemorySystem()
    pos.orders_by_link = {AIKO.link: [an_order("pos", "1", 1), an_order("pos", "2", 5)]}
    oms.orders_by_link = {
        AIKO.link: [online("o1", 3)],
        KENJI.link: [online("o2", 4)],
    }
    orders = shop_and_web(pos, oms)
    every = await orders.of_customers(a_scope(), [AIKO, KENJI, AIKO], 5, None, None)
    web = await orders.of_customers(a_scope(), [AIKO], 5, None, [Channel.WEB])

    assert [["1", "o1", "2"], ["o2"], ["1", "o1", "2"]] == [names(a_list(it)) for it in every]
    assert [["o1"]] == [names(a_list(it)) for it in web]
    assert [[AIKO.link, KENJI.link], [AIKO.link]] == oms.asked("orders_of")
    assert [[AIKO.link, KENJI.link]] == pos.asked("orders_of")
    assert [] == pos.asked("order_page")


def test_a_customer_is_expected_where_every_system_finds_orders_by_the_reference() -> None:
    """Wherever the customer has moved since; one system that needs more is enough to wait."""
    pos, oms = MemorySystem(), MemorySystem()
    shares = a_source("pos", pos), a_source("oms", oms)
    old, new = SourceRef("till", "1"), SourceRef("crm", "7")
    orders = some_orders(*shares, moves=(Move("Customer", old, new),))
    oms.finds_by = {"crm"}
    waits = orders.expected_customer(old)
    pos.finds_by = {"crm"}

    assert waits is None
    assert ExpectedCustomer(new) == orders.expected_customer(old)
    assert orders.expected_customer(SourceRef("other", "1")) is None


async def test_nobodys_orders() -> None:
    """No customers, no calls."""
    pos = MemorySystem()

    assert [] == await some_orders(a_source("pos", pos)).of_customers(a_scope(), [], 5, None, None)
    assert [] == pos.calls


async def test_a_customers_list_goes_on_as_a_page() -> None:
    """The first part says that there is more, and its cursor leads there."""
    pos = a_shop(customer=AIKO.link)
    pos.orders_by_link = {AIKO.link: pos.orders_kept}
    orders = some_orders(a_source("pos", pos))
    first = a_list((await orders.of_customers(a_scope(), [AIKO], 4, None, None))[0])
    cursor = first.edges[-1].cursor
    second = a_list((await orders.of_customers(a_scope(), [AIKO], 9, cursor, None))[0])
    wrong = await orders.of_customers(a_scope(), [AIKO], 9, "nonsense", None)

    assert (["0", "1", "2", "3"], True) == (names(first), first.has_next)
    assert (["4", "5", "6", "7", "8", "9"], False) == (names(second), second.has_next)
    assert isinstance(wrong[0], InvalidRequest)


async def test_rows_that_a_filter_leaves_short_are_fetched_as_a_page() -> None:
    """What the newest few do not tell is asked for again, for that customer alone."""
    pos = a_shop(customer=AIKO.link)
    pos.orders_kept += [an_order("pos", "w", 30, customer=AIKO.link, channel=Channel.WEB)]
    pos.orders_by_link = {AIKO.link: pos.orders_kept, KENJI.link: []}
    orders = some_orders(a_source("pos", pos))
    found = await orders.of_customers(a_scope(), [AIKO, KENJI], 2, None, [Channel.WEB])

    assert [["w"], []] == [names(a_list(it)) for it in found]
    assert 1 == len(pos.asked("order_page"))


async def test_orders_of_one_moment_are_not_lost_at_the_edge() -> None:
    """Where the cut falls among orders of the same second, the page decides, not the batch."""
    tied = [an_order("pos", str(n), 0, customer=AIKO.link) for n in (1, 2, 3, 4)]
    pos = MemorySystem()
    pos.orders_kept = tied
    pos.orders_by_link = {AIKO.link: tied}
    orders = some_orders(a_source("pos", pos))
    seen: list[str] = []
    cursor = None
    for _ in range(2):
        page = a_list((await orders.of_customers(a_scope(), [AIKO], 2, cursor, None))[0])
        seen += names(page)
        cursor = page.edges[-1].cursor

    assert ["4", "3", "2", "1"] == seen


async def test_a_dead_system_is_a_gap_in_each_customers_list() -> None:
    """As far as the list goes; told once for the whole answer; where all are dead, an error."""
    pos, oms = a_shop(customer=AIKO.link), MemorySystem()
    pos.orders_by_link = {AIKO.link: pos.orders_kept}
    oms.failure = Unavailable("gone")
    orders = shop_and_web(pos, oms)
    scope = a_scope()
    found = await orders.of_customers(scope, [AIKO, KENJI], 2, None, None)
    alone = await some_orders(a_source("oms", oms)).of_customers(a_scope(), [AIKO], 2, None, None)
    ranged = SourceGap("oms", "SOURCE_UNAVAILABLE", None, NOON - timedelta(minutes=1))

    assert [(ranged,), (DEAD,)] == [a_list(it).missing for it in found]
    assert [ranged, DEAD] == scope.gaps
    assert isinstance(alone[0], Unavailable)
