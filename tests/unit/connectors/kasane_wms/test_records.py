"""What becomes of the warehouse's fields, right and wrong."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.kasane_wms.client import KasaneWms
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from schema.domain.errors import SchemaDrift
from schema.domain.money import Money
from schema.domain.product import VariantKey, VariantKeyKind
from schema.domain.stock import StockRecord

Change = Callable[[str], None]
Read = Callable[[], Any]

M = "KS-0001-BLK-M"


@pytest.fixture
def variant(wms: Any, ctx: CallContext) -> Read:
    """What the connector says of M."""

    async def reading() -> Any:
        (found,) = (await wms.variants(ctx, [VariantKey(VariantKeyKind.SKU, M)])).values()
        return found

    return reading


@pytest.fixture
def stock(wms: Any, ctx: CallContext) -> Read:
    """What the connector says of M in Ginza."""

    async def reading() -> Any:
        found = (await wms.stock_levels(ctx, [M], ["ginza"]))[M]
        return found if isinstance(found, SchemaDrift) else found[0]

    return reading


async def test_prices_are_in_the_currency_that_is_configured(
    file: object, ctx: CallContext
) -> None:
    """Exact, whatever the driver makes of a decimal."""
    config = KasaneWms.Config.model_validate(
        {"database_url": f"sqlite:///{file}", "locations": {"orchard": "L0501"}, "currency": "SGD"}
    )
    wms: Any = KasaneWms(config, SourceContext("wms", Limits(), HttpClients()))
    (found,) = (await wms.variants(ctx, [VariantKey(VariantKeyKind.SKU, M)])).values()
    await wms.aclose()

    assert Money(799_000, "SGD") == found.price


async def test_what_an_item_lacks_is_none(variant: Read, change: Change) -> None:
    """GTIN, price and product need not be there."""
    change("UPDATE item SET gtin = '              ', list_price = NULL, group_no = NULL")
    found = await variant()

    assert (None, None, None) == (found.gtin, found.price, found.product)


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("gtin", "'123secret'", "gtin"),
        ("gtin", "'\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11'", "gtin"),
        ("list_price", "9e999", "price"),
        ("list_price", "0.5", "price"),
        ("list_price", "'secret'", "price"),
        ("group_no", "'secret'", "product"),
        ("item_nm", "''", "title"),
    ],
)
async def test_a_wrong_item_field_is_named_and_not_shown(
    variant: Read, change: Change, column: str, value: str, field: str
) -> None:
    """The message holds the field alone."""
    change(f"UPDATE item SET {column} = {value}")  # noqa: S608
    found = await variant()

    assert isinstance(found, SchemaDrift)
    assert str(found).startswith(f"variant.{field} ({column}): ")
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("on_hand_qty", "1", "on_hand"),
        ("alloc_qty", "-2500", "committed"),
        ("held_qty", "2.5", "reserved"),
        ("on_hand_qty", "'secret'", "on_hand"),
        ("counted_at", "''", "as_of"),
        ("counted_at", "'20261320000000'", "as_of"),
        ("counted_at", "'00010101000000'", "as_of"),
        ("counted_at", "'2026-11-20 17:55:01'", "as_of"),
    ],
)
async def test_a_wrong_stock_field_is_named(
    stock: Read, change: Change, column: str, value: str, field: str
) -> None:
    """Fractions, and moments that there never were."""
    change(f"UPDATE stock SET {column} = {value}")  # noqa: S608
    found = await stock()

    assert isinstance(found, SchemaDrift)
    assert str(found).startswith(f"stock.{field} ({column}): ")
    assert "secret" not in str(found)


async def test_counts_are_whole_units_at_a_local_time(stock: Read, change: Change) -> None:
    """More may be gone than was there."""
    change("UPDATE stock SET on_hand_qty = -3000, counted_at = '20270101083000'")
    found = await stock()

    assert isinstance(found, StockRecord)
    assert (-3, datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == (found.on_hand, found.as_of)
