"""Sales as the tills write them: short names, words of two digits, amounts as text."""

from collections.abc import Iterator
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from gateway.demo.data.records import Line, Order, Retailer, Store
from schema.domain.money import Money
from schema.domain.order import Channel, OrderStatus

ReceiptNumber = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{6}$")]
StoreNumber = Annotated[str, Meta(pattern=r"^[0-9]{4}$")]
LocalTime = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$")]
TenderReference = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_:-]{0,80}$")]
Amount = Annotated[str, Meta(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,3})?$")]

VOIDED = "90"
"""The status of a sale that takes no money."""

_STATUS = {
    OrderStatus.OPEN: "10",
    OrderStatus.PARTIALLY_FULFILLED: "20",
    OrderStatus.FULFILLED: "30",
    OrderStatus.PARTIALLY_RETURNED: "40",
    OrderStatus.RETURNED: "50",
    OrderStatus.CANCELED: VOIDED,
}
_CARD = "CC"


class SaleLine(Struct, frozen=True):
    """A line: its number, what was sold (`plu`, `nm`), how many, for how much each and together."""

    ln: int
    plu: str
    nm: str
    qty: int
    prc: Amount
    amt: Amount


class Tender(Struct, frozen=True, omit_defaults=True):
    """Money that was taken, or below zero given back. `ref` is the name that who noted it gave."""

    typ: str
    amt: Amount
    ref: TenderReference = ""
    psp_no: str = ""


class Sale(Struct, frozen=True):
    """A sale. `sls_dt` is the store's local time; `mbr_no` is empty where no card was shown."""

    rcp_no: ReceiptNumber
    str_cd: StoreNumber
    sls_dt: LocalTime
    mbr_no: str
    st: str
    amt: Amount
    lines: tuple[SaleLine, ...]
    tnd: tuple[Tender, ...]


def sales(retailer: Retailer) -> Iterator[Sale]:
    """Every sale in a store, oldest first."""
    for order in retailer.orders:
        if order.channel is Channel.STORE and order.store is not None:
            yield _sale(order, order.store)


def _sale(order: Order, store: Store) -> Sale:
    number = f"{store.number:04d}"
    local = order.placed_at.astimezone(ZoneInfo(store.time_zone))
    return Sale(
        rcp_no=f"{number}-{order.sequence:06d}",
        str_cd=number,
        sls_dt=f"{local:%Y-%m-%d %H:%M:%S}",
        mbr_no=(order.customer.membership or "") if order.customer else "",
        st=_STATUS[order.status],
        amt=_text(order.total),
        lines=tuple(_line(number, line) for number, line in enumerate(order.lines, start=1)),
        tnd=(Tender(_CARD, _text(order.paid)),) if order.paid.minor else (),
    )


def _line(number: int, line: Line) -> SaleLine:
    return SaleLine(
        ln=number,
        plu=line.variant.sku,
        nm=line.variant.title,
        qty=line.quantity,
        prc=_text(line.unit_price),
        amt=_text(line.total),
    )


def _text(money: Money) -> str:
    return f"{money.amount:f}"
