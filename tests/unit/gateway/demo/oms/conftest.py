"""The sample OMS on a socket of its own."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web

from gateway.demo.data.kasane import kasane
from gateway.demo.oms.application import PATH, Oms
from gateway.demo.oms.book import OrderBook
from gateway.demo.process import Conduct
from tests.unit.gateway.demo.oms.caller import KEY, Caller


@pytest.fixture
def book() -> OrderBook:
    """An order book of the test's own."""
    return OrderBook(kasane())


@pytest.fixture
async def caller(book: OrderBook) -> AsyncIterator[Caller]:
    """Somebody who calls an OMS with that book."""
    conduct = Conduct()
    runner = web.AppRunner(Oms(book, KEY).application(conduct), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession() as session:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
        yield Caller(session, url, conduct)
    await runner.cleanup()
