"""The connector against the sample POS on a real socket, and against what only looks like one."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from aiohttp import web
from msgspec.structs import replace

from connectors.kasane_pos.client import KasanePos
from connectors.kasane_pos.config import KasanePosConfig
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.ports import OrderReader
from connectors.sdk.registry import describe
from connectors.sdk.source import SourceContext
from gateway.demo.data.records import Order
from gateway.demo.pos.sale import sales
from gateway.demo.process import Fault
from schema.domain.customer import CustomerLink
from schema.domain.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    Rejected,
    SchemaDrift,
    SourceError,
    Unavailable,
)
from schema.domain.money import Money
from schema.domain.order import Channel, OrderPosition, OrderQuery, OrderRecord
from schema.domain.payment_entry import PaymentEntry, PaymentEntryKind
from schema.domain.reference import SourceRef
from schema.domain.scope import Actor
from tests.unit.gateway.demo.pos.shop import (
    GINZA,
    NOON,
    ORCHARD,
    PASSWORD,
    UMEDA,
    Pos,
    a_line,
    a_member,
    a_pos,
    a_retailer,
    an_order,
)

MEMBER = CustomerLink(ref=SourceRef("crm", "c-1"), membership="M00000001")
OTHER = CustomerLink(membership="M00000002")
ORDERS = (
    an_order(1, seconds=0, store=GINZA, customer=a_member()),
    an_order(1, seconds=-60, store=UMEDA),
    an_order(1, seconds=30, store=ORCHARD, customer=a_member()),
    an_order(2, seconds=60, store=GINZA, customer=a_member("M00000002")),
)
NEWEST_FIRST = ["0101-000002", "0901-000001", "0101-000001", "0302-000001"]

Open = Callable[..., KasanePos]


@pytest.fixture
async def pos() -> AsyncIterator[Pos]:
    """A POS of a few sales in three stores."""
    async with a_pos(*ORDERS) as pos:
        yield pos


@pytest.fixture
async def connect() -> AsyncIterator[Open]:
    """Makes connectors of an address, and closes them after the test."""
    made: list[KasanePos] = []

    def opening(url: str, password: str = PASSWORD, timeout_s: float = 3.0) -> KasanePos:
        config = KasanePosConfig.model_validate(
            {
                "base_url": url,
                "username": "tillgraph",
                "password": password,
                "stores": {
                    store.code: {
                        "number": f"{store.number:04d}",
                        "time_zone": store.time_zone,
                        "currency": store.currency,
                    }
                    for store in (GINZA, UMEDA, ORCHARD)
                },
            }
        )
        limits = Limits(batch_max=50, concurrency=8, timeout_s=timeout_s)
        made.append(KasanePos(config, SourceContext("pos", limits, HttpClients())))
        return made[-1]

    yield opening
    for it in made:
        await it.aclose()


def call() -> CallContext:
    """A call with time enough."""
    return CallContext(time.monotonic() + 10, Actor("test", "staff"), "trace")


def _order(found: object) -> OrderRecord:
    assert isinstance(found, OrderRecord)
    return found


def _numbers(orders: object) -> list[str]:
    assert isinstance(orders, Sequence)
    return [order.number for order in orders]


async def _page(
    reader: OrderReader,
    query: OrderQuery | None = None,
    *,
    after: OrderPosition | None = None,
    hint: str | None = None,
    limit: int = 50,
) -> tuple[list[str], str | None]:
    query = query or OrderQuery()
    page = await reader.order_page(call(), query, after=after, hint=hint, limit=limit)
    return _numbers(page.rows), page.hint


async def test_what_it_offers() -> None:
    """The registry finds its manifest, and orders among the ports."""
    found = describe("kasane_pos", KasanePos)

    assert frozenset({"OrderReader", "OrderWriter"}) == found.ports
    assert (50, 8, 3.0) == (
        found.manifest.limits.batch_max,
        found.manifest.limits.concurrency,
        found.manifest.limits.timeout_s,
    )


async def test_orders_are_read_by_id_and_number(pos: Pos, connect: Open) -> None:
    """Both are the receipt's; each store has its own zone and currency."""
    reader = connect(pos.url)
    by_id = await reader.orders(call(), ["0101-000001", "0901-000001"])
    by_number = await reader.orders_by_number(call(), ["0901-000001"])

    ginza, orchard = _order(by_id["0101-000001"]), _order(by_number["0901-000001"])
    assert ["0101-000001", "0901-000001"] == list(by_id)
    assert (SourceRef("pos", "0101-000001"), "ginza") == (ginza.ref, ginza.store)
    assert (NOON, Money(1980, "JPY")) == (ginza.placed_at, ginza.total)
    assert (NOON + timedelta(seconds=30), Money(1980, "SGD")) == (orchard.placed_at, orchard.total)
    assert "青いシャツ M" == ginza.lines[0].title
    assert CustomerLink(membership="M00000001") == ginza.customer


async def test_unknown_and_repeated_ids(pos: Pos, connect: Open) -> None:
    """One that is unknown is absent, and one given twice is asked for once."""
    found = await connect(pos.url).orders(call(), ["0101-000001", "0101-999999", "0101-000001"])

    assert ["0101-000001"] == list(found)
    assert {"GET /api/sales/{receipt_no}": 2} == dict(pos.conduct.calls)


@pytest.mark.parametrize(
    "number",
    ["", "4711", "../ping", "0101-000001?x", "0101-000001\n", "0101-0000010", "銀座", "\ud800"],
)
async def test_what_no_till_prints_is_not_sent(pos: Pos, connect: Open, number: str) -> None:
    """A client's text never becomes a part of the address."""
    reader = connect(pos.url)

    assert {} == await reader.orders_by_number(call(), [number])
    assert {} == await reader.orders_of(call(), [CustomerLink(membership=f"{number} ")], 5)
    assert {} == dict(pos.conduct.calls)


async def test_empty_batches(pos: Pos, connect: Open) -> None:
    """They are answered without a call."""
    reader = connect(pos.url)

    assert {} == await reader.orders(call(), [])
    assert {} == await reader.orders_of(call(), [], 5)
    assert {} == dict(pos.conduct.calls)


async def test_a_page_over_two_zones(pos: Pos, connect: Open) -> None:
    """Singapore's sales stand between Tokyo's, where time and not the clock puts them."""
    assert (NEWEST_FIRST, None) == await _page(connect(pos.url))
    assert {"GET /api/sales": 2} == dict(pos.conduct.calls)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (OrderQuery(stores=["orchard"]), ["0901-000001"]),
        (
            OrderQuery(stores=["umeda", "ginza", "umeda", "elsewhere"]),
            [*NEWEST_FIRST[::2], "0302-000001"],
        ),
        (OrderQuery(stores=["elsewhere"]), []),
        (OrderQuery(stores=[]), []),
        (OrderQuery(channels=[Channel.WEB, Channel.STORE]), NEWEST_FIRST),
        (OrderQuery(channels=[Channel.WEB]), []),
        (OrderQuery(customer=MEMBER), ["0901-000001", "0101-000001"]),
        (OrderQuery(customer=MEMBER, stores=["ginza"]), ["0101-000001"]),
        (OrderQuery(customer=CustomerLink(email="makoto@example.jp")), []),
        (OrderQuery(placed_after=NOON), NEWEST_FIRST[:2]),
        (OrderQuery(placed_before=NOON), NEWEST_FIRST[2:]),
        (
            OrderQuery(placed_after=NOON - timedelta(microseconds=1), placed_before=NOON),
            ["0101-000001"],
        ),
    ],
)
async def test_filters(pos: Pos, connect: Open, query: OrderQuery, expected: list[str]) -> None:
    """All of them, together as well; what the POS cannot have is an empty page."""
    assert (expected, None) == await _page(connect(pos.url), query)


async def _walk(reader: OrderReader, limit: int, between: Callable[[], Any]) -> list[str]:
    """Each part begun anew after the last row, as a client's cursors do."""
    found: list[str] = []
    after = hint = None
    while True:
        page = await reader.order_page(call(), OrderQuery(), after=after, hint=hint, limit=limit)
        found += _numbers(page.rows)
        if page.hint is None:
            return found
        after, hint = OrderPosition.of(page.rows[-1]), page.hint
        between()


def _crowd() -> list[Order]:
    """Sales of three stores, many of them in the same second."""
    stores = (GINZA, UMEDA, ORCHARD)
    return [an_order(n, seconds=n // 7, store=stores[n % 3]) for n in range(1, 121)]


def _receipts(orders: Sequence[Order]) -> list[str]:
    """What was sold, in the order that is promised."""
    places = [
        (order.placed_at, f"{order.store.number:04d}-{order.sequence:06d}")
        for order in orders
        if order.store
    ]
    return [receipt for _, receipt in sorted(places, reverse=True)]


@pytest.mark.parametrize("limit", [1, 7, 50, 100, 500])
async def test_pages_over_ties_lose_and_double_nothing(connect: Open, limit: int) -> None:
    """Whatever the size of a page, wherever its border falls in a second."""
    async with a_pos(*_crowd()) as pos:
        assert _receipts(_crowd()) == await _walk(connect(pos.url), limit, lambda: None)


async def test_sales_between_pages_move_nothing(connect: Open) -> None:
    """New ones at the top and late uploads from the past, while somebody leafs on."""
    async with a_pos(*_crowd()) as pos:
        late = iter(range(200, 1_000))

        def upload() -> None:
            pos.enter(*(an_order(next(late), seconds=at) for at in (-1, 3, 9, 17, 99)))

        found = await _walk(connect(pos.url), 10, upload)

    assert len(found) == len(set(found))
    assert [] == [receipt for receipt in _receipts(_crowd()) if receipt not in found]


async def test_a_page_goes_on_by_its_hint_alone(connect: Open) -> None:
    """Within one request the place it began after stays the same."""
    async with a_pos(*_crowd()) as pos:
        reader = connect(pos.url)
        first, hint = await _page(reader, limit=50)
        second, hint = await _page(reader, limit=50, hint=hint)
        third, hint = await _page(reader, limit=50, hint=hint)

    assert _receipts(_crowd()) == first + second + third
    assert hint is None


async def test_a_page_begins_after_an_order_of_another_system(pos: Pos, connect: Open) -> None:
    """In the same moment the source's name decides, and a foreign hint says nothing."""
    reader = connect(pos.url)
    below = OrderPosition(NOON, SourceRef("oms", "1"))
    above = OrderPosition(NOON, SourceRef("wms", "1"))

    assert NEWEST_FIRST[3:] == (await _page(reader, after=below, hint="3"))[0]
    assert NEWEST_FIRST[2:] == (await _page(reader, after=above, hint="3"))[0]


async def test_orders_of_members(pos: Pos, connect: Open) -> None:
    """One call a member, over all stores, newest first; who is unknown by card is absent."""
    nobody = CustomerLink(email="makoto@example.jp")
    stranger = CustomerLink(membership="M99999999")
    found = await connect(pos.url).orders_of(call(), [MEMBER, OTHER, nobody, stranger], 5)

    assert {
        MEMBER: ["0901-000001", "0101-000001"],
        OTHER: ["0101-000002"],
        stranger: [],
    } == {link: _numbers(orders) for link, orders in found.items()}
    assert {"GET /api/sales": 3} == dict(pos.conduct.calls)


async def test_orders_of_a_member_are_bounded(pos: Pos, connect: Open) -> None:
    """The newest are given, by time and not by the clock."""
    found = await connect(pos.url).orders_of(call(), [MEMBER], 1)

    assert ["0901-000001"] == _numbers(found[MEMBER])


async def test_one_drifted_sale_hurts_itself_alone(pos: Pos, connect: Open) -> None:
    """By id; in a list the page is refused, for a row would be missing without a word."""
    pos.enter(an_order(9, store=GINZA, lines=[a_line(price=Money(1, "SGD"))]))
    reader = connect(pos.url)
    found = await reader.orders(call(), ["0101-000001", "0101-000009"])

    assert isinstance(found["0101-000001"], OrderRecord)
    assert "sale.amt: JPY has no such fraction" == str(found["0101-000009"])
    assert isinstance(found["0101-000009"], SchemaDrift)
    with pytest.raises(SchemaDrift, match=r"^list.rows\[\d\].amt"):
        await _page(reader)


@pytest.mark.parametrize(
    ("fault", "timeout_s", "kind"),
    [
        (Fault("slow", 5.0), 0.2, Unavailable),
        (Fault("wrong"), 3.0, SchemaDrift),
    ],
)
async def test_a_pos_that_misbehaves(
    pos: Pos, connect: Open, fault: Fault, timeout_s: float, kind: type[SourceError]
) -> None:
    """Late is unavailable and babble is drift, whatever is asked."""
    pos.conduct.fault = fault
    reader = connect(pos.url, timeout_s=timeout_s)

    for asking in (
        lambda: reader.probe(call()),
        lambda: _page(reader),
        lambda: reader.order_page(
            call(), OrderQuery(customer=MEMBER), after=None, hint=None, limit=1
        ),
    ):
        with pytest.raises(kind):
            await asking()


async def test_a_dead_pos(connect: Open) -> None:
    """The whole call fails when each of its parts did."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        reader = connect(f"http://127.0.0.1:{closed.getsockname()[1]}")

        with pytest.raises(Unavailable):
            await reader.orders(call(), ["0101-000001", "0101-000002"])
        with pytest.raises(Unavailable):
            await reader.orders_of(call(), [MEMBER, OTHER], 5)
        with pytest.raises(Unavailable):
            await _page(reader)


async def test_a_wrong_password_is_refused(pos: Pos, connect: Open) -> None:
    """Nothing else would be learnt by asking again."""
    reader = connect(pos.url, password="guess")

    for asking in (reader.probe(call()), reader.orders(call(), ["0101-000001"])):
        with pytest.raises(Rejected) as refused:
            await asking
        assert "401" == refused.value.reason


async def test_a_good_password_shows_life(pos: Pos, connect: Open) -> None:
    """The sign of life costs one small call."""
    await connect(pos.url).probe(call())

    assert {"GET /api/ping": 1} == dict(pos.conduct.calls)


async def test_a_404_of_a_proxy_is_not_an_unknown_sale(pos: Pos, connect: Open) -> None:
    """A wrong address must not look like a POS that has nothing."""
    reader = connect(f"{pos.url}/elsewhere")
    found = await reader.orders(call(), ["0101-000001"])

    assert isinstance(found["0101-000001"], SchemaDrift)
    with pytest.raises(Rejected) as refused:
        await _page(reader)
    assert "404" == refused.value.reason


async def test_one_call_that_fails_hurts_no_other(connect: Open) -> None:
    """Neither where the POS breaks, nor where it answers with another sale than asked for."""
    (sale,) = sales(a_retailer(ORDERS[0]))

    async def answer(request: web.BaseRequest) -> web.Response:
        if request.path.endswith("3"):
            return web.Response(status=500)
        return web.Response(body=msgspec.json.encode(sale), content_type="application/json")

    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        reader = connect(f"http://127.0.0.1:{runner.addresses[0][1]}")
        found = await reader.orders(call(), ["0101-000001", "0101-000002", "0101-000003"])
    finally:
        await runner.cleanup()

    assert isinstance(found["0101-000001"], OrderRecord)
    assert "sale.rcp_no: expected the receipt that was asked for" == str(found["0101-000002"])
    assert isinstance(found["0101-000003"], Unavailable)


async def test_a_cancelled_call_stops(pos: Pos, connect: Open) -> None:
    """Nobody waits for the rest of a batch that nobody wants."""
    pos.conduct.fault = Fault("slow", 30.0)
    ids = [f"0101-{number:06d}" for number in range(30)]
    work = asyncio.create_task(connect(pos.url).orders(call(), ids))
    await asyncio.sleep(0.1)
    work.cancel()

    with pytest.raises(asyncio.CancelledError):
        await work


CAPTURE = PaymentEntry("pay_1", PaymentEntryKind.CAPTURE, Money(1200, "JPY"), NOON, "pi_1", "ginza")


async def test_money_is_noted_once(pos: Pos, connect: Open) -> None:
    """The same reference twice is one tender; what is given back stands below zero."""
    writer = connect(pos.url)
    before = _order((await writer.orders(call(), ["0101-000001"]))["0101-000001"]).paid
    first = await writer.record_payment(call(), "0101-000001", CAPTURE)
    again = await writer.record_payment(call(), "0101-000001", CAPTURE)
    back = replace(CAPTURE, reference="ref_1", kind=PaymentEntryKind.REFUND, amount=yen(200))
    await writer.record_payment(call(), "0101-000001", back)
    after = _order((await writer.orders(call(), ["0101-000001"]))["0101-000001"]).paid

    assert first == again
    assert first is not None
    assert "0101-000001/2" == first.id
    assert before + yen(1000) == after


@pytest.mark.parametrize(
    ("order", "entry", "error"),
    [
        ("0101-000009", CAPTURE, NotFound),
        ("0999-000001", CAPTURE, NotFound),
        ("77", CAPTURE, NotFound),
        ("0101-000001", replace(CAPTURE, amount=Money(100, "SGD")), Rejected),
        ("0101-000001", replace(CAPTURE, reference="pay_2", amount=Money(1, "JPY")), Conflict),
    ],
)
async def test_money_that_is_not_noted(
    pos: Pos, connect: Open, order: str, entry: PaymentEntry, error: type[SourceError]
) -> None:
    """An unknown sale, another currency, and a reference that means something else."""
    writer = connect(pos.url)
    await writer.record_payment(call(), "0101-000001", replace(CAPTURE, reference="pay_2"))

    with pytest.raises(error):
        await writer.record_payment(call(), order, entry)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"<html>"),
        (404, b"{}"),
        (409, b'{"err_cd": "X"}'),
        (201, b"{}"),
        (200, b"<html>"),
        (502, b"<html>"),
    ],
)
async def test_an_answer_that_is_not_the_pos_own(connect: Open, status: int, body: bytes) -> None:
    """It may have been noted: only the same reference may be sent again."""

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(status=status, body=body, content_type="application/json")

    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with pytest.raises(OutcomeUnknown):
        await connect(url).record_payment(call(), "0101-000001", CAPTURE)
    await runner.cleanup()


def yen(minor: int) -> Money:
    """Some yen."""
    return Money(minor, "JPY")
