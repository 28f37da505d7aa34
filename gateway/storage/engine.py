"""The database: SQLite in a file by default, PostgreSQL by its address, under the same code."""

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gateway.storage.kept import KeptConnections
from gateway.storage.migrations import upgrade
from gateway.storage.sqlite import BUSY_S, connected, is_busy
from gateway.storage.turn import Turn

_CLOCK = select(func.clock_timestamp())


class Database:
    """An open database with its tables up to date.

    Concurrency: any number of readers; on SQLite writers take turns, on PostgreSQL they do not.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._turn = Turn() if self._is_sqlite else None
        self._kept = KeptConnections(engine) if self._is_sqlite else None

    @staticmethod
    async def open(url: str) -> "Database":
        """Open the database of an address, and bring its tables up to date.

        Raises:
            FileNotFoundError: The folder of SQLite's file does not exist.
        """
        database = Database(_engine(url))
        try:
            if database._is_sqlite:
                await _log_ahead(make_url(url).database or "")
            async with database.write() as connection:
                # Several gateways may start at once; the first one brings the tables up to date.
                await database.lock(connection, "migrations")
                await connection.run_sync(upgrade)
        except BaseException:
            await database.aclose()
            raise
        return database

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that sees one state of the database."""
        if self._kept is None:
            async with self._engine.begin() as connection:
                yield connection
        else:
            async with self._kept.read() as connection:
                yield connection

    @asynccontextmanager
    async def write(self, *, hurried: bool = False) -> AsyncIterator[AsyncConnection]:
        """One transaction that may write. It is committed and on disk when the block is left.

        `hurried` is for what many wait for at once: on SQLite it comes before all that waits.

        Concurrency: on SQLite a caller that is cancelled while the database works ends its
        transaction first, and hears of it then. What was to be written may be written.
        """
        if self._turn is None or self._kept is None:
            async with self._engine.begin() as connection:
                yield connection
        else:
            async with (
                self._turn.take(hurried=hurried),
                self._kept.write() as connection,
            ):
                yield connection

    async def lock(self, connection: AsyncConnection, name: str) -> None:
        """Wait until no other transaction has the lock of this name; it is given back at the end.

        On SQLite whoever writes is alone in any case.
        """
        if not self._is_sqlite:
            digest = hashlib.sha256(f"tillgraph {name}".encode()).digest()
            number = int.from_bytes(digest[:8], signed=True)
            await connection.execute(select(func.pg_advisory_xact_lock(number)))

    async def now(self, connection: AsyncConnection) -> datetime:
        """The time by the database's own clock, which is one for all its gateways. UTC."""
        if self._is_sqlite:
            return datetime.now(UTC)
        found: datetime = (await connection.execute(_CLOCK)).scalar_one()
        return found

    async def aclose(self) -> None:
        """Close every connection."""
        if self._kept is not None:
            await self._kept.aclose()
        await self._engine.dispose()


def _engine(url: str) -> AsyncEngine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_async_engine(address, pool_pre_ping=True)
    folder = Path(address.database or "").absolute().parent
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} does not exist: create it, or correct storage.url")
    arguments, options = address.get_dialect()().create_connect_args(address)
    creator = partial(connected, *arguments, **options)
    engine = create_async_engine(address, async_creator=creator)
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _: object) -> None:
    """Make SQLite keep what it has committed, and check what refers to what."""
    connection.isolation_level = None  # the driver would begin transactions by itself, and late
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={round(BUSY_S * 1000)}",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def _log_ahead(file: str) -> None:
    """Give the file a write-ahead log, once for all its life.

    SQLite does not wait for others here as it does elsewhere: it refuses at once.
    """
    until = time.monotonic() + BUSY_S
    while True:
        try:
            return await asyncio.to_thread(_try_log_ahead, file)
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > until:
                raise
        await asyncio.sleep(BUSY_S / 1000)


def _try_log_ahead(file: str) -> None:
    with closing(sqlite3.connect(file, timeout=BUSY_S)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
