"""The proxy passes on what it is given, whatever the framing, and counts what passes."""

import asyncio
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiohttp import web

from connectors.sdk.testing.fault_proxy import FaultProxy
from connectors.sdk.testing.http_faults import HTTP_FAULTS, HttpFaults


async def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds."""
    while not holds():  # noqa: ASYNC110 - what the proxy counts is no event
        await asyncio.sleep(0.01)


@pytest.fixture
async def proxy() -> AsyncIterator[FaultProxy]:
    """A proxy before a server that tells what it was sent, in chunks."""

    async def echo(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(f"{request.method} {request.raw_path} ".encode())
        await response.write(await request.read())
        await response.write_eof()
        return response

    runner = web.ServerRunner(web.Server(echo), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with FaultProxy(f"http://127.0.0.1:{runner.addresses[0][1]}/base/").running() as made:
        yield made
    await runner.cleanup()


async def test_passes_on(proxy: FaultProxy) -> None:
    """Method, path, query and body arrive as they were sent, chunked ones too, and are kept."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    async with aiohttp.ClientSession() as session:
        async with session.put(f"{proxy.url}/x?q=%2F", data=b"body") as answer:
            assert "PUT /base/x?q=/ body" == await answer.text()
        async with session.post(f"{proxy.url}/y", data=parts()) as answer:
            assert "POST /base/y ab" == await answer.text()

    assert ["/base/x?q=/", "/base/y"] == [it.request.target for it in proxy.exchanges]
    assert [b"body", b"ab"] == [it.request.body for it in proxy.exchanges]


async def test_counts(proxy: FaultProxy) -> None:
    """Requests under way are counted, at the worst and now; a client that goes counts no more."""
    hang = next(it for it in HTTP_FAULTS if it.name == "hang")
    async with HttpFaults(proxy).injected(hang), aiohttp.ClientSession() as session:
        calls = [asyncio.ensure_future(session.get(proxy.url)) for _ in range(3)]
        await until(lambda: proxy.in_flight == len(calls))
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await until(lambda: proxy.in_flight == 0)

    assert 3 == proxy.most_in_flight
    assert 0 == proxy.connections


async def test_refuses_and_listens_again(proxy: FaultProxy) -> None:
    """While connections are refused nobody gets through; afterwards the address is the same."""
    refused = HTTP_FAULTS[0]
    async with aiohttp.ClientSession() as session:
        async with HttpFaults(proxy).injected(refused):
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.get(proxy.url)
        async with session.get(proxy.url) as answer:
            assert 200 == answer.status


async def test_dead_system() -> None:
    """A system that is not there is a bad gateway."""
    async with (
        FaultProxy("http://127.0.0.1:1").running() as proxy,
        aiohttp.ClientSession() as session,
        session.get(proxy.url) as answer,
    ):
        assert 502 == answer.status


async def test_no_http(proxy: FaultProxy) -> None:
    """Who sends something else is hung up on, and hurts nobody."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.split(":")[2][:-5]))
    writer.write(b"PUT / HTTP/1.1\r\ncontent-length: nonsense\r\n\r\n")

    assert b"" == await reader.read()
    writer.close()
