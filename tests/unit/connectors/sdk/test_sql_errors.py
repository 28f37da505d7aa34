"""How the codes of databases that are not here are sorted; SQLite's own are met in test_sql."""

import sqlite3

import pytest
from sqlalchemy import exc

from connectors.sdk.sql_errors import translated
from schema.domain.errors import Rejected, SchemaDrift, SourceError, Unavailable

STATEMENT = "SELECT 'hanako'"


class PostgresError(Exception):
    """An error with a SQLSTATE, as psycopg raises it."""

    def __init__(self, state: str) -> None:
        super().__init__("hanako")
        self.sqlstate = state


class OlderPostgresError(Exception):
    """An error with a SQLSTATE, as psycopg2 raises it."""

    def __init__(self, state: str) -> None:
        super().__init__("hanako")
        self.pgcode = state


class NumberedError(Exception):
    """An error with a number before its text, as the MySQL drivers raise it."""


def wrapped(origin: BaseException, kind: type[exc.DBAPIError] = exc.DBAPIError) -> SourceError:
    """What becomes of a driver's error that SQLAlchemy has wrapped."""
    return translated(kind(STATEMENT, {"name": "hanako"}, origin))


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("42P01", SchemaDrift),
        ("42703", SchemaDrift),
        ("3F000", SchemaDrift),
        ("57014", Unavailable),
        ("57P01", Unavailable),
        ("53300", Unavailable),
        ("40P01", Unavailable),
        ("08006", Unavailable),
        ("55P03", Unavailable),
        ("42501", Rejected),
        ("28P01", Rejected),
        ("22P02", Rejected),
    ],
)
def test_sqlstates_by_code_then_by_class(state: str, kind: type[SourceError]) -> None:
    """Both of PostgreSQL's drivers are understood, and neither's words are kept."""
    for origin in (PostgresError(state), OlderPostgresError(state)):
        found = wrapped(origin)

        assert kind is type(found)
        assert f"the database answered {state}" == str(found)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (1146, SchemaDrift),
        (1054, SchemaDrift),
        (2006, Unavailable),
        (1205, Unavailable),
        (1969, Unavailable),
        (3024, Unavailable),
        (1045, Rejected),
    ],
)
def test_numbers_of_mysql_and_mariadb(number: int, kind: type[SourceError]) -> None:
    """The number decides, whatever class the driver chose."""
    found = wrapped(NumberedError(number, "hanako"), exc.OperationalError)

    assert kind is type(found)
    assert "hanako" not in str(found)


def test_a_rejection_keeps_the_databases_code() -> None:
    """Operators can look it up."""
    found = wrapped(PostgresError("42501"))

    assert isinstance(found, Rejected)
    assert "42501" == found.reason


@pytest.mark.parametrize("kind", [exc.OperationalError, exc.InterfaceError])
def test_a_connection_that_fails_without_a_code_is_unavailable(
    kind: type[exc.DBAPIError],
) -> None:
    """No address, no route, no answer: drivers have no code for those."""
    assert isinstance(wrapped(OSError("hanako"), kind), Unavailable)
    assert isinstance(wrapped(sqlite3.OperationalError("hanako"), kind), Unavailable)


def test_a_connection_that_was_lost_is_unavailable() -> None:
    """SQLAlchemy noticed it, so the driver's class does not matter."""
    error = exc.DBAPIError(STATEMENT, {}, OSError("gone"), connection_invalidated=True)

    assert isinstance(translated(error), Unavailable)


def test_a_pool_without_a_free_connection_is_unavailable() -> None:
    """SQLAlchemy's own errors have no driver's behind them."""
    assert isinstance(translated(exc.TimeoutError("no connection")), Unavailable)


def test_anything_else_is_rejected_by_its_class() -> None:
    """What we do not know is never asked again by itself."""
    found = wrapped(KeyError("hanako"))

    assert isinstance(found, Rejected)
    assert ("KeyError", "the database answered KeyError") == (found.reason, str(found))
