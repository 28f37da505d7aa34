"""SQLite's connections: what is quick is done at once, and nothing is left in the middle.

aiosqlite carries every statement to a thread and back, four times for one query. Only committing,
and a write lock that another process has, may be waited for; all else takes less time than the way
to the thread, and is done where it is asked for.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final
from weakref import WeakKeyDictionary

import aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

# A task that is cancelled while SQLite works for it hears of it at the end of its transaction: one
# that is left in the middle would keep the lock, and nobody could write any more.
_held_back: "WeakKeyDictionary[asyncio.Task[Any], asyncio.CancelledError]" = WeakKeyDictionary()

BUSY_S: Final = 5.0
"""How long a writer waits for another process."""

_LOCKS: Final = "BEGIN IMMEDIATE"
_ASK_AGAIN_S: Final = 0.003


async def connected(*arguments: Any, **options: Any) -> "SqliteConnection":
    """A new connection to a file. Raises as `sqlite3.connect`."""
    options["check_same_thread"] = False  # used by one at a time, here or in its thread
    connection = SqliteConnection(partial(sqlite3.connect, *arguments, **options), 64)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does, so that no thread outlives us
    _ = await connection
    return connection


def is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether another connection is at what was asked for."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def driver_of(connection: AsyncConnection) -> "SqliteConnection | None":
    """SQLite's own connection beneath SQLAlchemy's; None on other databases."""
    sync = connection.sync_connection
    driver = sync.connection.driver_connection if sync is not None else None
    return driver if isinstance(driver, SqliteConnection) else None


def let_go() -> None:
    """Let a cancellation that was held back happen: the transaction has ended.

    Raises:
        CancelledError: There was one.
    """
    task = asyncio.current_task()
    error = _held_back.pop(task, None) if task is not None else None
    if error is not None:
        raise error


class SqliteConnection(aiosqlite.Connection):
    """A connection of which no statement ends half done."""

    _is_patient = True

    def at_once(self, statement: str, values: Sequence[Any]) -> sqlite3.Cursor:
        """Run a statement where it is asked for, in the transaction that is under way.

        Raises:
            sqlite3.Error: As SQLite does.
            ValueError: The connection is closed.
        """
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        return self._connection.execute(statement, values)

    async def begin_writing(self) -> None:
        """Begin a transaction that has the write lock; another process may have it for a while.

        Raises:
            sqlite3.OperationalError: It has had it for too long.
        """
        if self._is_patient:  # SQLite would wait where it is asked, and all of us with it
            self.at_once("PRAGMA busy_timeout=0", ())
            self._is_patient = False
        try:
            self.at_once(_LOCKS, ())
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            await self._in_thread(self._wait_for_lock)

    def _wait_for_lock(self) -> None:
        """Ask as SQLite itself would do, which asks seldom: whoever writes is done soon."""
        until = time.monotonic() + BUSY_S
        while True:
            time.sleep(_ASK_AGAIN_S)  # noqa: TID251 - in a thread of its own
            try:
                self.at_once(_LOCKS, ())
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > until:
                    raise
            else:
                return

    @override
    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        if fn not in (self._connection.commit, self._connection.close):
            return fn(*args, **kwargs)
        return await self._in_thread(partial(fn, *args, **kwargs))

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        future = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((future, work))
        while not future.done():
            try:
                await asyncio.wait((future,))
            except asyncio.CancelledError as error:
                task = asyncio.current_task()
                if task is None:
                    raise
                _held_back[task] = error
        return future.result()
