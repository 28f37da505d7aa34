"""Where the gateways of one story keep their journal."""

import shutil
from pathlib import Path
from typing import Protocol

from tests.killing.postgres import Postgres


class Journals(Protocol):
    """Gives each story an empty journal, whose tables are there already."""

    async def renew(self) -> str:
        """Make an empty one; returns its address."""
        ...

    async def open(self) -> None:
        """Start what it needs."""
        ...

    async def aclose(self) -> None:
        """End what it needs."""
        ...


class Files:
    """In SQLite's file."""

    def __init__(self, folder: Path, template: Path) -> None:
        self._file = folder / "journal.db"
        self._template = template

    async def renew(self) -> str:
        """See `Journals.renew`."""
        self._begin_anew()
        return f"sqlite+aiosqlite:///{self._file}"

    async def open(self) -> None:
        """See `Journals.open`."""

    async def aclose(self) -> None:
        """See `Journals.aclose`."""

    def _begin_anew(self) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{self._file}{ending}").unlink(missing_ok=True)
        shutil.copy(self._template, self._file)


class Servers:
    """In a PostgreSQL server of the lane's own."""

    def __init__(self, folder: Path) -> None:
        self.server = Postgres(folder)

    async def renew(self) -> str:
        """See `Journals.renew`."""
        return await self.server.renew("journal")

    async def open(self) -> None:
        """See `Journals.open`."""
        await self.server.open()

    async def aclose(self) -> None:
        """See `Journals.aclose`."""
        await self.server.aclose()
