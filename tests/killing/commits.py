"""Sees each commit of a process that writes, whoever makes it: SQLAlchemy or SQLite's driver."""

import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import Engine
from typing_extensions import override

from tests.killing.safeguards import swap

_WRITES = ("INSERT INTO", "UPDATE", "DELETE FROM")
_SAID = "said by the transaction"

Watch = Callable[[str, Callable[[], None]], None]
"""Is given a commit's name, and what makes it: the verbs and tables of all that it writes."""


def watch(watched: Watch) -> None:
    """Let every commit that writes, of any database, be made by `watched`."""
    _watch_sqlite(watched)
    _watch_postgresql(watched)


def _watch_sqlite(watched: Watch) -> None:
    class Noted(sqlite3.Connection):
        """A connection that remembers what its transaction writes: that is the commit's name."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._said: list[str] = []
            self.set_trace_callback(self._hear)

        def _hear(self, statement: str) -> None:
            if statement.startswith("BEGIN"):
                self._said.clear()
            else:
                _note(self._said, statement)

        @override
        def commit(self) -> None:
            if not self._said:
                super().commit()
                return
            name = ", ".join(self._said)
            self._said.clear()
            watched(name, super().commit)

    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
        return connect(*arguments, **{"factory": Noted, **options})

    swap(sqlite3, "connect", connected)


def _watch_postgresql(watched: Watch) -> None:
    commit: Any = PGDialect_asyncpg.do_commit  # has no types

    def do_commit(dialect: PGDialect_asyncpg, connection: Any) -> None:
        said = connection.info.pop(_SAID, ())
        if said:
            watched(", ".join(said), lambda: commit(dialect, connection))
        else:
            commit(dialect, connection)

    listens: Any = event.listen  # has no types
    listens(Engine, "begin", _began)
    listens(Engine, "before_cursor_execute", _asked)
    swap(PGDialect_asyncpg, "do_commit", do_commit)


def _began(connection: Connection) -> None:
    connection.info[_SAID] = []


def _asked(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    _note(connection.info.setdefault(_SAID, []), statement)


def _note(said: list[str], statement: str) -> None:
    """Remember the verb and the table of a statement that writes."""
    if not statement.startswith(_WRITES):
        return
    verb, *rest = statement.split(maxsplit=3)[:3]
    table = rest[1] if rest[0] in {"INTO", "FROM"} else rest[0]
    if (short := f"{verb.lower()} {table}") not in said:
        said.append(short)
