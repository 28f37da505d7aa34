"""The connector against a warehouse's real database file."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from connectors.kasane_wms.client import KasaneWms
from connectors.sdk.context import CallContext
from connectors.sdk.ports import CatalogReader, StockReader
from connectors.sdk.registry import describe
from schema.domain.errors import Conflict, SchemaDrift, Unavailable
from schema.domain.money import Money
from schema.domain.product import ProductRecord, VariantKey, VariantKeyKind, VariantRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import Actor
from schema.domain.stock import StockRecord

Change = Callable[[str], None]

M, L, LONE = "KS-0001-BLK-M", "KS-0001-BLK-L", "KS-0002-RED-F"
COUNTED_AT = datetime(2026, 11, 20, 8, 55, 1, tzinfo=UTC)


def sku(value: str) -> VariantKey:
    """A key by SKU."""
    return VariantKey(VariantKeyKind.SKU, value)


def gtin(value: str) -> VariantKey:
    """A key by GTIN."""
    return VariantKey(VariantKeyKind.GTIN, value)


def moved(path: Path, target: Path) -> Path:
    """The file at its new place."""
    return path.rename(target)


def level(store: str, place: str, on_hand: int, committed: int, reserved: int) -> StockRecord:
    """What a store holds of M."""
    ref = SourceRef("wms", f"{place}/{M}")
    return StockRecord(ref, M, store, COUNTED_AT, on_hand, committed, reserved)


def test_it_offers_catalogue_and_stock() -> None:
    """The registry takes it as it is, with its manifest."""
    found = describe("kasane_wms", KasaneWms)

    assert {"CatalogReader", "StockReader"} == found.ports
    assert 500 == found.manifest.limits.batch_max
    assert issubclass(KasaneWms, CatalogReader)
    assert issubclass(KasaneWms, StockReader)


async def test_variants_come_by_sku_and_gtin(wms: Any, ctx: CallContext) -> None:
    """Both kinds in one call, without padding; what is unknown is absent."""
    keys = [sku(M), gtin("4589012000209"), sku("KS-9999"), gtin("0000000000000")]
    found = await wms.variants(ctx, keys)

    assert keys[:2] == list(found)
    first, second = found.values()
    assert isinstance(first, VariantRecord)
    assert isinstance(second, VariantRecord)
    assert (M, "藍染め シャツ M", "1") == (first.sku, first.title, first.product)
    assert ("4589012000100", Money(7_990, "JPY")) == (first.gtin, first.price)
    assert (SourceRef("wms", LONE), LONE) == (second.ref, second.sku)
    assert first.as_of.tzinfo is UTC


async def test_products_come_by_number(wms: Any, ctx: CallContext) -> None:
    """With their variants' SKUs in order; what is no number is unknown."""
    found = await wms.products(ctx, ["1", "3", "01", "x", "²", "-1", "9" * 40])

    assert ["1"] == list(found)
    product = found["1"]
    assert isinstance(product, ProductRecord)
    assert ("藍染め シャツ", (L, M)) == (product.title, product.skus)
    assert SourceRef("wms", "1") == product.ref


async def test_a_product_without_items_is_known(wms: Any, ctx: CallContext, change: Change) -> None:
    """It has no SKUs."""
    change("INSERT INTO item_group VALUES (3, '新作')")
    product = (await wms.products(ctx, ["3"]))["3"]

    assert isinstance(product, ProductRecord)
    assert ("新作", ()) == (product.title, product.skus)


async def test_stock_comes_by_store_code(wms: Any, ctx: CallContext) -> None:
    """In whole units, counted in UTC; a known SKU without stock is an empty list."""
    found = await wms.stock_levels(ctx, [M, LONE, "KS-9999"], None)

    ginza, shibuya = level("ginza", "L0101", 12, 3, 1), level("shibuya", "L0102", 7, 0, 0)
    assert {M: [ginza, shibuya], LONE: []} == found


async def test_stores_limit_the_answer(wms: Any, ctx: CallContext) -> None:
    """A store that the configuration does not know is left out."""
    limited = await wms.stock_levels(ctx, [M], ["shibuya", "atlantis"])

    assert {M: [level("shibuya", "L0102", 7, 0, 0)]} == limited
    for none in (["atlantis"], []):
        assert [M] == list(found := await wms.stock_levels(ctx, [M], none))
        assert [] == list(found[M])


async def test_a_batch_is_one_statement(wms: Any, ctx: CallContext) -> None:
    """However many keys and stores are asked for."""
    statements: list[str] = []

    def asked(*told: Any) -> None:
        statements.append(told[2])

    event.listen(Engine, "before_cursor_execute", asked)
    try:
        skus = [M, L, LONE, *(f"KS-{it:04d}" for it in range(497))]
        levels = await wms.stock_levels(ctx, skus, None)
        variants = await wms.variants(ctx, [sku(it) for it in skus])
    finally:
        event.remove(Engine, "before_cursor_execute", asked)

    assert (3, 3) == (len(levels), len(variants))
    assert 2 == len(statements)


async def test_nothing_asked_is_nothing_found(wms: Any, ctx: CallContext) -> None:
    """An empty batch answers empty."""
    assert {} == await wms.variants(ctx, [])
    assert {} == await wms.products(ctx, [])
    assert {} == await wms.stock_levels(ctx, [], None)


async def test_a_key_twice_is_one_record(wms: Any, ctx: CallContext) -> None:
    """It is neither doubled nor in conflict with itself."""
    levels = await wms.stock_levels(ctx, [L, L], None)

    assert [L] == list(levels)
    assert [1] == [len(it) for it in levels.values() if isinstance(it, list)]
    found = await wms.variants(ctx, [gtin("4589012000100"), gtin("4589012000100"), sku(M)])
    assert [VariantRecord, VariantRecord] == [type(it) for it in found.values()]


@pytest.mark.parametrize(
    "text", ["", " ", "x" * 400, "\0", "\ud800", "' OR 1=1 --", f"{M} ", "青", f"{M}\n"]
)
async def test_strange_keys_are_unknown(wms: Any, ctx: CallContext, text: str) -> None:
    """They hurt neither the database nor the keys beside them."""
    assert [sku(M)] == list(await wms.variants(ctx, [sku(text), gtin(text), sku(M)]))
    assert [M] == list(await wms.stock_levels(ctx, [text, M], None))
    assert {} == await wms.products(ctx, [text])


async def test_a_database_may_drop_the_padding(wms: Any, ctx: CallContext, change: Change) -> None:
    """Codes are found in both forms."""
    for column in ("item.item_cd", "item.gtin", "stock.item_cd", "stock.loc_cd"):
        table, _, name = column.partition(".")
        change(f"UPDATE {table} SET {name} = trim({name})")  # noqa: S608

    assert 2 == len(await wms.variants(ctx, [sku(M), gtin("4589012000117")]))
    levels = (await wms.stock_levels(ctx, [M], None))[M]
    assert isinstance(levels, list)
    assert ["ginza", "shibuya"] == [it.store for it in levels]


async def test_a_gtin_of_two_items_is_a_conflict(
    wms: Any, ctx: CallContext, change: Change
) -> None:
    """Which one was scanned cannot be told; by SKU each is known."""
    change("UPDATE item SET gtin = '4589012000100 '")
    found = await wms.variants(ctx, [gtin("4589012000100"), sku(L)])

    assert isinstance(found[gtin("4589012000100")], Conflict)
    assert isinstance(found[sku(L)], VariantRecord)


async def test_a_fraction_spoils_its_sku_alone(wms: Any, ctx: CallContext, change: Change) -> None:
    """Half a piece cannot be told in whole units."""
    change("UPDATE stock SET held_qty = 1500 WHERE item_cd LIKE '%-M %' AND loc_cd = 'L0102    '")
    found = await wms.stock_levels(ctx, [M, L], None)

    error = found[M]
    assert isinstance(error, SchemaDrift)
    assert "stock.reserved (held_qty)" in str(error)
    assert "1500" not in str(error)
    assert isinstance(found[L], list)


async def test_a_bad_item_spoils_its_keys_alone(wms: Any, ctx: CallContext, change: Change) -> None:
    """Text that is no UTF-8, a price with a fraction; product names likewise."""
    change("UPDATE item SET item_nm = CAST(x'ff41' AS TEXT) WHERE item_cd LIKE '%-M %'")
    change("UPDATE item SET list_price = 19.9 WHERE item_cd LIKE '%-F %'")
    change("UPDATE item_group SET group_nm = CAST(x'ff41' AS TEXT) WHERE group_no = 1")
    found = await wms.variants(ctx, [sku(M), sku(L), sku(LONE), gtin("4589012000100")])

    shown = [str(it) if isinstance(it, SchemaDrift) else type(it) for it in found.values()]
    name = "variant.title (item_nm): expected text"
    price = "variant.price (list_price): JPY has no such fraction"
    assert [name, VariantRecord, price, name] == shown
    products = await wms.products(ctx, ["1", "2"])
    assert isinstance(products["1"], SchemaDrift)
    assert isinstance(products["2"], ProductRecord)


async def test_a_renamed_column_is_drift(wms: Any, ctx: CallContext, change: Change) -> None:
    """The whole call's, and the probe's."""
    change("ALTER TABLE item RENAME COLUMN item_cd TO item_code")
    with pytest.raises(SchemaDrift):
        await wms.stock_levels(ctx, [M], None)
    with pytest.raises(SchemaDrift):
        await wms.probe(ctx)


async def test_a_dead_database_is_unavailable(wms: Any, ctx: CallContext, file: Path) -> None:
    """Without its file nothing is learnt; when it is back, everything is."""
    away = moved(file, file.with_suffix(".away"))
    for asking in (wms.probe(ctx), wms.stock_levels(ctx, [M], None), wms.products(ctx, ["1"])):
        with pytest.raises(Unavailable):
            await asking
    moved(away, file)

    await wms.probe(ctx)


async def test_a_locked_database_is_unavailable_in_time(wms: Any, file: Path) -> None:
    """A call ends at its deadline."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        late = CallContext(began + 0.2, Actor("test", "staff"), "trace")
        with pytest.raises(Unavailable):
            await wms.stock_levels(late, [M], None)

        assert time.monotonic() - began < 0.9
        database.execute("ROLLBACK")


async def test_callers_at_once_are_served(wms: Any, ctx: CallContext) -> None:
    """More of them than there are threads."""
    answers = await asyncio.gather(*(wms.stock_levels(ctx, [M], None) for _ in range(40)))

    assert 40 == sum(M in it for it in answers)
