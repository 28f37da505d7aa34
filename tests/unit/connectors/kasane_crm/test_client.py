"""The connector against the sample CRM: what is asked, what comes back, and what failures mean."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.kasane_crm.client import KasaneCrm
from connectors.sdk.context import CallContext
from connectors.sdk.ports import CustomerReader, LoyaltyReader
from connectors.sdk.registry import describe
from gateway.demo.crm.records import Person, customer_id, duplicates
from gateway.demo.data.kasane import kasane
from gateway.demo.data.records import Customer
from gateway.demo.process import Fault
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink, CustomerRecord
from schema.domain.errors import Conflict, RateLimited, SchemaDrift, SourceError, Unavailable
from schema.domain.reference import SourceRef

EMAIL = CustomerKeyKind.EMAIL
ID = CustomerKeyKind.ID
MEMBERSHIP = CustomerKeyKind.MEMBERSHIP
PHONE = CustomerKeyKind.PHONE

DUPLICATES = duplicates(kasane().customers)
MEMBERS = [it for it in kasane().customers if it.membership]
CARDLESS = next(it for it in kasane().customers if it.in_crm and not it.membership)
STRANGER = next(it for it in kasane().customers if not it.in_crm)


def key(customer: Customer, kind: CustomerKeyKind = ID) -> CustomerKey:
    """A key of a customer, in the form in which keys are compared."""
    values = {
        ID: customer_id(customer),
        EMAIL: customer.email,
        PHONE: customer.phone,
        MEMBERSHIP: customer.membership or "",
    }
    return CustomerKey(kind, values[kind])


def whose(record: Person) -> Customer:
    """The customer whom a duplicate tells of."""
    address = (record.email or "").lower()
    return next(it for it in kasane().customers if it.email == address)


def merged() -> tuple[Person, Customer]:
    """A record that was merged, and the customer whose it was."""
    record = next(it for it in DUPLICATES if it.merged_into)
    return record, whose(record)


def unmerged() -> Customer:
    """A customer with two records."""
    return whose(next(it for it in DUPLICATES if not it.merged_into))


def test_it_offers_customers_and_loyalty() -> None:
    """The manifest is read, and the ports are found by the class's methods."""
    found = describe("kasane_crm", KasaneCrm)

    assert {CustomerReader.__name__, LoyaltyReader.__name__} == found.ports
    assert 100 == found.manifest.limits.batch_max


async def test_nothing_is_called_before_it_is_asked(
    server: Any, crm: Any, ctx: CallContext
) -> None:
    """A gateway starts beside a dead system, and an empty batch is no call."""
    assert {} == await crm.customers(ctx, [])
    assert {} == await crm.loyalty(ctx, [])
    assert {} == server.calls


async def test_a_customer_is_read_in_our_terms(crm: Any, ctx: CallContext) -> None:
    """The name in one piece, the address in lower case, the phone number in E.164."""
    customer = next(it for it in MEMBERS if it.number % 5 == 0)
    begun = datetime.now(UTC)
    found = (await crm.customers(ctx, [key(customer)]))[key(customer)]

    assert isinstance(found, CustomerRecord)
    assert begun <= found.as_of <= datetime.now(UTC)
    assert found == CustomerRecord(
        ref=SourceRef("crm", customer_id(customer)),
        as_of=found.as_of,
        name=f"{customer.family_name} {customer.given_name}",
        email=customer.email,
        phone=customer.phone,
        membership=customer.membership,
    )
    assert not (found.name or "").isascii()


async def test_each_kind_of_key_is_one_call(server: Any, crm: Any, ctx: CallContext) -> None:
    """A hundred keys cost what four do."""
    keys = [key(it, kind) for kind in (ID, EMAIL, PHONE, MEMBERSHIP) for it in MEMBERS[:25]]
    found = await crm.customers(ctx, keys)

    assert keys == list(found)
    for given, record in found.items():
        assert isinstance(record, CustomerRecord), given
    assert 25 == len({it.ref for it in found.values() if isinstance(it, CustomerRecord)})
    assert {"token": 1, "customers.batch": 1, "customers.lookup": 3} == server.calls


async def test_one_that_is_unknown_is_absent(crm: Any, ctx: CallContext) -> None:
    """Whatever the kind of key, and without harm to the others."""
    strangers = [key(STRANGER), key(STRANGER, EMAIL), key(STRANGER, PHONE)]
    nobody = CustomerKey(MEMBERSHIP, "M00000000")

    found = await crm.customers(ctx, [*strangers, nobody, key(CARDLESS)])

    assert [key(CARDLESS)] == list(found)


async def test_a_key_given_twice_is_asked_once(crm: Any, ctx: CallContext) -> None:
    """The answer is one as well."""
    again = key(MEMBERS[0])

    assert [again] == list(await crm.customers(ctx, [again, again]))


async def test_every_phone_number_leads_back_to_its_customer(crm: Any, ctx: CallContext) -> None:
    """The CRM writes Japanese numbers nationally, and others with their country's code."""
    abroad = [it for it in MEMBERS if it.phone.startswith("+65")]
    fixed = [it for it in MEMBERS if it.phone.startswith(("+8133", "+8166"))]
    asked = [*abroad[:10], *fixed[:10], *MEMBERS[:10]]

    found = await crm.customers(ctx, [key(it, PHONE) for it in asked])

    for customer in asked:
        record = found[key(customer, PHONE)]
        assert isinstance(record, CustomerRecord)
        assert (customer.phone, customer_id(customer)) == (record.phone, record.ref.id)


async def test_a_merged_record_answers_with_the_other(
    server: Any, crm: Any, ctx: CallContext
) -> None:
    """By its old id and by the address that both records bear, without a further call."""
    record, customer = merged()
    old = CustomerKey(ID, record.id)
    found = await crm.customers(ctx, [old, key(customer, EMAIL)])

    for given in (old, key(customer, EMAIL)):
        answer = found[given]
        assert isinstance(answer, CustomerRecord)
        assert customer_id(customer) == answer.ref.id
        assert customer.membership == answer.membership
    assert {"token": 1, "customers.batch": 1, "customers.lookup": 1} == server.calls


async def test_two_records_that_nobody_merged_are_a_conflict(crm: Any, ctx: CallContext) -> None:
    """A person is never guessed; each of the records can still be read by what is its own."""
    customer = unmerged()
    found = await crm.customers(ctx, [key(customer, EMAIL), key(customer, MEMBERSHIP)])

    conflict = found[key(customer, EMAIL)]
    assert isinstance(conflict, Conflict)
    assert "2 records share one key" == str(conflict)
    assert isinstance(found[key(customer, MEMBERSHIP)], CustomerRecord)


async def test_a_record_in_an_unknown_form_hurts_no_other(
    server: Any, crm: Any, ctx: CallContext
) -> None:
    """The field is named; what stood there is not told."""
    one, other = MEMBERS[:2]
    server.crm._directory.person(customer_id(one)).last_name = ["山田"]
    found = await crm.customers(ctx, [key(one), key(other)])

    drift = found[key(one)]
    assert isinstance(drift, SchemaDrift)
    assert "last_name" in str(drift)
    assert "山田" not in str(drift)
    assert isinstance(found[key(other)], CustomerRecord)


def links(customers: Sequence[Customer]) -> list[CustomerLink]:
    """Links of all forms that other systems' records hold."""
    first, second, third, fourth, *rest = customers
    return [
        CustomerLink(ref=SourceRef("oms", "4711"), membership=first.membership, email="x@y.jp"),
        CustomerLink(ref=SourceRef("oms", "4712"), email=second.email, phone="+81312345678"),
        CustomerLink(phone=third.phone),
        CustomerLink(ref=SourceRef("crm", customer_id(fourth)), email="not@asked.jp"),
        *(CustomerLink(ref=SourceRef("crm", customer_id(it))) for it in rest),
    ]


async def test_accounts_are_one_call_after_the_lookups(
    server: Any, crm: Any, ctx: CallContext
) -> None:
    """Links to the CRM's own records are not looked up, and the points are the customer's."""
    asked = [it for it in MEMBERS if it is not unmerged()][:20]
    found = await crm.loyalty(ctx, links(asked))

    assert {"token": 1, "customers.lookup": 3, "loyalty.batch": 1} == server.calls
    for link, customer in zip(links(asked), asked, strict=True):
        account = found[link]
        assert not isinstance(account, SourceError)
        assert customer.points == account.points
        assert customer.membership == account.membership
        assert "crm" == account.ref.name
        assert account.tier in {"Bronze", "Silver", "Gold"}


async def test_links_to_the_crm_alone_are_one_call(server: Any, crm: Any, ctx: CallContext) -> None:
    """The budget of a page of customers."""
    found = await crm.loyalty(ctx, [CustomerLink(ref=SourceRef("crm", customer_id(MEMBERS[0])))])

    assert 1 == len(found)
    assert {"token": 1, "loyalty.batch": 1} == server.calls


async def test_without_an_account_a_link_is_absent(server: Any, crm: Any, ctx: CallContext) -> None:
    """Those without a card, those the CRM does not know, and those of whom nothing is told."""
    nobody = [
        CustomerLink(ref=SourceRef("crm", customer_id(CARDLESS))),
        CustomerLink(ref=SourceRef("crm", "crm_unknown")),
        CustomerLink(email=STRANGER.email),
        CustomerLink(ref=SourceRef("oms", "4711")),
        CustomerLink(),
    ]

    assert {} == await crm.loyalty(ctx, nobody)
    assert {} == await crm.loyalty(ctx, nobody[2:])
    assert 1 == server.calls["loyalty.batch"]


async def test_a_merged_record_has_the_others_account(crm: Any, ctx: CallContext) -> None:
    """Points are the person's, by whichever id they are asked for."""
    record = next(it for it in DUPLICATES if it.merged_into and whose(it).membership)
    link = CustomerLink(ref=SourceRef("crm", record.id))
    account = (await crm.loyalty(ctx, [link]))[link]

    assert not isinstance(account, SourceError)
    assert whose(record).points == account.points


async def test_an_account_is_not_guessed_either(crm: Any, ctx: CallContext) -> None:
    """A conflict of the look-up is the link's own, and hurts no other."""
    conflict, known = CustomerLink(email=unmerged().email), CustomerLink(email=MEMBERS[0].email)
    found = await crm.loyalty(ctx, [conflict, known])

    assert isinstance(found[conflict], Conflict)
    assert not isinstance(found[known], SourceError)


async def test_an_account_in_an_unknown_form_hurts_no_other(
    server: Any, crm: Any, ctx: CallContext
) -> None:
    """As with customers."""
    one, other = (CustomerLink(ref=SourceRef("crm", customer_id(it))) for it in MEMBERS[:2])
    server.crm._directory.account(customer_id(MEMBERS[0])).points = "many"
    found = await crm.loyalty(ctx, [one, other])

    assert "loyalty.points (points): expected a number" == str(found[one])
    assert not isinstance(found[other], SourceError)


async def test_a_probe_tries_the_credentials(server: Any, crm: Any, ctx: CallContext) -> None:
    """A CRM that lives but does not let us in is of no use."""
    await crm.probe(ctx)

    assert {"token": 1, "health": 1} == server.calls


async def test_a_pause_that_is_asked_for_is_told(
    start: Callable[..., Any], connect: Callable[..., Any], ctx: CallContext
) -> None:
    """The engine waits as long as the CRM says."""
    server = await start(calls_per_s=1)

    with pytest.raises(RateLimited) as limited:
        await connect(server.url).customers(ctx, [key(MEMBERS[0])])
    assert 1.0 == limited.value.retry_after_s


@pytest.mark.parametrize("is_token_held", [False, True])
async def test_a_page_for_people_is_a_drift(
    server: Any, crm: Any, ctx: CallContext, is_token_held: bool
) -> None:
    """A proxy's HTML with status 200 is no answer, and none of it is told."""
    if is_token_held:
        await crm.probe(ctx)
    server.conduct.fault = Fault("wrong")

    with pytest.raises(SchemaDrift, match=r"^the body is not JSON \(text/html, \d+ bytes\)$"):
        await crm.customers(ctx, [key(MEMBERS[0]), key(MEMBERS[0], EMAIL)])


@pytest.mark.parametrize("is_token_held", [False, True])
async def test_a_slow_system_is_not_waited_for(
    server: Any, connect: Callable[..., Any], ctx: CallContext, is_token_held: bool
) -> None:
    """The limit of a call is the token's as well."""
    crm = connect(server.url, timeout_s=0.2)
    if is_token_held:
        await crm.probe(ctx)
    server.conduct.fault = Fault("slow", 5.0)

    async with asyncio.timeout(2.0):
        with pytest.raises(Unavailable):
            await crm.customers(ctx, [key(MEMBERS[0]), key(MEMBERS[0], EMAIL)])


async def test_a_dead_system_is_unavailable(server: Any, crm: Any, ctx: CallContext) -> None:
    """Asking again may help."""
    await server.runner.cleanup()

    with pytest.raises(Unavailable):
        await crm.customers(ctx, [key(MEMBERS[0])])
    with pytest.raises(Unavailable):
        await crm.probe(ctx)


@pytest.mark.parametrize("rows", [[], [None, None], 7])
async def test_an_answer_of_another_length_is_a_drift(
    answering: Callable[..., Any], connect: Callable[..., Any], ctx: CallContext, rows: object
) -> None:
    """Rows are told apart by their place alone, so none of them may be trusted."""
    grant = {"access_token": "t", "token_type": "Bearer", "expires_in": 300}
    url = await answering({"/oauth/token": grant, "/v2/customers/batch": {"customers": rows}})

    with pytest.raises(SchemaDrift, match=r"^customers"):
        await connect(url).customers(ctx, [key(MEMBERS[0])])
