"""Orders and customers one by one, and what goes wrong, against the sample OMS."""

import re
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.kasane_oms.client import KasaneOms
from connectors.sdk.registry import describe
from gateway.demo.oms.book import Search as Everything
from gateway.demo.process import Fault
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink, email_key
from schema.domain.errors import (
    Rejected,
    SchemaDrift,
    SourceError,
    Unavailable,
    Unsupported,
)
from schema.domain.money import Money
from schema.domain.order import Channel, OrderRecord, OrderStatus
from schema.domain.payment_entry import PaymentEntry, PaymentEntryKind
from schema.domain.reference import SourceRef
from tests.unit.connectors.kasane_oms.service import Service, call, first_page, walk

FIRST = "70000001"
HANAKO = email_key("mayumi.shimizu148@example.com")


def fault(code: str) -> Callable[[bytes], bytes]:
    """Every answer is this fault, whose text quotes a customer."""
    text = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
        f"<faultcode>s:{code}</faultcode><faultstring>no hanako@example.com</faultstring>"
        "</s:Fault></s:Body></s:Envelope>"
    )
    return lambda _body: text.encode()


def by_id(value: str) -> CustomerKey:
    """The key of a customer number."""
    return CustomerKey(CustomerKeyKind.ID, value)


ASKING: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "probe": lambda oms: oms.probe(call()),
    "orders": lambda oms: oms.orders(call(), [FIRST]),
    "orders_by_number": lambda oms: oms.orders_by_number(call(), ["W2505-0000001"]),
    "order_page": lambda oms: first_page(oms, 2),
    "orders_of": lambda oms: oms.orders_of(call(), [CustomerLink(email=HANAKO.value)], 2),
    "customers": lambda oms: oms.customers(call(), [HANAKO]),
}
asking = pytest.mark.parametrize("ask", ASKING.values(), ids=ASKING.keys())


def test_it_offers_orders_and_customers() -> None:
    """The registry learns so from the class, and the manifest says how gently to call."""
    kind = describe("kasane_oms", KasaneOms)

    assert {"OrderReader", "OrderWriter", "CustomerReader"} == kind.ports
    assert (100, 4, 5.0) == (
        kind.manifest.limits.batch_max,
        kind.manifest.limits.concurrency,
        kind.manifest.limits.timeout_s,
    )


async def test_an_order_is_read_whole(oms: Any) -> None:
    """Codes, local times, numeric currencies and phone numbers of home become ours."""
    before = datetime.now(UTC)
    found = (await oms.orders(call(), [FIRST]))[FIRST]

    assert isinstance(found, OrderRecord)
    assert (SourceRef("oms", FIRST), "W2505-0000001") == (found.ref, found.number)
    assert (Channel.WEB, OrderStatus.FULFILLED, None) == (found.channel, found.status, found.store)
    assert datetime(2025, 4, 30, 15, 55, 58, tzinfo=UTC) == found.placed_at
    assert Money(18_480, "JPY") == found.total == found.paid
    assert "藍染め オックスフォードシャツ グレー M" == found.lines[0].title
    assert ("KS-0278-GRY-M", 1, Money(11_690, "JPY")) == (
        found.lines[0].sku,
        found.lines[0].quantity,
        found.lines[0].unit_price,
    )
    assert CustomerLink(
        ref=SourceRef("oms", "C000148"), email=HANAKO.value, phone="+818058350312"
    ) == (found.customer)
    assert before <= found.as_of <= datetime.now(UTC)


async def test_every_order_agrees_with_the_truth(service: Service, oms: Any) -> None:
    """Whatever channel, status, currency and store it is of, and however its customer writes."""
    rows = await walk(oms, 95)

    truth = [entry.order for entry in service.book.search(Everything())]
    assert [
        (it.channel, it.status, it.placed_at, it.total, it.paid, it.store and it.store.code)
        for it in truth
    ] == [(it.channel, it.status, it.placed_at, it.total, it.paid, it.store) for it in rows]
    assert [it.customer and (it.customer.email, it.customer.phone) for it in truth] == [
        it.customer and (it.customer.email, it.customer.phone) for it in rows
    ]
    assert {"JPY", "SGD"} == {it.total.currency for it in rows}


async def test_a_batch_is_one_call(service: Service, oms: Any) -> None:
    """However many ids; an unknown one is absent, and the same one twice is asked for once."""
    ids = [str(70_000_000 + count) for count in range(1, 99)]
    found = await oms.orders(call(), [*ids, "7", "銀座", FIRST])

    assert ids == list(found)
    assert {"GetOrders": 1} == service.calls


async def test_numbers_find_orders(service: Service, oms: Any) -> None:
    """The number of the confirmation is another than the id."""
    found = await oms.orders_by_number(call(), ["W2505-0000001", "W2505-9999999", "W2505-0000001"])

    assert ["W2505-0000001"] == list(found)
    assert [FIRST] == [it.ref.id for it in found.values() if isinstance(it, OrderRecord)]
    assert {"FindOrdersByNumber": 1} == service.calls


async def test_nothing_asked_is_nothing_called(service: Service, oms: Any) -> None:
    """Nor is what XML cannot hold: no SOAP system knows it."""
    assert {} == await oms.orders(call(), [])
    assert {} == await oms.orders(call(), ["a\x00b"])
    assert {} == await oms.orders_by_number(call(), [])
    assert {} == await oms.customers(call(), [])
    assert {} == await oms.customers(call(), [by_id("\ufffe")])
    assert {} == await oms.orders_of(call(), [], 3)
    assert {} == service.calls


async def test_customers_are_found_by_number_and_by_e_mail(service: Service, oms: Any) -> None:
    """One call a kind; what the OMS cannot look up by is told for that key alone."""
    phone = CustomerKey(CustomerKeyKind.PHONE, "+818058350312")
    card = CustomerKey(CustomerKeyKind.MEMBERSHIP, "M65566522")
    nobody = email_key("nobody@example.com")
    found = await oms.customers(
        call(), [by_id("C000148"), HANAKO, HANAKO, phone, card, nobody, by_id("C999999")]
    )

    assert {by_id("C000148"), HANAKO, phone, card} == set(found)
    assert isinstance(found[phone], Unsupported)
    assert isinstance(found[card], Unsupported)
    for key in (by_id("C000148"), HANAKO):
        customer = found[key]
        assert not isinstance(customer, SourceError)
        assert (SourceRef("oms", "C000148"), "清水 真由美") == (customer.ref, customer.name)
        assert (HANAKO.value, "+818058350312") == (customer.email, customer.phone)
    assert {"GetCustomers": 2} == service.calls


async def test_an_e_mail_with_capitals_is_the_same(service: Service, oms: Any) -> None:
    """The OMS keeps e-mail addresses as they were typed."""
    typed = next(it for it in service.book.customers.values() if it.number % 5 == 0)
    found = await oms.customers(call(), [email_key(typed.email)])

    assert [typed.email] == [it.email for it in found.values() if not isinstance(it, SourceError)]


async def test_orders_of_many_customers_are_one_call(service: Service, oms: Any) -> None:
    """The newest of each, newest first; either key counts, and who is unknown is absent."""
    links = {
        "number": CustomerLink(ref=SourceRef("oms", "C000148")),
        "email": CustomerLink(ref=SourceRef("crm", "9"), email=HANAKO.value),
        "both": CustomerLink(ref=SourceRef("oms", "C000148"), email="sakura.takahashi1@example.jp"),
        "elsewhere": CustomerLink(ref=SourceRef("crm", "C000148"), membership="M65566522"),
        "unknown": CustomerLink(email="nobody@example.com"),
    }
    found = await oms.orders_of(call(), list(links.values()), 3)
    rows = {name: found[link] for name, link in links.items() if link in found}

    assert {"number", "email", "both"} == set(rows)
    assert {"GetOrdersOfCustomers": 1} == service.calls
    for name in ("number", "email"):
        orders = rows[name]
        assert not isinstance(orders, SourceError)
        assert ["C000148"] * 3 == [
            it.customer.ref.id for it in orders if it.customer and it.customer.ref
        ]
        assert sorted(orders, key=lambda it: it.placed_at, reverse=True) == list(orders)
    assert rows["number"] != rows["both"]


async def test_a_strange_record_hurts_no_other(service: Service, oms: Any) -> None:
    """Its key has the error, which names the field and not the value."""
    service.altered = lambda body: body.replace(b":total>18480<", b":total>hanako<")
    found = await oms.orders(call(), [FIRST, "70000002"])

    assert isinstance(found["70000002"], OrderRecord)
    assert isinstance(found[FIRST], SchemaDrift)
    assert "order.total (total): expected a number" == str(found[FIRST])


async def test_a_record_without_its_key_makes_no_order_unknown(service: Service, oms: Any) -> None:
    """It may be that of any key without a record, so none of those is absent."""
    service.altered = lambda body: body.replace(b":id>70000001<", b":id>1<")
    found = await oms.orders(call(), [FIRST, "70000002"])

    assert isinstance(found["70000002"], OrderRecord)
    assert isinstance(found[FIRST], SchemaDrift)


async def test_a_strange_order_is_its_customers_error(service: Service, oms: Any) -> None:
    """A list without it would be a lie; other customers have theirs."""
    strange, sound = (
        CustomerLink(email=it) for it in (HANAKO.value, "sakura.takahashi1@example.jp")
    )
    channel = re.compile(rb"(W2505-0000001</oms:number><oms:channel>)\d")
    service.altered = lambda body: channel.sub(rb"\g<1>9", body)
    found = await oms.orders_of(call(), [strange, sound], 500)

    assert isinstance(found[strange], SchemaDrift)
    assert not isinstance(found[sound], SourceError)


async def test_a_strange_customer_hurts_no_other(service: Service, oms: Any) -> None:
    """A name twice is a form that nobody described."""
    twice = b"familyName><oms:familyName>hanako</oms:familyName>"
    service.altered = lambda body: body.replace(b"familyName>", twice, 2).replace(
        twice, b"familyName>", 1
    )
    found = await oms.customers(call(), [by_id("C000001"), by_id("C000148")])

    assert isinstance(found[by_id("C000001")], SchemaDrift)
    assert not isinstance(found[by_id("C000148")], SourceError)


async def test_a_page_with_a_strange_row_is_none(service: Service, oms: Any) -> None:
    """A row cannot be left out silently."""
    service.altered = lambda body: body.replace(b":status>", b":status>7", 2)

    with pytest.raises(SchemaDrift, match=r"order\.status"):
        await first_page(oms, 5)


async def test_a_branch_that_nobody_configured_is_drift(service: Service) -> None:
    """An order to be collected somewhere is never shown as one that is sent."""
    oms = service.connector(stores={"ginza": "1"})
    ids = [it.id for it in service.book.search(Everything()) if it.order.store][:1]

    assert ["order.store (branch): none of the 1 known words"] == [
        str(it) for it in (await oms.orders(call(), ids)).values()
    ]


@asking
async def test_a_wrong_key_is_refused(
    service: Service, ask: Callable[[Any], Awaitable[Any]]
) -> None:
    """In a fault with the status 200; asking again does not help."""
    with pytest.raises(Rejected) as refused:
        await ask(service.connector(key="guess"))

    assert "Client.Authentication" == refused.value.reason
    assert "guess" not in str(refused.value)


async def test_more_keys_than_the_oms_reads_are_refused(oms: Any) -> None:
    """The engine cuts its batches by the manifest; the OMS itself says the same."""
    ids = [str(70_000_000 + count) for count in range(1, 102)]

    with pytest.raises(Rejected) as refused:
        await oms.orders(call(), ids)
    assert "Client.TooMany" == refused.value.reason


@asking
async def test_a_fault_of_the_server_is_unavailable(
    service: Service, oms: Any, ask: Callable[[Any], Awaitable[Any]]
) -> None:
    """It is not the request's fault; what it quotes is not shown."""
    service.altered = fault("Server.Busy")

    with pytest.raises(Unavailable) as caught:
        await ask(oms)
    assert "hanako" not in str(caught.value)


@asking
async def test_html_instead_of_an_answer_is_drift(
    service: Service, oms: Any, ask: Callable[[Any], Awaitable[Any]]
) -> None:
    """Somebody works on the OMS, and the proxy before it answers with status 200."""
    service.conduct.fault = Fault("wrong")

    with pytest.raises(SchemaDrift):
        await ask(oms)


@asking
async def test_an_answer_that_is_cut_off_is_drift(
    service: Service, oms: Any, ask: Callable[[Any], Awaitable[Any]]
) -> None:
    """Half of the records are not all of them."""
    service.altered = lambda body: body[: len(body) // 2]

    with pytest.raises(SchemaDrift):
        await ask(oms)


@asking
async def test_a_slow_oms_is_unavailable(
    service: Service, ask: Callable[[Any], Awaitable[Any]]
) -> None:
    """The manifest's limit ends the call."""
    service.conduct.fault = Fault("slow", 30)
    start = time.monotonic()

    with pytest.raises(Unavailable):
        await ask(service.connector(timeout_s=0.2))
    assert time.monotonic() - start < 3


@asking
async def test_a_dead_oms_is_unavailable(
    service: Service, oms: Any, ask: Callable[[Any], Awaitable[Any]]
) -> None:
    """Its port is closed."""
    await service.die()

    with pytest.raises(Unavailable):
        await ask(oms)


async def test_making_one_calls_nobody(service: Service) -> None:
    """A dead system at start is a hole later."""
    connector = service.connector()

    assert {} == service.calls
    await connector.probe(call())
    assert {"Ping": 1} == service.calls


async def test_money_is_noted_once(service: Service, oms: Any) -> None:
    """The same reference twice is one entry, and the order is paid by it."""
    (order,) = (await first_page(oms, 1)).rows
    entry = PaymentEntry(
        "pay_1", PaymentEntryKind.CAPTURE, Money(500, order.total.currency), order.placed_at, "pi_1"
    )
    first = await oms.record_payment(call(), order.ref.id, entry)
    again = await oms.record_payment(call(), order.ref.id, entry)
    found = (await oms.orders(call(), [order.ref.id]))[order.ref.id]

    assert first == again == SourceRef("oms", "E000001")
    assert order.paid + entry.amount == found.paid


async def test_money_of_no_order(oms: Any) -> None:
    """The OMS's refusal has its own code."""
    entry = PaymentEntry("pay_1", PaymentEntryKind.CAPTURE, Money(500, "JPY"), datetime.now(UTC))
    with pytest.raises(Rejected) as caught:
        await oms.record_payment(call(), "1", entry)

    assert "Client.UnknownOrder" == caught.value.reason
