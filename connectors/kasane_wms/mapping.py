"""The warehouse's rows to our records. Pure: no I/O, no clock.

Codes are padded with spaces, quantities are thousandths of a unit, times are local text.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from msgspec import Struct

from connectors.sdk.reading import drift, one_of, read
from schema.domain.money import Money
from schema.domain.product import VariantRecord
from schema.domain.reference import SourceRef
from schema.domain.stock import StockRecord

_STAMP = re.compile(r"([0-9]{4})" + r"([0-9]{2})" * 5)
_GTIN = re.compile(r"[0-9]{8,14}")
_THOUSANDTHS = 1_000


class _Item(Struct, frozen=True):
    item_cd: str
    item_nm: str
    gtin: str | None
    group_no: int | None
    list_price: int | float | Decimal | None


class _Stock(Struct, frozen=True):
    loc_cd: str
    on_hand_qty: int
    alloc_qty: int
    held_qty: int
    counted_at: str


class _Group(Struct, frozen=True):
    group_nm: str


def bare(code: object) -> str:
    """A code without its padding; empty where there is none."""
    return code.rstrip() if isinstance(code, str) else ""


def variant(
    row: Mapping[str, Any], *, source: str, currency: str, as_of: datetime
) -> VariantRecord:
    """Read one item.

    Raises:
        SchemaDrift: A field has another form.
    """
    item = read(_Item, row, where="item")
    sku = bare(item.item_cd)
    return VariantRecord(
        ref=SourceRef(source, sku),
        as_of=as_of,
        sku=sku,
        title=item.item_nm.strip(),
        product=None if item.group_no is None else str(item.group_no),
        gtin=_gtin(item.gtin),
        price=_price(item.list_price, currency),
    )


def title(row: Mapping[str, Any]) -> str:
    """Read a product's name.

    Raises:
        SchemaDrift: It is no text.
    """
    return read(_Group, row, where="item_group").group_nm.strip()


def stock(
    row: Mapping[str, Any], *, source: str, stores: dict[str, str], zone: tzinfo
) -> StockRecord:
    """Read what one place holds of one item; `stores` are our codes by the warehouse's.

    Raises:
        SchemaDrift: A field has another form, or a quantity is no number of whole units.
    """
    found = read(_Stock, row, where="stock")
    sku, place = bare(row["item_cd"]), bare(found.loc_cd)
    return StockRecord(
        ref=SourceRef(source, f"{place}/{sku}"),
        sku=sku,
        store=one_of(stores, place, field="stock.loc_cd"),
        as_of=_moment(found.counted_at, zone),
        on_hand=_units(found.on_hand_qty, "on_hand_qty"),
        committed=_units(found.alloc_qty, "alloc_qty"),
        reserved=_units(found.held_qty, "held_qty"),
    )


def _units(thousandths: int, field: str) -> int:
    units, rest = divmod(thousandths, _THOUSANDTHS)
    if rest:
        raise drift(f"stock.{field}", "expected thousandths that make whole units")
    return units


def _moment(stamp: str, zone: tzinfo) -> datetime:
    # strptime takes ten times as long, and a batch has thousands of these.
    digits = _STAMP.fullmatch(stamp)
    try:
        year, month, day, hour, minute, second = map(int, digits.groups() if digits else ())
        local = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise drift("stock.counted_at", "expected a local time, YYYYMMDDHHMMSS") from None


def _gtin(text: str | None) -> str | None:
    """A GTIN's digits; None where the item has none."""
    gtin = bare(text)
    if gtin and not _GTIN.fullmatch(gtin):
        raise drift("item.gtin", "expected 8 to 14 digits")
    return gtin or None


def _price(amount: float | Decimal | None, currency: str) -> Money | None:
    """A list price. SQLite gives decimals as floats, whose shortest form is what was stored."""
    if amount is None:
        return None
    try:
        return Money.of(Decimal(str(amount)), currency)
    except (ValueError, ArithmeticError):
        raise drift("item.list_price", f"expected an amount of {currency}") from None
