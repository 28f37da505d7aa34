"""Statements with bound values, in a real database."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from connectors.declarative.model.request import SqlRequest
from connectors.declarative.model.source import SqlSource
from connectors.declarative.sql import SqlWire
from schema.domain.errors import Rejected, SchemaDrift, Unsupported
from tests.unit.connectors.declarative.places import call, surroundings


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A small warehouse."""
    path = tmp_path / "stock.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE stock (sku TEXT, branch TEXT, qty INTEGER);"
            "INSERT INTO stock VALUES ('A', '01', 5000), ('A', '02', 0), ('B', '01', 7000);"
        )
    return path


async def asked(
    database: Path, statement: str, values: dict[str, Any], **keys: Any
) -> list[dict[str, Any]]:
    """The rows that a statement gives; more keys are those of the surroundings."""
    wire = SqlWire(
        SqlSource(kind="sql"),
        surroundings({"config.url": f"sqlite:///{database}", "config.branch": "01"}, **keys),
    )
    try:
        request = SqlRequest(statement=statement, binds={"branch": "{config.branch}"})
        rows: list[dict[str, Any]] = (await wire.ask(call(), request, values)).content
        return rows
    finally:
        await wire.aclose()


async def test_keys_are_bound_one_by_one(database: Path) -> None:
    """A list expands; other values come from the configuration by way of `binds`."""
    statement = "SELECT sku, qty FROM stock WHERE sku IN :keys AND branch = :branch ORDER BY sku"
    rows = await asked(database, statement, {"keys": ["A", "B", "C"]})

    assert [{"sku": "A", "qty": 5000}, {"sku": "B", "qty": 7000}] == rows
    assert [] == await asked(database, statement, {"keys": []})


async def test_a_hostile_key_is_a_value(database: Path) -> None:
    """The statement is never formatted."""
    statement = "SELECT sku FROM stock WHERE sku = :key"

    assert [] == await asked(database, statement, {"key": "A' OR '1'='1"})
    assert [] == await asked(database, statement, {"key": ":branch {config.url}"})


async def test_a_filter_that_is_absent(database: Path) -> None:
    """It is no empty list: the statement has to allow for it."""
    statement = "SELECT qty FROM stock WHERE (:no_stores OR branch IN :stores) AND sku = 'A'"

    assert 1 == len(await asked(database, statement, {"no_stores": False, "stores": ["02"]}))
    assert 2 == len(await asked(database, statement, {"no_stores": True, "stores": None}))
    with pytest.raises(Unsupported, match="no_stores"):
        await asked(
            database,
            "SELECT qty FROM stock WHERE branch IN :stores",
            {"no_stores": True, "stores": None},
        )


async def test_columns_of_a_fixed_width_are_found_in_both_forms(database: Path) -> None:
    """Padded and bare; what the column cannot hold is not looked for."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("INSERT INTO stock VALUES ('C  ', '1 ', 1), ('Dxyz', '1', 2)")
    request = SqlRequest(
        statement="SELECT qty FROM stock WHERE sku IN :keys AND branch IN :stores ORDER BY qty",
        padded={"keys": 3, "stores": 2},
    )
    wire = SqlWire(SqlSource(kind="sql"), surroundings({"config.url": f"sqlite:///{database}"}))
    values = {"keys": ["A", "C", "Dxyz", ""], "stores": ["01", "1"]}
    answer = await wire.ask(call(), request, values)
    none = await wire.ask(call(), request, {**values, "keys": [""]})
    await wire.aclose()

    assert [1, 5000] == [row["qty"] for row in answer.content]
    assert [] == none.content


async def test_a_value_that_is_absent_is_null(database: Path) -> None:
    """A name that the port does not give is the author's mistake."""
    statement = "SELECT sku FROM stock WHERE :before IS NULL OR sku <= :before"

    assert 3 == len(await asked(database, statement, {"before": None}))
    with pytest.raises(Unsupported, match="befor"):
        await asked(database, "SELECT :befor", {"before": None})


async def test_what_the_database_says(database: Path) -> None:
    """By its codes; a rule of the file counts for the rows."""
    with pytest.raises(SchemaDrift, match="unknown"):
        await asked(database, "SELECT colour FROM stock", {})
    with pytest.raises(Rejected):
        await asked(database, "DELETE FROM stock", {})
    with pytest.raises(Rejected, match="an error"):
        await asked(database, "SELECT 1 AS failed", {}, errors=[{"when": "[?failed]"}])


async def test_a_database_is_only_read(database: Path) -> None:
    """A write has nowhere to go, and a key that no text can hold is not sent."""
    wire = SqlWire(SqlSource(kind="sql"), surroundings({"config.url": f"sqlite:///{database}"}))
    with pytest.raises(Unsupported):
        await wire.ask(call(), SqlRequest(statement="SELECT 1"), {}, write=True)

    assert wire.can_ask("藍染め")
    assert not wire.can_ask("\0")
    assert not wire.can_ask("\ud800")
    await wire.aclose()
