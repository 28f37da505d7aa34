"""SQLite's connections between transactions: kept at hand, and begun and ended by SQLite alone.

SQLAlchemy takes a connection out of its pool, begins, ends, cleans up and puts it back, each with a
change of stacks: several times the work of all that a payment's transaction does. What it is asked
within a transaction works as ever.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.storage.sqlite import SqliteConnection, driver_of, let_go

# Fewer than the pool has: who waits for one of the pool's is served by those that go back there.
_READERS = 3


class KeptConnections:
    """Transactions on SQLite.

    Concurrency: any number of readers, and one writer at a time, which the caller sees to.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._readers: list[AsyncConnection] = []
        self._writer: list[AsyncConnection] = []
        self._is_ending = False

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that sees one state of the database."""
        try:
            async with self._taken(self._readers, _READERS) as connection:
                driver = _driver(connection)
                driver.at_once("BEGIN", ())
                try:
                    yield connection
                finally:
                    if connection.in_transaction():
                        await connection.rollback()
                    else:
                        await driver.rollback()
        finally:
            let_go()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that may write. It is committed and on disk when the block is left.

        Whoever is cancelled while SQLite works hears of it once the transaction has ended.
        """
        try:
            async with self._taken(self._writer, 1) as connection:
                driver = _driver(connection)
                # The lock is taken at once: a reader that becomes a writer may find that it cannot.
                await driver.begin_writing()
                try:
                    yield connection
                    # SQLAlchemy knows of a transaction only where it was asked for something.
                    asked = connection.in_transaction()
                    await (connection.commit() if asked else driver.commit())
                except BaseException:
                    asked = connection.in_transaction()
                    await (connection.rollback() if asked else driver.rollback())
                    raise
        finally:
            let_go()

    async def aclose(self) -> None:
        """Let go of what is at hand, and of what is under way as soon as it has ended."""
        self._is_ending = True
        for kept in (self._readers, self._writer):
            while kept:
                await _closed(kept.pop())

    @asynccontextmanager
    async def _taken(
        self, kept: list[AsyncConnection], most: int
    ) -> AsyncIterator[AsyncConnection]:
        """A connection, which is kept afterwards unless something went wrong, or many are."""
        connection = kept.pop() if kept else await self._engine.connect()
        try:
            yield connection
        except sqlite3.Error:
            await _closed(connection, is_for_good=True)
            raise
        except BaseException:
            await self._put_back(connection, kept, most)
            raise
        await self._put_back(connection, kept, most)

    async def _put_back(
        self, connection: AsyncConnection, kept: list[AsyncConnection], most: int
    ) -> None:
        if len(kept) < most and not (self._is_ending or connection.invalidated):
            kept.append(connection)
        else:
            # The pool that it would go back to is nobody's any more once all is ending.
            await _closed(connection, is_for_good=self._is_ending)


async def _closed(connection: AsyncConnection, *, is_for_good: bool = False) -> None:
    """Give it back to the pool, or end it for good, whoever is cancelled meanwhile."""
    if is_for_good:
        await asyncio.shield(asyncio.create_task(connection.invalidate()))
    await asyncio.shield(asyncio.create_task(connection.close()))


def _driver(connection: AsyncConnection) -> SqliteConnection:
    driver = driver_of(connection)
    if driver is None:
        raise TypeError("only SQLite's connections are kept")
    return driver
