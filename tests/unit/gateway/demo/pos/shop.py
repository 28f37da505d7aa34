"""A small retailer of the test's own, and the POS that tells of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiohttp import web
from msgspec import Struct

from gateway.demo.data.records import Customer, Line, Order, Retailer, Store, Variant
from gateway.demo.pos.application import application
from gateway.demo.pos.ledger import Ledger
from gateway.demo.pos.sale import sales
from gateway.demo.process import Conduct
from schema.domain.money import Money
from schema.domain.order import Channel, OrderStatus

NOON = datetime(2026, 11, 20, 3, 0, 0, tzinfo=UTC)  # 12:00 in Tokyo, 11:00 in Singapore
PASSWORD = "pässwörd"


def a_store(
    code: str = "ginza", number: int = 101, zone: str = "Asia/Tokyo", currency: str = "JPY"
) -> Store:
    """A store."""
    return Store(code, f"Kasane {code}", number, zone, currency, 35.0, 139.0, f"tml_{code}")


GINZA = a_store()
UMEDA = a_store("umeda", 302)
ORCHARD = a_store("orchard", 901, "Asia/Singapore", "SGD")


def a_member(membership: str | None = "M00000001") -> Customer:
    """A customer of whom the POS knows the card, if anything."""
    return Customer(
        number=1,
        family_name="佐藤",
        given_name="誠",
        email="makoto@example.jp",
        phone="+81312345678",
        joined_at=NOON,
        in_crm=True,
        in_oms=False,
        membership=membership,
    )


def a_line(title: str = "青いシャツ M", quantity: int = 1, price: Money | None = None) -> Line:
    """Some units of one shirt."""
    price = price or Money(1980, "JPY")
    return Line(
        Variant("KS-0001-BLU-M", "4589012000018", title, 1, {price.currency: price}),
        quantity,
        price,
    )


def an_order(
    sequence: int = 1,
    *,
    seconds: float = 0,
    store: Store | None = GINZA,
    channel: Channel = Channel.STORE,
    status: OrderStatus = OrderStatus.FULFILLED,
    customer: Customer | None = None,
    lines: Sequence[Line] = (),
    paid: int | None = None,
) -> Order:
    """An order, so many seconds after noon; it is paid unless told otherwise."""
    currency = store.currency if store else "JPY"
    goods = tuple(lines) or (a_line(price=Money(1980, currency)),)
    total = sum(line.total.minor for line in goods)
    return Order(
        sequence=sequence,
        channel=channel,
        placed_at=NOON + timedelta(seconds=seconds),
        status=status,
        lines=goods,
        paid=Money(total if paid is None else paid, currency),
        customer=customer,
        store=store,
    )


def a_retailer(*orders: Order) -> Retailer:
    """A retailer that has nothing but orders."""
    return Retailer((), (), (), orders, (), ())


class Pos(Struct):
    """A running POS: its address, what it knows, how it behaves."""

    url: str
    ledger: Ledger
    conduct: Conduct

    def enter(self, *orders: Order) -> None:
        """A till's upload, without the wire."""
        for sale in sales(a_retailer(*orders)):
            self.ledger.put(sale)


@asynccontextmanager
async def a_pos(*orders: Order) -> AsyncIterator[Pos]:
    """The sample POS on a free port."""
    ledger, conduct = Ledger(sales(a_retailer(*orders))), Conduct()
    made = application(ledger, conduct, PASSWORD)
    runner = web.AppRunner(made, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Pos(f"http://127.0.0.1:{runner.addresses[0][1]}", ledger, conduct)
    finally:
        await runner.cleanup()
