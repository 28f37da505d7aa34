"""A counter with a simulator and a database of its own."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from connectors.stripe_terminal.simulator.process import Listen, running
from gateway.storage.engine import Database
from tests.unit.connectors.stripe_terminal.simulator.account import SETUP
from tests.unit.gateway.payments.tasks.counter import Counter


@pytest.fixture
async def counter(database: Database) -> AsyncIterator[Counter]:
    """Readers' tasks, as a till uses them."""
    async with running(SETUP, Listen()) as ready, aiohttp.ClientSession() as session:
        counter = Counter(database, ready, session)
        await counter.open()
        yield counter
        await counter.close()
