"""SQLite's connections: what is quick is done at once, and nothing is left in the middle.

aiosqlite carries every statement to a thread and back, four times for one query. Only taking the
write lock and committing may wait, for another process or the disk; all else takes less time than
the way to the thread, and is done where it is asked for.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final
from weakref import WeakKeyDictionary

import aiosqlite
from typing_extensions import override

# A task that is cancelled while SQLite works for it hears of it at the end of its transaction: one
# that is left in the middle would keep the lock, and nobody could write any more.
_held_back: "WeakKeyDictionary[asyncio.Task[Any], asyncio.CancelledError]" = WeakKeyDictionary()

_LOCKS: Final = "BEGIN IMMEDIATE"


async def connected(*arguments: Any, **options: Any) -> "SqliteConnection":
    """A new connection to a file. Raises as `sqlite3.connect`."""
    options["check_same_thread"] = False  # used by one at a time, here or in its thread
    connection = SqliteConnection(partial(sqlite3.connect, *arguments, **options), 64)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does, so that no thread outlives us
    _ = await connection
    return connection


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

    _writes = False

    def at_once(self, statement: str, values: Sequence[Any]) -> sqlite3.Cursor:
        """Run a statement where it is asked for, in the transaction that is under way.

        Raises:
            sqlite3.Error: As SQLite does.
            ValueError: The connection is closed.
        """
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        return self._connection.execute(statement, values)

    @override
    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        name = getattr(fn, "__name__", "")
        if name == "execute" and args[0].startswith(_LOCKS):
            self._writes = True
        elif (name == "commit" and self._writes) or fn == self._connection.close:
            self._writes = False
        else:
            return fn(*args, **kwargs)
        future = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((future, partial(fn, *args, **kwargs)))
        while not future.done():
            try:
                await asyncio.wait((future,))
            except asyncio.CancelledError as error:
                task = asyncio.current_task()
                if task is None:
                    raise
                _held_back[task] = error
        return future.result()
