"""The sample CRM on a socket of its own, and the connector to it."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest
from aiohttp import web

from connectors.kasane_crm.client import KasaneCrm
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from gateway.demo.crm.application import Crm
from gateway.demo.crm.settings import Settings
from gateway.demo.data.kasane import kasane
from gateway.demo.process import Conduct
from schema.domain.scope import Actor


class Server:
    """A CRM that listens."""

    def __init__(self, settings: Settings) -> None:
        self.crm = Crm(kasane().customers, settings)
        self.conduct = Conduct()
        application = self.crm.application(self.conduct)
        self.runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0)
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port."""
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    @property
    def calls(self) -> dict[str, int]:
        """How often each call came."""
        return dict(self.conduct.calls)


@pytest.fixture
async def start() -> AsyncIterator[Callable[..., Any]]:
    """Starts CRMs, and stops them after the test."""
    servers: list[Server] = []

    async def starting(**settings: Any) -> Server:
        server = Server(Settings(**settings))
        await server.start()
        servers.append(server)
        return server

    yield starting
    for server in servers:
        await server.runner.cleanup()


@pytest.fixture
async def connect() -> AsyncIterator[Callable[..., Any]]:
    """Makes connectors, and closes them after the test."""
    connectors: list[Any] = []

    def connecting(url: str, *, secret: str | None = None, timeout_s: float = 3.0) -> Any:
        given = {"client_id": "tillgraph", "client_secret": secret or Settings().secret}
        config = KasaneCrm.Config.model_validate({"base_url": url, **given})
        limits = Limits(concurrency=6, timeout_s=timeout_s)
        made = KasaneCrm(config, SourceContext("crm", limits, HttpClients()))
        connectors.append(made)
        return made

    yield connecting
    for made in connectors:
        await made.aclose()


@pytest.fixture
async def server(start: Callable[..., Any]) -> Server:
    """A CRM as it is set up usually."""
    made: Server = await start()
    return made


@pytest.fixture
async def crm(server: Server, connect: Callable[..., Any]) -> Any:
    """The connector to `server`."""
    return connect(server.url)


@pytest.fixture
def ctx() -> CallContext:
    """A call that has ten seconds."""
    return CallContext(time.monotonic() + 10.0, Actor("till", "staff"), "trace")


@pytest.fixture
async def answering() -> AsyncIterator[Callable[..., Any]]:
    """Starts servers in the CRM's place that answer each path with its JSON."""
    runners: list[web.ServerRunner] = []

    async def starting(answers: Mapping[str, Any], status: int = 200) -> str:
        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            return web.json_response(answers[request.path], status=status)

        runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield starting
    for runner in runners:
        await runner.cleanup()
