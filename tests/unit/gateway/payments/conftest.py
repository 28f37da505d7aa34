"""Payments over a real journal in a SQLite file, and a provider in miniature."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.payments.journal import Journal
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, OTHER, Till


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An open database of the test's own."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'journal.db'}")
    yield database
    await database.aclose()


@pytest.fixture
def journal(database: Database) -> Journal:
    """The journal."""
    return SqlJournal(database)


@pytest.fixture
def terminal() -> ScriptedTerminal:
    """The provider, with two readers."""
    return ScriptedTerminal(DEVICE, OTHER)


@pytest.fixture
async def till(journal: Journal, terminal: ScriptedTerminal) -> AsyncIterator[Till]:
    """Payments, as a till uses them."""
    till = Till(journal, terminal)
    await till.open()
    yield till
    await till.close()
