"""A PostgreSQL server of the tests' own, where its programs are installed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

_VARIABLE = "TILLGRAPH_TEST_POSTGRES_URL"
_INSTALLED = "/usr/lib/postgresql"
_START_S = 15


class NoPostgresError(Exception):
    """There is no server to be had; the message says what to do about it."""


@contextmanager
def running() -> Iterator[str]:
    """The address of a running server's own database, as SQLAlchemy writes it.

    That of the environment if there is one; else a server is started, and ended afterwards.

    Raises:
        NoPostgresError: There is none, and its programs are not installed.
    """
    given = os.environ.get(_VARIABLE)
    if given:
        yield given
        return
    programs = _programs()
    # The server refuses to run as root, and its folder must be its user's own.
    user = _user() if os.geteuid() == 0 else None
    # Short, since a socket's path may have no more than 107 characters.
    with tempfile.TemporaryDirectory(prefix="tillgraph-", dir="/tmp") as folder:
        if user:
            shutil.chown(folder, user)
        with _server(programs, Path(folder), user) as port:
            yield f"postgresql+asyncpg://tillgraph@127.0.0.1:{port}/postgres"


async def create_database(server: str) -> str:
    """Create an empty database on a server; return its address."""
    name = f"tillgraph_{uuid4().hex}"
    await _run(server, f'CREATE DATABASE "{name}"')
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def empty_database(address: str) -> None:
    """Make a database as good as new, which is faster than a new one."""
    await _run(address, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


async def drop_database(server: str, address: str) -> None:
    """Drop a database, whoever is still connected."""
    await _run(server, f'DROP DATABASE "{make_url(address).database}" WITH (FORCE)')


async def _run(address: str, *statements: str) -> None:
    engine = create_async_engine(address, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


def _programs() -> Path:
    found = sorted(Path(_INSTALLED).glob("*/bin/postgres"), key=lambda it: float(it.parts[-3]))
    on_path = shutil.which("postgres")
    if found:
        return found[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgresError(f"PostgreSQL is not installed; install it, or set {_VARIABLE}")


def _user() -> str:
    known = {it.pw_name for it in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def _server(programs: Path, folder: Path, user: str | None) -> Iterator[int]:
    data = folder / "data"
    # The C locale sorts by bytes, wherever the tests run.
    options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--username=tillgraph")
    subprocess.run(
        [programs / "initdb", f"--pgdata={data}", *options],
        user=user,
        cwd=folder,
        check=True,
        capture_output=True,
    )
    port = _free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "fsync": "off",
        "max_connections": 200,
        "logging_collector": "off",
    }
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *arguments],
            user=user,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(programs, process, port)
        yield port
    finally:
        process.send_signal(signal.SIGINT)  # its "fast" shutdown: connections are ended
        process.wait(_START_S)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _wait(programs: Path, process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _START_S
    ready: list[str | Path] = [
        programs / "pg_isready",
        "--quiet",
        "--host=127.0.0.1",
        f"--port={port}",
    ]
    while subprocess.run(ready, check=False).returncode != 0:
        if process.poll() is not None or time.monotonic() > end:
            raise NoPostgresError("the PostgreSQL server did not start")
        time.sleep(0.05)  # a session's fixture runs outside any event loop
