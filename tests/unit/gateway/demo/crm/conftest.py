"""The CRM's application on a socket of its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from gateway.demo.crm.application import Crm
from gateway.demo.crm.settings import Settings
from gateway.demo.data.kasane import kasane
from gateway.demo.process import Conduct

FORM = {
    "grant_type": "client_credentials",
    "client_id": "tillgraph",
    "client_secret": Settings().secret,
}


class Caller:
    """A client of the CRM that has a token."""

    def __init__(self, session: aiohttp.ClientSession, conduct: Conduct) -> None:
        self.session = session
        self.conduct = conduct

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        async with self.session.request(method, path, json=body) as response:
            return response.status, await response.json()

    async def sign_in(self) -> None:
        """Fetch a token and send it from now on."""
        async with self.session.post("/oauth/token", data=FORM) as response:
            token = (await response.json())["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Caller]:
    """A CRM on a free port, and a client that has no token yet."""
    conduct = Conduct()
    application = Crm(kasane().customers, settings).application(conduct)
    runner = web.AppRunner(application, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with aiohttp.ClientSession(address) as session:
            yield Caller(session, conduct)
    finally:
        await runner.cleanup()


@pytest.fixture
def serve() -> Callable[..., Any]:
    """Serves a CRM that is set up as told."""
    return lambda **settings: serving(Settings(**settings))


@pytest.fixture
async def crm() -> AsyncIterator[Caller]:
    """A client that has signed in to a CRM as it is set up usually."""
    async with serving(Settings()) as caller:
        await caller.sign_in()
        yield caller
