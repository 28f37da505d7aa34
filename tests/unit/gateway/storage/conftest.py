"""Each test on a fresh SQLite file, and again on a fresh PostgreSQL database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gateway.payments.journal import Journal
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from tests.postgres import create_database, drop_database, empty_database


@pytest.fixture(scope="session")
def kept_databases(postgres: str) -> Iterator[dict[str, str]]:
    """The database of the server that one worker's tests empty and use again."""
    kept: dict[str, str] = {}
    yield kept
    for address in kept.values():
        asyncio.run(drop_database(postgres, address))


@pytest.fixture(params=["sqlite", "postgres"])
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'journal.db'}"
        return
    kept: dict[str, str] = request.getfixturevalue("kept_databases")
    server = request.getfixturevalue("postgres")
    if server in kept:
        await empty_database(kept[server])
    else:
        kept[server] = await create_database(server)
    yield kept[server]


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    """The database, open."""
    database = await Database.open(address)
    yield database
    await database.aclose()


@pytest.fixture
async def other_database(address: str, database: Database) -> AsyncIterator[Database]:
    """The same database, opened by another gateway."""
    other = await Database.open(address)
    yield other
    await other.aclose()


@pytest.fixture
def journal(database: Database) -> Journal:
    """The journal."""
    return SqlJournal(database)


@pytest.fixture
def rival(other_database: Database) -> Journal:
    """The same journal, as another gateway has it."""
    return SqlJournal(other_database)
