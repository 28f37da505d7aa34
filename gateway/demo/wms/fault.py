"""Makes the warehouse's database misbehave: gone, locked, or with a column of another name."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from aiohttp import web
from sqlalchemy import URL, text

from gateway.demo.process import Fault, Mode
from gateway.demo.wms.database import file_of, opened

# SQLite asks for a lock at most 100 ms apart, so whoever waits comes in between two of ours.
_OPEN_S = 0.15
_RENAME = "ALTER TABLE item RENAME COLUMN {} TO {}"
_COLUMN, _OTHER = "item_cd", "item_code"


class WmsFault:
    """The database's present fault. Only a file can be slow or dead; a server can but be wrong."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._path = file_of(url)
        self._mode: Mode = "ok"
        self._stop = threading.Event()
        self._locking: asyncio.Task[None] | None = None

    async def turn(self, fault: Fault) -> None:
        """End the fault of before, and begin another.

        Raises:
            web.HTTPNotImplemented: A database server is to be slow or dead.
        """
        if self._path is None and fault.mode in {"slow", "dead"}:
            raise web.HTTPNotImplemented(text="a database server is yours to slow down or end\n")
        await self._end()
        if fault.mode == "wrong":
            await asyncio.to_thread(self._rename, _COLUMN, _OTHER)
        elif fault.mode == "dead" and self._path is not None:
            self._path.rename(_away(self._path))
        elif fault.mode == "slow" and self._path is not None:
            await self._lock(self._path, fault.delay_s)
        self._mode = fault.mode

    async def _end(self) -> None:
        if self._mode == "wrong":
            await asyncio.to_thread(self._rename, _OTHER, _COLUMN)
        elif self._mode == "dead" and self._path is not None:
            _away(self._path).rename(self._path)
        elif self._locking is not None:
            self._stop.set()
            await self._locking
            self._locking = None
        self._mode = "ok"

    def _rename(self, column: str, name: str) -> None:
        with opened(self._url).begin() as connection:
            connection.execute(text(_RENAME.format(column, name)))

    async def _lock(self, path: Path, delay_s: float) -> None:
        """Begin to lock; returns when the first lock is held."""
        self._stop.clear()
        held = threading.Event()
        self._locking = asyncio.create_task(
            asyncio.to_thread(_lock_again_and_again, path, delay_s, held, self._stop)
        )
        await asyncio.to_thread(held.wait)


def _lock_again_and_again(
    path: Path, delay_s: float, held: threading.Event, stop: threading.Event
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        while not stop.is_set():
            try:
                database.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                continue  # somebody reads for longer than we care to wait
            held.set()
            stop.wait(delay_s)
            database.execute("ROLLBACK")
            stop.wait(_OPEN_S)


def _away(path: Path) -> Path:
    return path.with_suffix(".away")
