import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from gateway.demo.client import GatewayClient, NoAnswerError

Handler = Callable[[web.Request], Any]


@asynccontextmanager
async def _gateway(graphql: Handler, readyz: Handler | None = None) -> AsyncIterator[GatewayClient]:
    """A client of a server that answers as told, on a free port."""
    app = web.Application()
    app.router.add_post("/graphql", graphql)
    if readyz is not None:
        app.router.add_get("/readyz", readyz)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with GatewayClient(f"http://127.0.0.1:{runner.addresses[0][1]}/") as client:
            yield client
    finally:
        await runner.cleanup()


def _answering(answer: Any, status: int = 200) -> AbstractAsyncContextManager[GatewayClient]:
    async def graphql(_: web.Request) -> web.Response:
        if isinstance(answer, str):
            return web.Response(text=answer, status=status)
        return web.json_response(answer, status=status)

    return _gateway(graphql)


async def test_a_whole_answer_is_returned() -> None:
    """Operation and variables are sent; data and errors come back."""
    asked: list[Any] = []

    async def graphql(request: web.Request) -> web.Response:
        asked.append(await request.json())
        return web.json_response({"data": {"a": None}, "errors": [{"message": "hole"}]})

    async with _gateway(graphql) as client:
        answer = await client.ask("query Q { a }", "Q", {"v": 1})

    assert {"data": {"a": None}, "errors": [{"message": "hole"}]} == answer
    assert [{"query": "query Q { a }", "operationName": "Q", "variables": {"v": 1}}] == asked


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"errors": [{"message": "no such field"}]}, "no such field"),
        ({"data": None}, "no data"),
        ([], "no data"),
        ("<html>", "JSONDecodeError"),
    ],
)
async def test_an_answer_without_data_is_none(answer: Any, told: str) -> None:
    """The message names the operation and what came instead."""
    async with _answering(answer, 400) as client:
        with pytest.raises(NoAnswerError, match=told) as caught:
            await client.ask("query Q { a }", "Q")

    assert str(caught.value).startswith("Q: ")


async def test_a_gateway_that_is_gone() -> None:
    """No connection is no answer."""
    async with GatewayClient("http://127.0.0.1:1") as client:
        with pytest.raises(NoAnswerError, match="ClientConnectorError"):
            await client.ask("{ a }", "Q")


async def test_readiness_is_waited_for() -> None:
    """Through refusals, until the gateway says yes."""
    answers = iter([503, 503, 200])

    async def readyz(_: web.Request) -> web.Response:
        return web.Response(status=next(answers))

    async with _gateway(readyz, readyz) as client:
        await client.ready(5)

    assert [] == list(answers)


async def test_readiness_is_not_waited_for_for_ever() -> None:
    """The time that was waited is told."""
    async with GatewayClient("http://127.0.0.1:1") as client:
        with pytest.raises(NoAnswerError, match=r"not ready within 0\.2 s"):
            await client.ready(0.2)


async def test_it_is_used_as_a_context() -> None:
    """Outside there is nothing to close what would be opened."""
    with pytest.raises(RuntimeError, match="context"):
        await asyncio.wait_for(GatewayClient("http://127.0.0.1:1").ask("{ a }", "Q"), 1)
