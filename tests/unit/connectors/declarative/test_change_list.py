"""What has changed: feeds with cursors, and tables that are asked by time."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from schema.domain.change import Changed, ChangeRecord
from schema.domain.errors import Conflict, SchemaDrift
from tests.unit.connectors.declarative.declared import HEAD, declared, system
from tests.unit.connectors.declarative.places import call

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
CHANGE = "\n  change: {kind: {value: ORDER}, id: id, at: {path: at, zone: UTC}}\n"


async def followed(made: Any, limit: int) -> list[ChangeRecord]:
    """Every change, page by page."""
    rows: list[ChangeRecord] = []
    cursor = None
    while True:
        page = await made.changed_since(call(), cursor, limit)
        rows += page.rows
        cursor = page.cursor
        if not page.more:
            return rows


async def test_a_feed_with_cursors(tmp_path: Path) -> None:
    """The cursor is the feed's own, and stays where it is while nothing is new."""
    rows = [{"id": f"{at}", "at": NOON.isoformat()} for at in range(12)]

    async def answer(request: web.Request) -> web.Response:
        start = int(request.query.get("after", "0"))
        end = start + int(request.query["count"])
        part = rows[start:end]
        return web.json_response({"rows": part, "next": f"{start + len(part)}" if part else None})

    ports = """
  changed_since:
    request: {path: /feed, params: {after: "{cursor}", count: "{limit}"}}
    rows: rows
    paging: {style: cursor, next: "next", size_max: 5}
"""
    async with system(answer) as shop:
        config = {"base_url": shop.url, "stores": {"ginza": "01"}}
        made = declared(tmp_path / "shop.yaml", f"{HEAD}{CHANGE}\nports:\n{ports}", config)
        found = await followed(made, 50)
        last = await made.changed_since(call(), "12", 50)
        await made.aclose()

    assert [f"{at}" for at in range(12)] == [row.ref.id for row in found]
    assert {Changed.ORDER} == {row.kind for row in found}
    assert ((), "12", False) == (last.rows, last.cursor, last.more)


TABLE = """
id: shop
version: 0.1.0
title: Shop
config: {url: {type: secret, description: Address of the database}}
source: {kind: sql}
probe: {request: {statement: SELECT 1}}
records:
  change: {kind: {value: ORDER}, id: id, at: {path: at, time: "%Y-%m-%d %H:%M:%S", zone: UTC}}
ports:
  changed_since:
    request:
      statement: SELECT id, at FROM changes WHERE at >= :since ORDER BY at, id LIMIT :limit
    filters: {times: {time: "%Y-%m-%d %H:%M:%S"}}
"""


def table(tmp_path: Path, seconds: list[int]) -> Any:
    """A connector to a table with a change at each of these seconds after noon."""
    path = tmp_path / "shop.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE changes (id TEXT, at TEXT)")
        for number, second in enumerate(seconds):
            at = f"{NOON + timedelta(seconds=second):%Y-%m-%d %H:%M:%S}"
            connection.execute("INSERT INTO changes VALUES (?, ?)", (f"{number}", at))
        connection.commit()
    return declared(tmp_path / "shop.yaml", TABLE, {"url": f"sqlite:///{path}"})


async def test_a_table_asked_by_time(tmp_path: Path) -> None:
    """Changes of the last moment come again, and none is left out."""
    made = table(tmp_path, [second // 3 for second in range(20)])
    found = await followed(made, 5)
    await made.aclose()

    assert {f"{at}" for at in range(20)} == {row.ref.id for row in found}
    assert sorted(row.at for row in found) == [row.at for row in found]


async def test_more_changes_of_a_moment_than_a_page(tmp_path: Path) -> None:
    """It is said, since to go on would leave some out."""
    made = table(tmp_path, [1] * 9)
    with pytest.raises(SchemaDrift, match="one moment"):
        await followed(made, 5)
    await made.aclose()


async def test_a_cursor_that_is_none(tmp_path: Path) -> None:
    """Whoever follows the feed has to begin anew."""
    made = table(tmp_path, [])
    for cursor in ("", "5", "2026-11-20T03:00:00"):
        with pytest.raises(Conflict):
            await made.changed_since(call(), cursor, 5)
    await made.aclose()
