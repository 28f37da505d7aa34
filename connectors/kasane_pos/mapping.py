"""The POS's sales to our orders. Pure: no I/O, no clock."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from itertools import pairwise

from msgspec import Struct

from connectors.sdk.reading import drift, one_of, read
from schema.domain.customer import CustomerLink
from schema.domain.money import Money
from schema.domain.order import Channel, OrderLineRecord, OrderRecord, OrderStatus
from schema.domain.reference import SourceRef

_STATUS = {
    "10": OrderStatus.OPEN,
    "20": OrderStatus.PARTIALLY_FULFILLED,
    "30": OrderStatus.FULFILLED,
    "40": OrderStatus.PARTIALLY_RETURNED,
    "50": OrderStatus.RETURNED,
    "90": OrderStatus.CANCELED,
}
_MORE = {"Y": True, "N": False}
_NO_SALE = {"E404": None}
_TIME_LENGTH = len("2026-11-20 18:03:11")
_YEARS = range(1970, 9000)  # tills write others for "none", and their arithmetic has no end


class Till(Struct, frozen=True):
    """What a store's tills do not write on a sale: our code of the store, its zone and currency."""

    store: str
    zone: tzinfo
    currency: str


class Origin(Struct, frozen=True):
    """Where sales come from: the source, its tills by store number, and when they were read."""

    source: str
    tills: Mapping[str, Till]
    as_of: datetime


class SalePage(Struct, frozen=True):
    """A page of the POS's list. `oldest` is the local time of its last sale; None for no sale."""

    orders: tuple[OrderRecord, ...]
    oldest: datetime | None
    more: bool


class _Line(Struct):
    plu: str
    nm: str
    qty: int
    prc: str
    amt: str


class _Tender(Struct):
    amt: str


class _Sale(Struct):
    rcp_no: str
    str_cd: str
    sls_dt: str
    st: str
    amt: str
    lines: list[_Line]
    tnd: list[_Tender]
    mbr_no: str | None = None


class _Page(Struct):
    nxt: str
    rows: list[_Sale]


class _Refusal(Struct):
    err_cd: str


def order(content: object, origin: Origin) -> OrderRecord:
    """Read one sale."""
    sale = read(_Sale, content, where="sale")
    return _order(sale, _local(sale, "sale"), origin, "sale")


def sale_page(content: object, origin: Origin) -> SalePage:
    """Read a page of sales, which must be newest first by the tills' local time."""
    page = read(_Page, content, where="list")
    places = [f"list.rows[{at}]" for at in range(len(page.rows))]
    times = [_local(sale, place) for sale, place in zip(page.rows, places, strict=True)]
    if any(later < earlier for later, earlier in pairwise(times)):
        raise drift("list.rows", "expected the newest first")
    rows = zip(page.rows, times, places, strict=True)
    return SalePage(
        orders=tuple(_order(sale, local, origin, place) for sale, local, place in rows),
        oldest=times[-1] if times else None,
        more=one_of(_MORE, page.nxt, field="list.nxt"),
    )


def no_sale(content: object) -> None:
    """Make sure that the POS knows no such sale, rather than a proxy no such address."""
    refusal = read(_Refusal, content, where="refusal")
    one_of(_NO_SALE, refusal.err_cd, field="refusal.err_cd")


def _order(sale: _Sale, local: datetime, origin: Origin, where: str) -> OrderRecord:
    till = origin.tills.get(sale.str_cd)
    if till is None:
        raise drift(f"{where}.str_cd", "no store of the configuration has this number")
    paid = [_money(it.amt, till, f"{where}.tnd[{at}].amt") for at, it in enumerate(sale.tnd)]
    return OrderRecord(
        ref=SourceRef(origin.source, sale.rcp_no),
        as_of=origin.as_of,
        number=sale.rcp_no,
        channel=Channel.STORE,
        placed_at=local.replace(tzinfo=till.zone).astimezone(UTC),
        status=one_of(_STATUS, sale.st, field=f"{where}.st"),
        total=_money(sale.amt, till, f"{where}.amt"),
        paid=sum(paid, start=Money(0, till.currency)),
        lines=tuple(
            _line(line, till, f"{where}.lines[{at}]") for at, line in enumerate(sale.lines)
        ),
        customer=CustomerLink(membership=sale.mbr_no) if sale.mbr_no else None,
        store=till.store,
    )


def _line(line: _Line, till: Till, where: str) -> OrderLineRecord:
    return OrderLineRecord(
        sku=line.plu,
        quantity=line.qty,
        title=line.nm,
        unit_price=_money(line.prc, till, f"{where}.prc"),
        total=_money(line.amt, till, f"{where}.amt"),
    )


def _money(text: str, till: Till, field: str) -> Money:
    try:
        return Money.of(text, till.currency)
    except ValueError as error:
        raise drift(field, str(error)) from None


def _local(sale: _Sale, where: str) -> datetime:
    """The time on the till's clock, which names no zone."""
    try:
        local = datetime.fromisoformat(sale.sls_dt) if len(sale.sls_dt) == _TIME_LENGTH else None
    except ValueError:
        local = None
    if local is None or local.tzinfo is not None or local.year not in _YEARS:
        raise drift(f"{where}.sls_dt", "expected a local time as YYYY-MM-DD hh:mm:ss")
    return local
