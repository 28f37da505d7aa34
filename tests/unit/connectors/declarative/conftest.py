"""A shop on a socket of its own, and connectors to it that files describe."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from connectors.declarative import connector_class
from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.source import SourceContext
from schema.domain.scope import Actor

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEAD = """\
id: shop
version: 0.1.0
title: Shop
limits: {batch_max: 50, concurrency: 4, timeout_s: 2}
config:
  base_url: {type: url, description: Address of the shop}
  password: {type: secret, description: Our password, default: hunter-two}
  stores: {type: map, description: Store code to branch, default: {ginza: "001", umeda: "002"}}
"""


@pytest.fixture
def ctx() -> CallContext:
    """A call with time enough."""
    return CallContext(deadline=time.monotonic() + 5, actor=Actor("test", "staff"), trace="t")


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Handler], Awaitable[str]]]:
    """Serves one handler at every path, and stops after the test."""
    runners: list[web.AppRunner] = []

    async def serving(handler: Handler) -> str:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await handler(request)

        application = web.Application()
        application.router.add_route("*", "/{tail:.*}", handle)
        runner = web.AppRunner(application, shutdown_timeout=0)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield serving
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def connect(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Makes connectors from a file's text, and closes them after the test."""
    made: list[Any] = []

    def connecting(text: str, **config: Any) -> Any:
        path = tmp_path / "connector.yaml"
        path.write_text(HEAD + text, encoding="utf-8")
        kind: Any = connector_class(path)
        context = SourceContext("shop", kind.Manifest.limits, HttpClients())
        made.append(kind(kind.Config.model_validate(config), context))
        return made[-1]

    yield connecting
    for connector in made:
        await connector.aclose()
