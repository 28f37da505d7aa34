import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from gateway.storage.engine import Database
from gateway.storage.sqlite import driver_of
from gateway.storage.tables import processes
from tests.unit.gateway.storage.records import NOW


@pytest.fixture
async def address(tmp_path: Path) -> str:
    """SQLite's alone."""
    return f"sqlite+aiosqlite:///{tmp_path / 'journal.db'}"


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    """An empty one."""
    database = await Database.open(address)
    yield database
    await database.aclose()


async def count(database: Database) -> int:
    """How many rows there are."""
    async with database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(processes))).scalar_one()


def a_row(number: int) -> dict[str, object]:
    """A process."""
    return {"id": f"p{number}", "started_at": NOW, "expires_at": NOW}


async def test_one_connection_writes_time_and_again(database: Database) -> None:
    """So that none has to be fetched; each transaction is a new one."""
    seen = []
    for number in range(3):
        async with database.write() as connection:
            seen.append(driver_of(connection))
            await connection.execute(insert(processes), a_row(number))

    assert 1 == len({*seen})
    assert 3 == await count(database)


async def test_more_readers_than_connections_are_all_served(database: Database) -> None:
    """Those that wait get what others let go of."""

    async def reads() -> int:
        async with database.read() as connection:
            await asyncio.sleep(0.01)
            return (await connection.execute(select(func.count(processes.c.id)))).scalar_one()

    async with asyncio.timeout(20):
        found = await asyncio.gather(*(reads() for _ in range(60)))

    assert [0] * 60 == found


async def test_a_read_sees_one_state(database: Database) -> None:
    """What is written meanwhile is for the next one."""
    query = select(func.count()).select_from(processes)
    async with database.read() as reading:
        before = (await reading.execute(query)).scalar_one()
        async with database.write() as writing:
            await writing.execute(insert(processes), a_row(1))
        after = (await reading.execute(query)).scalar_one()

    assert (0, 0, 1) == (before, after, await count(database))


async def test_a_connection_that_stumbled_is_not_used_again(database: Database) -> None:
    """Whatever SQLite complained of, the next transaction has another one."""
    used = []

    async def stumble() -> None:
        async with database.write() as connection:
            driver = driver_of(connection)
            assert driver is not None
            used.append(driver)
            driver.at_once("SELECT nothing", ())

    with pytest.raises(sqlite3.OperationalError):
        await stumble()
    async with database.write() as connection:
        assert driver_of(connection) not in used
        await connection.execute(insert(processes), a_row(1))

    assert 1 == await count(database)


async def test_what_is_under_way_at_the_end_is_closed_afterwards(address: str) -> None:
    """Nobody may find a connection that nobody closes."""
    database = await Database.open(address)
    async with database.read() as connection:
        driver = driver_of(connection)
        assert driver is not None
        await database.aclose()

    with pytest.raises(ValueError, match="Connection closed"):
        driver.at_once("SELECT 1", ())
