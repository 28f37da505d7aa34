"""A server in Stripe's place, and drivers that call it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from connectors.stripe_terminal.client import StripeTerminal
from connectors.stripe_terminal.config import StripeTerminalConfig
from tests.unit.connectors.stripe_terminal.stand_in import KEY, Open, Stripe


@pytest.fixture
async def stripe_server() -> AsyncIterator[Stripe]:
    """A server on a free port."""
    server = Stripe()
    runner = web.ServerRunner(
        web.Server(server.handle, handler_cancellation=True), shutdown_timeout=0
    )
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


@pytest.fixture
async def driver() -> AsyncIterator[Open]:
    """Makes drivers, and closes them after the test."""
    drivers: list[StripeTerminal] = []

    def opening(url: str, *, timeout_s: float = 5, **config: Any) -> StripeTerminal:
        made = StripeTerminal(
            StripeTerminalConfig.model_validate({"api_key": KEY, "api_base": url, **config}),
            SourceContext("stripe", Limits(timeout_s=timeout_s), HttpClients()),
        )
        drivers.append(made)
        return made

    yield opening
    for made in drivers:
        await made.aclose()
