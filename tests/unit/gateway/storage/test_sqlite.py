import asyncio
import random
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gateway.storage.engine import Database
from gateway.storage.sqlite import connected
from gateway.storage.tables import processes
from tests.unit.gateway.storage.records import NOW


@pytest.fixture
async def file(tmp_path: Path) -> str:
    """The address of an empty database in a file."""
    return f"sqlite+aiosqlite:///{tmp_path / 'journal.db'}"


async def write(database: Database, name: str) -> None:
    """Write a row, and read in the same transaction."""
    row = {"id": name, "started_at": NOW, "expires_at": NOW}
    async with database.write() as connection:
        await connection.execute(processes.insert(), row)
        await connection.execute(select(func.count()).select_from(processes))


async def count(database: Database) -> int:
    """How many rows there are."""
    async with database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(processes))).scalar_one()


async def test_whoever_is_cancelled_leaves_no_lock(file: str) -> None:
    """At any moment, once or twice, by this gateway or another one: the next one can write."""
    databases = [await Database.open(file), await Database.open(file)]
    chance = random.Random(1)
    for number in range(150):
        task = asyncio.create_task(write(chance.choice(databases), f"cancelled {number}"))
        for _ in range(chance.randint(1, 2)):
            await asyncio.sleep(chance.random() * 0.004)
            task.cancel()
        if number % 5 == 0:
            async with asyncio.timeout(4):
                await write(chance.choice(databases), f"whole {number}")
    written = await count(databases[0])
    for database in databases:
        await database.aclose()

    assert written >= 30


async def test_a_cancellation_is_heard_when_the_transaction_has_ended(file: str) -> None:
    """What was to be written is written, and the task ends as one that was cancelled."""
    database, other = await Database.open(file), await Database.open(file)
    async with other.write():
        task = asyncio.create_task(write(database, "waits for the lock"))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.sleep(0.05)
        is_waiting = not task.done()
    done, _ = await asyncio.wait({task})
    written = await count(database)
    await database.aclose()
    await other.aclose()

    assert is_waiting
    assert [True] == [it.cancelled() for it in done]
    assert 1 == written


async def test_a_deadline_is_a_deadline_all_the_same(file: str) -> None:
    """A caller that gives up hears of it as a timeout, once the database has let it go."""
    database, other = await Database.open(file), await Database.open(file)

    async def hurried() -> None:
        async with asyncio.timeout(0.02):
            await write(database, "too late")

    async with other.write():
        task = asyncio.create_task(hurried())
        await asyncio.sleep(0.05)
    with pytest.raises(TimeoutError):
        await task
    await database.aclose()
    await other.aclose()


async def test_a_connection_that_was_stopped_says_so(tmp_path: Path) -> None:
    """As the driver does: nobody waits for a thread that has ended."""
    connection = await connected(str(tmp_path / "journal.db"))
    stopped = connection.stop()
    with pytest.raises(ValueError, match=r"Connection closed|no active connection"):
        await connection.commit()
    assert stopped is not None

    await stopped


async def test_a_statement_that_fails_says_so(tmp_path: Path) -> None:
    """At once, without the way to the thread."""
    connection = await connected(str(tmp_path / "journal.db"))
    with pytest.raises(sqlite3.OperationalError):
        await connection.execute("SELECT nothing")
    await connection.close()
