"""A PostgreSQL server that may be killed, and started again on the same data."""

import asyncio
import os
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from gateway.storage.engine import Database
from tests.killing.orphans import die_with_parent
from tests.postgres import _free_port, _programs, _user

_START_S = 30.0


class Postgres:
    """One server. What it has committed survives its death, as the kernel has it.

    Raises:
        NoPostgresError: Its programs are not installed.
    """

    def __init__(self, folder: Path) -> None:
        self._programs = _programs()
        self._user = _user() if os.geteuid() == 0 else None
        self._folder = folder / "postgres"
        self._port = _free_port()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def group(self) -> int:
        """Its processes' group, to be killed as one."""
        assert self._process is not None
        return self._process.pid

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+asyncpg://tillgraph@127.0.0.1:{self._port}/{database}"

    async def open(self) -> None:
        """Make its data, start it, and make a database that others are copied from."""
        self._folder.mkdir()
        if self._user:
            for folder in (self._folder, *self._folder.parents[:2]):
                shutil.chown(folder, self._user)
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        process = await asyncio.create_subprocess_exec(
            str(self._programs / "initdb"),
            *(f"--pgdata={self._folder / 'data'}", *options, "--username=tillgraph"),
            user=self._user,
            cwd=self._folder,
            stdout=asyncio.subprocess.DEVNULL,
        )
        assert 0 == await process.wait()
        await self.start()
        await self._run("CREATE DATABASE template_of_all")
        await (await Database.open(self.url("template_of_all"))).aclose()

    async def start(self) -> None:
        """Start it, and wait until it takes connections."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self._port,
            "unix_socket_directories": self._folder,
            "fsync": "off",  # a death of the process is no death of the kernel
            "max_connections": 100,
        }
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                str(self._programs / "postgres"),
                *("-D", str(self._folder / "data"), *arguments),
                user=self._user,
                cwd=self._folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        end = time.monotonic() + _START_S
        while True:
            with suppress(Exception):
                await self._run("SELECT 1")
                return
            assert time.monotonic() < end, (self._folder / "log").read_text()[-2000:]
            await asyncio.sleep(0.05)

    async def ended(self) -> None:
        """Wait until it is dead."""
        assert self._process is not None
        await self._process.wait()

    def kill(self) -> None:
        """End all of its processes as a power cut does."""
        with suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)

    async def renew(self, database: str) -> str:
        """Make a database as good as new; returns its address."""
        await self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        await self._run(f'CREATE DATABASE "{database}" TEMPLATE template_of_all')
        return self.url(database)

    async def aclose(self) -> None:
        """End it for good."""
        self.kill()
        await self.ended()

    async def _run(self, statement: str) -> None:
        engine = create_async_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                await connection.execute(text(statement))
        finally:
            await engine.dispose()
