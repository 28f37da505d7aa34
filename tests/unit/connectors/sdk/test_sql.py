"""SQL over real SQLite files that are missing, locked, broken, slow or strange."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import URL, bindparam, make_url, text

from connectors.sdk.context import CallContext
from connectors.sdk.manifest import Limits
from connectors.sdk.sql import SessionStart, SqlClient, database_url, server_options, session_start
from schema.domain.errors import Rejected, SchemaDrift, Unavailable
from schema.domain.scope import Actor

Open = Callable[..., SqlClient]

ITEMS = text("SELECT sku, title FROM item WHERE sku IN :skus ORDER BY sku").bindparams(
    bindparam("skus", expanding=True)
)
ENDLESS = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)"
    " SELECT count(*) AS found FROM n"
)


def call(seconds: float = 10.0) -> CallContext:
    """A call that may take so many seconds."""
    return CallContext(time.monotonic() + seconds, Actor("test", "staff"), "trace")


def address(path: Path) -> URL:
    """The address of a database's file."""
    return URL.create("sqlite", database=str(path))


def files(folder: Path) -> list[str]:
    """What lies in a folder."""
    return [it.name for it in folder.iterdir()]


def moved(path: Path, target: Path) -> Path:
    """The file at its new place."""
    return path.rename(target)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of two items, at a path that an address must quote."""
    path = tmp_path / "the 100% ware?house#.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE item (sku TEXT, title TEXT)")
        database.executemany("INSERT INTO item VALUES (?, ?)", [("A", "青い"), ("B", "b")])
    database.close()
    return path


@pytest.fixture
async def client() -> AsyncIterator[Open]:
    """Makes clients of files, and closes them after the test."""
    made: list[SqlClient] = []

    def opening(path: Path, limits: Limits | None = None) -> SqlClient:
        made.append(SqlClient(address(path), limits or Limits()))
        return made[-1]

    yield opening
    for it in made:
        await it.aclose()


async def test_rows_come_by_column(client: Open, file: Path) -> None:
    """A list of values is bound as one parameter, and what is unknown is absent."""
    found = await client(file).rows(call(), ITEMS, {"skus": ["B", "A", "C"]})

    assert [{"sku": "A", "title": "青い"}, {"sku": "B", "title": "b"}] == found


async def test_values_are_never_part_of_a_statement(client: Open, file: Path) -> None:
    """Quotes and comments in a key find nothing and change nothing."""
    reader = client(file)

    assert [] == await reader.rows(call(), ITEMS, {"skus": ["') OR 1=1 --", "A'; DROP TABLE item"]})
    assert [] == await reader.rows(call(), ITEMS, {"skus": []})
    assert 2 == len(await reader.rows(call(), ITEMS, {"skus": ["A", "B"]}))


async def test_it_cannot_write(client: Open, file: Path) -> None:
    """The file is opened for reading alone."""
    with pytest.raises(Rejected) as caught:
        await client(file).rows(call(), text("DELETE FROM item RETURNING sku"))

    assert "SQLITE_READONLY" == caught.value.reason


async def test_a_missing_file_is_unavailable_and_stays_missing(
    client: Open, tmp_path: Path
) -> None:
    """A wrong path never makes an empty database, and what comes later is seen."""
    path = tmp_path / "absent.db"
    reader = client(path)

    with pytest.raises(Unavailable, match="SQLITE_CANTOPEN"):
        await reader.rows(call(), text("SELECT 1"))
    assert [] == files(tmp_path)


async def test_a_file_that_goes_and_comes_is_followed(client: Open, file: Path) -> None:
    """No connection of before is kept: a removed database is dead at once, a restored one alive."""
    reader = client(file)
    await reader.rows(call(), ITEMS, {"skus": ["A"]})
    away = moved(file, file.with_name("away.db"))
    with pytest.raises(Unavailable):
        await reader.rows(call(), ITEMS, {"skus": ["A"]})
    moved(away, file)

    assert 1 == len(await reader.rows(call(), ITEMS, {"skus": ["A"]}))


@pytest.mark.parametrize(
    "statement", ["SELECT sku FROM items", "SELECT skew FROM item", "SELECT i.skew FROM item i"]
)
async def test_unknown_names_are_drift(client: Open, file: Path, statement: str) -> None:
    """A renamed table or column is another form of the system, not a failure that passes."""
    with pytest.raises(SchemaDrift, match="unknown") as caught:
        await client(file).rows(call(), text(statement))

    assert caught.value.__cause__ is None


async def test_a_file_that_is_no_database_is_drift(client: Open, tmp_path: Path) -> None:
    """Other content is not read as an empty database."""
    path = tmp_path / "page.db"
    path.write_text("<html>down for maintenance</html>" * 100, encoding="utf-8")

    with pytest.raises(SchemaDrift, match="SQLITE_NOTADB"):
        await client(path).rows(call(), text("SELECT sku FROM item"))


async def test_a_mistake_in_a_statement_is_rejected_without_quoting(
    client: Open, file: Path
) -> None:
    """The database's words quote statement and values, so none of them is passed on."""
    with pytest.raises(Rejected) as caught:
        await client(file).rows(call(), text("SELECT secret_function('hanako')"))

    assert "SQLITE_ERROR" == caught.value.reason
    assert "hanako" not in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_locked_database_is_unavailable(client: Open, file: Path) -> None:
    """A writer that holds the file is waited for, but not for long."""
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(Unavailable, match="SQLITE_BUSY"):
            await client(file, Limits(timeout_s=2, concurrency=1)).rows(
                call(), text("SELECT 1 FROM item")
            )
    finally:
        writer.close()


async def test_a_late_call_is_stopped_and_its_thread_freed(client: Open, file: Path) -> None:
    """With one thread alone, the next call answers at once."""
    reader = client(file, Limits(timeout_s=0.2, concurrency=1))
    with pytest.raises(Unavailable, match="in time"):
        await reader.rows(call(), ENDLESS)
    start = time.monotonic()

    assert 1 == len(await reader.rows(call(), ITEMS, {"skus": ["A"]}))
    assert time.monotonic() - start < 0.2


async def test_the_callers_deadline_counts_as_well(client: Open, file: Path) -> None:
    """Whichever ends first; one that has passed already asks nothing."""
    reader = client(file, Limits(timeout_s=60))

    with pytest.raises(Unavailable):
        await reader.rows(call(0.1), ENDLESS)
    with pytest.raises(Unavailable):
        await reader.rows(call(0), ENDLESS)


async def test_a_cancelled_call_is_stopped(client: Open, file: Path) -> None:
    """Its statement ends, and the client goes on."""
    reader = client(file, Limits(timeout_s=60, concurrency=1))
    task = asyncio.create_task(reader.rows(call(60), ENDLESS))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert 1 == len(await reader.rows(call(2), ITEMS, {"skus": ["A"]}))


async def test_callers_beyond_the_concurrency_wait(client: Open, file: Path) -> None:
    """Twenty callers share two threads and all are answered."""
    reader = client(file, Limits(concurrency=2))
    found = await asyncio.gather(
        *(reader.rows(call(), ITEMS, {"skus": ["A", "B"]}) for _ in range(20))
    )

    assert [2] * 20 == [len(rows) for rows in found]
    assert 2 >= sum(it.name.startswith("sql") for it in threading.enumerate())


async def test_text_in_another_encoding_spoils_its_own_row_alone(client: Open, file: Path) -> None:
    """It comes as bytes, which no mapping takes for text."""
    with sqlite3.connect(file) as database:
        database.execute("INSERT INTO item VALUES ('S', CAST(x'90c282a2' AS TEXT))")
    database.close()
    found = await client(file).rows(call(), ITEMS, {"skus": ["A", "S"]})

    assert ["青い", b"\x90\xc2\x82\xa2"] == [row["title"] for row in found]


async def test_closing_leaves_no_thread(file: Path) -> None:
    """Not even of a call that was stopped a moment before."""
    reader = SqlClient(address(file), Limits(timeout_s=0.1))
    with pytest.raises(Unavailable):
        await reader.rows(call(), ENDLESS)
    await reader.aclose()

    assert not [it for it in threading.enumerate() if it.name.startswith("sql")]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("not an address", "expected a database's address"),
        ("nosuchdatabase://user:hunter2@db/wms", "expected a database's address"),
        ("mysql+mysqlconnector://user:hunter2@db/wms", "install the database's driver"),
        ("sqlite+aiosqlite:////srv/wms.db", "expected a synchronous driver"),
        ("sqlite://", "expected the path"),
    ],
)
def test_an_address_that_cannot_be_used_says_why(given: str, why: str) -> None:
    """The next step is named, and neither the address nor its password."""
    with pytest.raises(ValueError, match=why) as caught:
        database_url(given)

    assert "hunter2" not in str(caught.value)


def test_a_session_with_a_server_is_told_to_read_only_and_to_end_in_time() -> None:
    """Each dialect in its own words; one that is not known is told nothing."""
    limits = Limits(timeout_s=2.5)

    def told(given: str) -> tuple[str, ...]:
        return session_start(make_url(given), limits)

    assert (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET statement_timeout = 2500",
    ) == told("postgresql+psycopg://db/wms")
    assert (
        "SET SESSION TRANSACTION READ ONLY",
        "SET SESSION max_execution_time = 2500",
    ) == told("mysql+pymysql://db/wms")
    assert "SET SESSION max_statement_time = 2.5" == told("mariadb+pymysql://db/wms")[1]
    assert () == told("oracle+oracledb://db/wms")


def test_a_pool_is_as_wide_as_the_source_bears_and_connecting_has_an_end() -> None:
    """Drivers whose argument we know get a time limit for connecting."""
    limits = Limits(concurrency=3, timeout_s=2.5)
    known = server_options(make_url("postgresql+psycopg://db/wms"), limits)

    assert (3, 0, 2.5) == (known["pool_size"], known["max_overflow"], known["pool_timeout"])
    assert {"connect_timeout": 3} == known["connect_args"]
    assert {} == server_options(make_url("oracle+oracledb://db/wms"), limits)["connect_args"]


def test_each_new_session_is_told_at_once(file: Path) -> None:
    """What a session is told holds for the statements that follow."""
    session = sqlite3.connect(file)
    try:
        SessionStart(("PRAGMA query_only = ON",))(session, None)

        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            session.execute("DELETE FROM item")
    finally:
        session.close()
