"""The warehouse's database: padded, in thousandths, in local time."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from gateway.demo.data.kasane import kasane
from gateway.demo.wms.database import file_of, make


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Kasane's database."""
    path = tmp_path / "wms.sqlite3"
    make(URL.create("sqlite", database=str(path)), kasane())
    return path


def asked(file: Path, statement: str) -> list[tuple[object, ...]]:
    """The rows of a statement."""
    with closing(sqlite3.connect(file)) as database:
        return database.execute(statement).fetchall()


def test_every_thing_is_a_row(file: Path) -> None:
    """As many items, groups, places and counts as the retailer has."""
    it = kasane()
    tables = ("item", "item_group", "loc", "stock")

    assert [len(it.variants), len(it.products), len(it.stores), len(it.shelves)] == [
        asked(file, f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608
        for table in tables
    ]


def test_codes_are_padded_and_quantities_are_thousandths(file: Path) -> None:
    """A shelf of the retailer's is found under its padded codes."""
    shelf = next(it for it in kasane().shelves if it.store.code == "orchard" and it.reserved)
    codes = f"'{shelf.variant.sku:<20}' AND loc_cd = 'L0901    '"
    rows = asked(file, f"SELECT * FROM stock WHERE item_cd = {codes}")  # noqa: S608

    assert (shelf.on_hand * 1_000, shelf.committed * 1_000, 1_000) == rows[0][2:5]
    # Nine hours ahead of UTC, also for the store that is eight ahead.
    assert f"{shelf.counted_at.hour + 9:02d}" == str(rows[0][5])[8:10]


def test_reservations_add_up_to_what_is_held(file: Path) -> None:
    """The sum of a shelf's reservations is its held quantity."""
    held = asked(file, "SELECT sum(held_qty) FROM stock")

    assert held == asked(file, "SELECT sum(resv_qty) FROM resv")


def test_a_database_is_made_anew(file: Path) -> None:
    """What lay there before is replaced, and nothing stays beside it."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("DELETE FROM stock")
        database.commit()
    make(URL.create("sqlite", database=str(file)), kasane())

    assert [(len(kasane().shelves),)] == asked(file, "SELECT count(*) FROM stock")
    assert [file] == list(file.parent.iterdir())


def test_a_server_has_no_file() -> None:
    """Only SQLite's address names one."""
    assert file_of(make_url("mysql+pymysql://127.0.0.1/wms")) is None
    assert Path("/tmp/wms.db") == file_of(make_url("sqlite:////tmp/wms.db"))  # noqa: S108
