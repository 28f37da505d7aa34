"""Sorts what databases say into our errors, by their drivers' codes."""

import sqlite3
from collections.abc import Callable, Mapping

from sqlalchemy import exc

from schema.domain.errors import Rejected, SchemaDrift, SourceError, Unavailable

Kind = type[Unavailable] | type[SchemaDrift] | type[Rejected]

_SQLITE: Mapping[int, Kind] = {
    sqlite3.SQLITE_CANTOPEN: Unavailable,
    sqlite3.SQLITE_BUSY: Unavailable,
    sqlite3.SQLITE_LOCKED: Unavailable,
    sqlite3.SQLITE_PROTOCOL: Unavailable,
    sqlite3.SQLITE_IOERR: Unavailable,
    sqlite3.SQLITE_NOMEM: Unavailable,
    sqlite3.SQLITE_FULL: Unavailable,
    sqlite3.SQLITE_INTERRUPT: Unavailable,
    sqlite3.SQLITE_NOTADB: SchemaDrift,
    sqlite3.SQLITE_CORRUPT: SchemaDrift,
    sqlite3.SQLITE_SCHEMA: SchemaDrift,
}
# SQLite has one code for every mistake in a statement, so only its words tell an unknown name.
_SQLITE_UNKNOWN_NAME = ("no such table", "no such column", "no such view")

# SQLSTATE, most telling first: PostgreSQL's and the standard's classes.
_SQLSTATE: Mapping[str, Kind] = {
    "42P01": SchemaDrift,  # undefined table
    "42S02": SchemaDrift,
    "42703": SchemaDrift,  # undefined column
    "42S22": SchemaDrift,
    "3D000": SchemaDrift,  # no such database
    "3F": SchemaDrift,  # no such schema
    "42883": SchemaDrift,  # a column of another type than ours is compared with
    "55P03": Unavailable,  # locked
    "57": Unavailable,  # shut down, or stopped at the time limit
    "53": Unavailable,  # out of connections, memory or disk
    "40": Unavailable,  # deadlock
    "08": Unavailable,  # connection lost
}
# MySQL's and MariaDB's own numbers.
_MYSQL: Mapping[int, Kind] = {
    1049: SchemaDrift,  # unknown database
    1054: SchemaDrift,  # unknown column
    1146: SchemaDrift,  # unknown table
    1040: Unavailable,  # too many connections
    1053: Unavailable,  # shutting down
    1203: Unavailable,  # too many connections of this user
    1205: Unavailable,  # lock not had in time
    1213: Unavailable,  # deadlock
    1317: Unavailable,  # stopped
    1969: Unavailable,  # stopped at the time limit (MariaDB)
    3024: Unavailable,  # stopped at the time limit (MySQL)
    2002: Unavailable,  # cannot connect
    2003: Unavailable,
    2006: Unavailable,  # connection lost
    2013: Unavailable,
}


def translated(error: exc.SQLAlchemyError) -> SourceError:
    """What a failure means: `Unavailable`, `SchemaDrift` or `Rejected`.

    The message holds codes and class names only: a driver's own text quotes statements and values.
    """
    origin = getattr(error, "orig", None) or error
    for sort in (_by_sqlite, _by_sqlstate, _by_mysql, _by_class):
        kind, code = sort(error, origin)
        if kind is not None:
            break
    else:
        kind, code = Rejected, type(origin).__name__
    message = f"the database answered {code}"
    return Rejected(message, reason=code) if kind is Rejected else kind(message)


Sorted = tuple[Kind | None, str]
Sort = Callable[[exc.SQLAlchemyError, BaseException], Sorted]


def _by_sqlite(_error: exc.SQLAlchemyError, origin: BaseException) -> Sorted:
    if not isinstance(origin, sqlite3.Error):
        return None, ""
    code, text = getattr(origin, "sqlite_errorcode", None), str(origin)
    if code is None:
        return None, ""
    if code == sqlite3.SQLITE_ERROR and text.startswith(_SQLITE_UNKNOWN_NAME):
        return SchemaDrift, "that a table or column is unknown"
    # The lower byte is the primary code; the rest only refines it (sqlite.org/rescode.html).
    return _SQLITE.get(code & 0xFF, Rejected), str(getattr(origin, "sqlite_errorname", code))


def _by_sqlstate(_error: exc.SQLAlchemyError, origin: BaseException) -> Sorted:
    state = getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None)
    if not isinstance(state, str):
        return None, ""
    return _SQLSTATE.get(state) or _SQLSTATE.get(state[:2], Rejected), state


def _by_mysql(_error: exc.SQLAlchemyError, origin: BaseException) -> Sorted:
    number = origin.args[0] if origin.args else None
    if isinstance(origin, exc.SQLAlchemyError) or not isinstance(number, int):
        return None, ""
    return _MYSQL.get(number, Rejected), str(number)


def _by_class(error: exc.SQLAlchemyError, origin: BaseException) -> Sorted:
    """What is left without a code: most often a connection that could not be made at all."""
    name = type(origin).__name__
    if getattr(error, "connection_invalidated", False):
        return Unavailable, name
    lost = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError, exc.DisconnectionError)
    return (Unavailable if isinstance(error, lost) else None), name
