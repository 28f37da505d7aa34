"""Rows that belong together, and rows that hold their keys in another form."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from connectors.declarative import connector_class
from connectors.declarative.answer_row import as_asked, gathered
from connectors.sdk.context import CallContext
from connectors.sdk.document.problem import ConfigurationError
from schema.domain.product import VariantKey, VariantKeyKind
from tests.unit.connectors.declarative.declared import declared

FILE = """
id: shop
version: 0.1.0
title: Shop
config: {url: {type: database, description: Address of the database}}
source: {kind: sql}
probe: {request: {statement: SELECT 1 AS up}}
records:
  product: {id: number, title: name, skus: "parts[].code"}
  variant: {id: code, sku: '"@key"', title: code}
ports:
  products:
    request:
      statement: SELECT number, name, code FROM goods WHERE number IN :keys ORDER BY code
    match: number
    gather: parts
  variants:
    SKU:
      request: {statement: SELECT code FROM goods WHERE code IN :keys, padded: {keys: 4}}
      match: code
      without: "-."
"""


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Any]:
    """A connector to a small database."""
    database = tmp_path / "goods.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            "CREATE TABLE goods (number INTEGER, name TEXT, code TEXT);"
            "INSERT INTO goods VALUES (1, 'Shirt', 'A1  '), (1, 'Shirt', 'A2'), (2, 'Coat', NULL);"
        )
    connector = declared(tmp_path / "connector.yaml", FILE, {"url": f"sqlite:///{database}"})
    yield connector
    await connector.aclose()


async def test_the_rows_of_a_join_are_one_record(shop: Any, ctx: CallContext) -> None:
    """The record reads the first of them, and the list of all."""
    found = await shop.products(ctx, ["1", "2", "3"])

    assert {"1": ("Shirt", ("A1", "A2")), "2": ("Coat", ())} == {
        key: (it.title, it.skus) for key, it in found.items()
    }


async def test_keys_are_asked_for_without_what_the_system_leaves_out(
    shop: Any, ctx: CallContext
) -> None:
    """Every form that was asked for is answered as such; a key of nothing else is not sent."""
    keys = [VariantKey(VariantKeyKind.SKU, it) for it in ("A-1", "A.1", "A2", "-", "A-12345")]
    found = await shop.variants(ctx, keys)

    assert ["A-1", "A.1", "A2"] == [it.sku for it in found.values()]
    assert keys[:3] == list(found)


def test_a_row_without_a_key_stays_alone() -> None:
    """And so does one that is no record."""
    rows = [{"no": "1"}, {"no": None}, "x", {"no": "1", "more": 2}, {"no": None}]

    assert [
        {"no": "1", "parts": [rows[0], rows[3]]},
        {"no": None, "parts": [rows[1]]},
        "x",
        {"no": None, "parts": [rows[4]]},
    ] == gathered(rows, "parts", lambda row: row.get("no") if isinstance(row, dict) else None)


def test_a_row_that_nobody_asked_for_stays_as_it_is() -> None:
    """It answers no key."""
    rows = [{"no": "a1"}, {"no": "b1"}, {}, 7]
    found = as_asked(
        rows,
        ["A1"],
        lambda row: row.get("no") if isinstance(row, dict) else None,
        str.lower,
    )

    assert [{"no": "a1", "@key": "A1"}, *rows[1:]] == list(found)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    match: number\n", "", "ports.products.match: required with gather and without"),
        (
            "match: code",
            "match: position",
            "ports.variants.SKU.match: position is not for each, gather",
        ),
        ("{keys: 4}", "{key: 4}", "padded: the statement has no :key"),
    ],
)
def test_a_lookup_that_cannot_work_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    """With its place in the file."""
    path = tmp_path / "connector.yaml"
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError) as wrong:
        connector_class(path)

    assert any(told in line for line in wrong.value.lines), wrong.value.lines
