"""The graph over systems in memory, and over payments with a journal in a real SQLite file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, OTHER, Till
from tests.unit.schema.graphql.shop import Shop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop with two order systems, and readers in its store."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'journal.db'}")
    till = Till(SqlJournal(database), ScriptedTerminal(DEVICE, OTHER))
    await till.open()
    yield Shop(till)
    await till.close()
    await database.aclose()
