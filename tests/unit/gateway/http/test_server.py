import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator

import aiohttp
import pytest

from gateway.http.media_type import EVENTS
from gateway.http.messages import PROTOCOL

PROGRAM = """
import asyncio, gc, uvloop
from gateway.http.app import create_app
from gateway.http.server import serve
from gateway.http.settings import HttpSettings, LimitSettings
from gateway.logging import configure
from tests.unit.gateway.http.graph import Graph

async def main():
    settings = HttpSettings(port=0, limits=LimitSettings(tell_cost=False))
    await serve(create_app(settings, Graph()), settings)
    print("closed what else was open", gc.get_freeze_count() > 0, gc.get_threshold(), flush=True)

configure("info", "json")
with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    runner.run(main())
"""


@pytest.fixture
async def process() -> AsyncIterator[Process]:
    """The server as a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, stdout=PIPE, stderr=PIPE
    )
    yield process
    if process.returncode is None:
        process.kill()
    await process.communicate()


async def _address(process: Process) -> str:
    assert process.stderr is not None
    line = json.loads(await process.stderr.readline())
    assert "listening" == line["event"]
    address: str = line["address"]
    return address


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_requests_end_and_ends_streams(
    process: Process, client: aiohttp.ClientSession, number: signal.Signals
) -> None:
    """Nobody's request is cut off, streams do not hold the process, and our caller goes on."""
    url = f"{await _address(process)}/graphql"

    async def ask() -> object:
        async with client.post(url, json={"query": "{ sleep(seconds: 0.5) }"}) as response:
            return await response.json()

    asking = asyncio.create_task(ask())
    async with (
        client.post(
            url, json={"query": "subscription { endless }"}, headers={"Accept": EVENTS}
        ) as stream,
        client.ws_connect(url, protocols=[PROTOCOL]) as socket,
    ):
        await socket.send_json({"type": "connection_init"})
        await socket.receive_json()
        await socket.send_json(
            {"id": "a", "type": "subscribe", "payload": {"query": "subscription { endless }"}}
        )
        await socket.receive_json()
        await asyncio.sleep(0.1)

        process.send_signal(number)

        assert {"data": {"sleep": "slept"}} == await asking
        assert b"event: complete" not in await stream.read()
        assert 1012 == (await socket.receive(timeout=5)).data

    out, err = await asyncio.wait_for(process.communicate(), 5)
    assert 0 == process.returncode
    assert b"closed what else was open True (50000, 50, 100)\n" == out
    assert ["draining"] == [json.loads(line)["event"] for line in err.splitlines()]
