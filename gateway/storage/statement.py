"""Statements that run for every payment: put together once, and short of ways in between.

Around a small statement SQLAlchemy works ten times as long as SQLite does for it. Here a statement
is compiled once, with what its columns' types do to values and back; SQLite's driver is then given
it as it is, in the transaction that is under way. Other databases are asked in the usual way: what
they are sent, and what comes of it, is the same.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct
from sqlalchemy import Delete, Dialect, Insert, RowMapping, Select, Update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from gateway.storage.sqlite import SqliteConnection, driver_of

Row: TypeAlias = Mapping[str, Any] | RowMapping
"""Values by the names of their columns, as the columns' types give them back."""

_Change: TypeAlias = Callable[[Any], Any] | None


class _Ready(Struct, frozen=True):
    """A statement as SQLite's driver is given it; `fixed` are values that it has by itself."""

    text: str
    given: Sequence[tuple[str, _Change]]
    found: Sequence[tuple[str, _Change]]
    fixed: Mapping[str, Any]


class Statement:
    """One statement. Its values have the same names each time it runs.

    Concurrency: any number of callers, each with a connection of its own.
    """

    def __init__(self, clause: Select[*tuple[Any, ...]] | Insert | Update | Delete) -> None:
        self._clause = clause
        self._ready: _Ready | None = None

    async def rows(self, connection: AsyncConnection, values: Mapping[str, Any]) -> Sequence[Row]:
        """Run it, and return what it finds."""
        driver = driver_of(connection)
        if driver is None:
            return (await connection.execute(self._clause, values)).mappings().all()
        ready = self._ready or self._prepare(connection.dialect, values)
        return [
            {
                name: value if change is None else change(value)
                for (name, change), value in zip(ready.found, row, strict=True)
            }
            for row in _run(driver, ready, values).fetchall()
        ]

    async def first(self, connection: AsyncConnection, values: Mapping[str, Any]) -> Row | None:
        """Run it, and return the first row that it finds, if any."""
        found = await self.rows(connection, values)
        return found[0] if found else None

    async def run(self, connection: AsyncConnection, values: Mapping[str, Any]) -> int:
        """Run it, and return how many rows it has changed.

        Raises:
            IntegrityError: A constraint forbids it.
        """
        driver = driver_of(connection)
        if driver is None:
            return (await connection.execute(self._clause, values)).rowcount
        ready = self._ready or self._prepare(connection.dialect, values)
        return _run(driver, ready, values).rowcount

    def _prepare(self, dialect: Dialect, values: Mapping[str, Any]) -> _Ready:
        """Compile it for values of these names; every SQLite database speaks the same dialect."""
        clause = self._clause
        names = None if isinstance(clause, Select | Delete) else [*values]
        compiled = clause.compile(dialect=dialect, column_keys=names)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("only statements that are compiled can be prepared")
        columns = clause.selected_columns if isinstance(clause, Select) else ()
        binds = [(name, compiled.binds[name]) for name in compiled.positiontup or ()]
        self._ready = _Ready(
            str(compiled),
            [(name, _to_driver(bind.type, dialect)) for name, bind in binds],
            [(str(column.key), _from_driver(column.type, dialect)) for column in columns],
            {name: bind.effective_value for name, bind in binds if name not in values},
        )
        return self._ready


def _run(driver: SqliteConnection, ready: _Ready, values: Mapping[str, Any]) -> sqlite3.Cursor:
    all_values = {**ready.fixed, **values} if ready.fixed else values
    given = [
        all_values[name] if change is None else change(all_values[name])
        for name, change in ready.given
    ]
    try:
        return driver.at_once(ready.text, given)
    except sqlite3.IntegrityError as error:
        raise IntegrityError(ready.text, None, error) from error


def _to_driver(kind: TypeEngine[Any], dialect: Dialect) -> _Change:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _from_driver(kind: TypeEngine[Any], dialect: Dialect) -> _Change:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
