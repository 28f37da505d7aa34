"""The warehouse's fields, right and wrong."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kasane_wms import mapping
from schema.domain.errors import SchemaDrift
from schema.domain.money import Money
from schema.domain.product import VariantRecord
from schema.domain.stock import StockRecord

TOKYO = ZoneInfo("Asia/Tokyo")
AS_OF = datetime(2026, 11, 20, tzinfo=UTC)
ITEM = {
    "item_cd": "KS-0001-BLK-M       ",
    "item_nm": "シャツ",
    "gtin": "4589012000100 ",
    "group_no": 1,
    "list_price": Decimal("7990.0000"),
}
STOCK = {
    "item_cd": "KS-0001-BLK-M       ",
    "loc_cd": "L0101    ",
    "on_hand_qty": 3_000,
    "alloc_qty": 0,
    "held_qty": 0,
    "counted_at": "20261120175501",
}


def variant(currency: str = "JPY", **fields: Any) -> VariantRecord:
    """An item with some fields of another value."""
    return mapping.variant({**ITEM, **fields}, source="wms", currency=currency, as_of=AS_OF)


def stock(**fields: Any) -> StockRecord:
    """A count with some fields of another value."""
    row = {**STOCK, **fields}
    return mapping.stock(row, source="wms", stores={"L0101": "ginza"}, zone=TOKYO)


@pytest.mark.parametrize("price", [7_990, 7_990.0, Decimal("7990.0000")])
def test_a_price_is_exact_however_the_driver_gives_it(price: float | Decimal) -> None:
    """Servers give decimals, SQLite integers or floats."""
    assert Money(7_990, "JPY") == variant(list_price=price).price
    assert Money(799_000, "SGD") == variant("SGD", list_price=price).price


def test_what_an_item_lacks_is_none() -> None:
    """GTIN, price and product need not be there."""
    lacking = variant(gtin=None, list_price=None, group_no=None)

    assert (None, None, None) == (lacking.gtin, lacking.price, lacking.product)
    assert variant(gtin=" " * 14).gtin is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("gtin", "123secret"),
        ("gtin", "\uff11" * 8),
        ("list_price", Decimal("NaN")),
        ("list_price", float("inf")),
        ("list_price", Decimal("0.5")),
        ("list_price", "secret"),
        ("group_no", "secret"),
        ("item_nm", None),
    ],
)
def test_a_wrong_item_field_is_named_and_not_shown(field: str, value: object) -> None:
    """The message holds the field alone."""
    wrong: dict[str, Any] = {field: value}
    with pytest.raises(SchemaDrift) as caught:
        variant(**wrong)

    assert f"item.{field}" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("on_hand_qty", 1),
        ("alloc_qty", 2_500),
        ("held_qty", 2.5),
        ("on_hand_qty", None),
        ("counted_at", ""),
        ("counted_at", "20261320000000"),
        ("counted_at", "\uff11" * 14),
        ("counted_at", "00010101000000"),
        ("counted_at", "2026-11-20 17:55:01"),
        ("loc_cd", "L9999"),
    ],
)
def test_a_wrong_stock_field_is_named(field: str, value: object) -> None:
    """Fractions, moments that there never were, and places that were not asked for."""
    with pytest.raises(SchemaDrift, match=f"stock.{field}"):
        stock(**{field: value})


@given(
    units=st.integers(-1_000_000, 1_000_000),
    moment=st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)),  # noqa: DTZ001 - local
)
def test_counts_survive_the_round_trip(units: int, moment: datetime) -> None:
    """Units to thousandths and back, UTC to local time and back."""
    counted_at = moment.replace(microsecond=0, tzinfo=UTC)
    local = counted_at.astimezone(TOKYO).strftime("%Y%m%d%H%M%S")
    found = stock(on_hand_qty=units * 1_000, counted_at=local)

    assert (units, counted_at) == (found.on_hand, found.as_of)
