"""SQL for connectors: SQLAlchemy with synchronous drivers, in threads of its own. It only reads."""

import asyncio
import math
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, Executable, NullPool, create_engine, event, exc, make_url

from connectors.sdk.context import CallContext
from connectors.sdk.manifest import Limits
from connectors.sdk.sql_errors import translated
from schema.domain.errors import Unavailable

# SQLite asks after so many of its virtual machine's steps, a fraction of a millisecond, whether to
# go on. Unlike `interrupt()` this stops a statement that starts in the moment it is given up.
_SQLITE_STEPS = 10_000
_SQLITE_LOCK_S = 1.0
_RECYCLE_S = 1_800

# What a session is told at its start: never to write, and to end a statement that outlasts its
# caller. {ms} and {s} are the manifest's time limit.
_SESSION: Mapping[str, tuple[str, ...]] = {
    "postgresql": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET statement_timeout = {ms}",
    ),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_execution_time = {ms}"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_statement_time = {s}"),
}
_CONNECT_TIMEOUT = frozenset({"psycopg", "psycopg2", "pymysql", "mysqldb", "mariadbconnector"})


def database_url(text: str) -> URL:
    """Read a database's address, such as `sqlite:////var/lib/wms.db`.

    Raises:
        ValueError: It is no address, or its driver is not installed. The message holds no value.
    """
    try:
        url = make_url(text)
        dialect = url.get_dialect()
        dialect.import_dbapi()
    except ModuleNotFoundError as error:
        raise ValueError(f"install the database's driver, the package {error.name!r}") from None
    except exc.SQLAlchemyError:
        raise ValueError("expected a database's address, such as sqlite:////path/to.db") from None
    if getattr(dialect, "is_async", False):
        raise ValueError("expected a synchronous driver; this one is asynchronous")
    if url.get_backend_name() == "sqlite" and not url.database:
        raise ValueError("expected the path of the database's file, as in sqlite:////path/to.db")
    return url


class SqlClient:
    """Reads one database, with as many threads and connections as the source bears calls.

    Concurrency: any number of callers. A cancelled or late call is stopped and its connection
    thrown away.
    """

    def __init__(self, url: URL, limits: Limits) -> None:
        self._limits = limits
        self._engine = _engine(url, limits)
        self._threads = ThreadPoolExecutor(limits.concurrency, thread_name_prefix="sql")

    async def rows(
        self,
        ctx: CallContext,
        statement: Executable,
        parameters: Mapping[str, Any] | None = None,
    ) -> Sequence[Mapping[str, Any]]:
        """Run a statement and return its rows, by column.

        Values go into `parameters`, never into the statement; for IN, give a `bindparam` with
        `expanding=True`. Text that is not UTF-8 comes as bytes from SQLite.

        Raises:
            Unavailable: It cannot be reached, is locked, or did not answer in time.
            SchemaDrift: A table or column is unknown to it.
            Rejected: Anything else it says; `reason` is its code.
        """
        stop = threading.Event()
        work = asyncio.get_running_loop().run_in_executor(
            self._threads, self._run, statement, parameters, stop
        )
        try:
            async with asyncio.timeout(min(ctx.remaining_s, self._limits.timeout_s)):
                return await work
        except TimeoutError as error:
            raise Unavailable("the database did not answer in time") from error
        finally:
            stop.set()

    async def aclose(self) -> None:
        """Close every connection and let the threads go."""
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._engine.dispose)

    def _run(
        self, statement: Executable, parameters: Mapping[str, Any] | None, stop: threading.Event
    ) -> Sequence[Mapping[str, Any]]:
        try:
            with self._engine.connect() as connection:
                driver = connection.connection.driver_connection
                if isinstance(driver, sqlite3.Connection):
                    driver.set_progress_handler(stop.is_set, _SQLITE_STEPS)
                try:
                    found = connection.execute(statement, parameters)
                    return [dict(row) for row in found.mappings()]
                finally:
                    if stop.is_set():
                        connection.invalidate()
        except exc.SQLAlchemyError as error:
            # Its text quotes the statement, and a driver's the values: it is not chained.
            raise translated(error) from None


def _engine(url: URL, limits: Limits) -> Engine:
    if url.get_backend_name() == "sqlite":
        # No pool: opening costs little, and a file that was replaced or removed is seen at once.
        engine = create_engine(
            _read_only_file(url),
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={"timeout": min(_SQLITE_LOCK_S, limits.timeout_s)},
        )
        event.listen(engine, "connect", _keep_strange_text)
        return engine
    engine = create_engine(url, hide_parameters=True, **server_options(url, limits))
    event.listen(engine, "connect", SessionStart(session_start(url, limits)))
    return engine


def server_options(url: URL, limits: Limits) -> dict[str, Any]:
    """How SQLAlchemy pools connections to a database server."""
    wait_s = math.ceil(limits.timeout_s)
    named = url.get_driver_name() in _CONNECT_TIMEOUT
    return {
        "pool_size": limits.concurrency,
        "max_overflow": 0,
        "pool_timeout": limits.timeout_s,
        "pool_pre_ping": True,
        "pool_recycle": _RECYCLE_S,
        "connect_args": {"connect_timeout": wait_s} if named else {},
    }


def session_start(url: URL, limits: Limits) -> tuple[str, ...]:
    """The statements that open a session with a database server; none for a dialect not known."""
    limit_ms = math.ceil(limits.timeout_s * 1000)
    told = _SESSION.get(url.get_backend_name(), ())
    return tuple(line.format(ms=limit_ms, s=limits.timeout_s) for line in told)


class SessionStart:
    """Tells each new connection what `session_start` says."""

    def __init__(self, statements: Sequence[str]) -> None:
        self._statements = statements

    def __call__(self, connection: Any, _record: object) -> None:
        """Tell one."""
        cursor = connection.cursor()
        for statement in self._statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()


def _read_only_file(url: URL) -> URL:
    """The file's address in a form that never creates it, and cannot write it."""
    path = quote(str(Path(url.database or "").absolute()))
    return url.set(database=f"file:{path}", query={"mode": "ro", "uri": "true"})


def _keep_strange_text(connection: sqlite3.Connection, _record: object) -> None:
    connection.text_factory = _text


def _text(raw: bytes) -> str | bytes:
    """Text, or its bytes where it is none: one record's wrong form, not the whole answer's."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw
