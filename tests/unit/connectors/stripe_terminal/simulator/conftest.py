"""Simulators on free ports, closed after the test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest

from connectors.stripe_terminal.simulator.process import Listen, running
from connectors.stripe_terminal.simulator.setup import Setup
from tests.unit.connectors.stripe_terminal.simulator.account import SETUP, Account

Open = Callable[..., Awaitable[Account]]


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Starts simulators."""
    async with AsyncExitStack() as stack:

        async def opening(setup: Setup = SETUP, **options: Any) -> Account:
            ready = await stack.enter_async_context(running(setup, Listen(), **options))
            session = await stack.enter_async_context(aiohttp.ClientSession())
            return Account(ready, session)

        yield opening


@pytest.fixture
async def account(opened: Open) -> Account:
    """A simulator with two locations and three readers."""
    return await opened()
