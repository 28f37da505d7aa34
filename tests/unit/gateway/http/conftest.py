"""A small graph, and servers for it on free ports that all tests of a worker share."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from typing import Any

import aiohttp
import pytest
import uvicorn

from gateway.http.app import create_app
from gateway.http.settings import HttpSettings, LimitSettings
from tests.unit.gateway.http.asker import Asker
from tests.unit.gateway.http.graph import Graph

KEY = "a-key-of-the-till-0123456789abcdef"


class Servers:
    """A loop in a thread of its own, with a server for each of the settings asked for."""

    def __init__(self) -> None:
        self.graph = Graph()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._running: dict[HttpSettings, tuple[uvicorn.Server, Future[None], str]] = {}
        self._thread.start()

    def address(self, settings: HttpSettings) -> str:
        """Where a server with these settings listens."""
        if settings not in self._running:
            started = asyncio.run_coroutine_threadsafe(self._start(settings), self._loop)
            self._running[settings] = started.result(10)
        return self._running[settings][2]

    async def _start(self, settings: HttpSettings) -> tuple[uvicorn.Server, Future[None], str]:
        config = uvicorn.Config(
            create_app(settings, self.graph),
            port=0,
            ws="websockets-sansio",
            ws_max_size=settings.body_bytes,
            lifespan="off",
            log_config=None,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        ended: Future[None] = asyncio.run_coroutine_threadsafe(server.serve(), self._loop)
        while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        return server, ended, f"http://127.0.0.1:{port}"

    def close(self) -> None:
        """End all of them, and the thread."""
        for server, _, _ in self._running.values():
            server.should_exit = True
        for _, ended, _ in self._running.values():
            ended.result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The worker's servers."""
    servers = Servers()
    yield servers
    servers.close()


@pytest.fixture
def graph(servers: Servers) -> Graph:
    """What the servers serve."""
    servers.graph.forget()
    return servers.graph


@pytest.fixture
def address(servers: Servers) -> Callable[..., str]:
    """The address of a server, by what its settings say."""

    def address_of(**settings: Any) -> str:
        # What an operation costs has a test of its own, and answers are shorter without.
        limits = LimitSettings(**{"tell_cost": False, **settings.pop("limits", {})})
        return servers.address(HttpSettings(port=0, limits=limits, **settings))

    return address_of


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client that decompresses nothing and follows nothing."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield session


@pytest.fixture
def asker(client: aiohttp.ClientSession, address: Callable[..., str], graph: Graph) -> Asker:
    """Asks a server with no keys."""
    return Asker(client, address())
