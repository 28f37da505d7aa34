"""The simulator as a process: two ports, the passing of time, and events that go out."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from connectors.stripe_terminal.simulator.api import Api
from connectors.stripe_terminal.simulator.conduct import Conduct, Mood
from connectors.stripe_terminal.simulator.control import Control
from connectors.stripe_terminal.simulator.setup import Setup
from connectors.stripe_terminal.simulator.webhooks import Webhooks
from connectors.stripe_terminal.simulator.world import World


class Listen(Struct, frozen=True):
    """Where it is spoken to and commanded; port 0 is a free one."""

    host: str = "127.0.0.1"
    port: int = 0
    control_port: int = 0


class Ready(Struct, frozen=True):
    """A simulator that listens."""

    pid: int
    control: str
    url: str


class Door:
    """The API's port. It is closed while the simulator is dead: connections are refused then."""

    def __init__(self, runner: web.AppRunner, conduct: Conduct, host: str) -> None:
        self._runner = runner
        self._conduct = conduct
        self._host = host
        self._port = 0
        self._site: web.TCPSite | None = None

    async def open(self, port: int) -> str:
        """Listen, and tell the address."""
        self._site = web.TCPSite(self._runner, self._host, port)
        await self._site.start()
        self._port = self._runner.addresses[0][1]
        return _url(self._host, self._port)

    async def turn(self, mood: Mood) -> None:
        """Behave as commanded."""
        self._conduct.mood = mood
        if mood.mode == "dead" and self._site is not None:
            await self._site.stop()
            self._site = None
            for connection in self._runner.server.connections if self._runner.server else ():
                if connection.transport is not None:
                    connection.transport.abort()
        elif mood.mode != "dead" and self._site is None:
            await self.open(self._port)


@asynccontextmanager
async def running(
    setup: Setup,
    listen: Listen,
    *,
    tap_after_s: float | None = None,
    webhooks: Webhooks | None = None,
) -> AsyncIterator[Ready]:
    """A simulator that listens, until the block ends."""
    world = World(setup, tap_after_s=tap_after_s)
    if webhooks:
        world.tell = webhooks.tell
    conduct = Conduct()
    api = web.AppRunner(Api(world, conduct).application(), access_log=None, shutdown_timeout=1.0)
    await api.setup()
    door = Door(api, conduct, listen.host)
    control = web.AppRunner(
        Control(conduct, door.turn).application(), access_log=None, shutdown_timeout=1.0
    )
    await control.setup()
    try:
        url = await door.open(listen.port)
        await web.TCPSite(control, listen.host, listen.control_port).start()
        works = [_pass_time(world), *([webhooks.deliver()] if webhooks else [])]
        async with _beside(works):
            yield Ready(os.getpid(), _url(listen.host, control.addresses[0][1]), url)
    finally:
        await control.cleanup()
        await api.cleanup()


async def serve(
    setup: Setup,
    listen: Listen,
    *,
    ready: Path | None = None,
    tap_after_s: float | None = None,
    webhooks: Webhooks | None = None,
) -> None:
    """Run until SIGTERM or SIGINT. `ready` is written, whole or not at all, once it listens."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with running(setup, listen, tap_after_s=tap_after_s, webhooks=webhooks) as state:
        if ready is not None:
            draft = ready.with_suffix(".new")
            draft.write_bytes(msgspec.json.encode(state))
            draft.replace(ready)
        sys.stderr.write(f"Stripe's API at {state.url}, commands at {state.control}\n")
        await ended.wait()


@asynccontextmanager
async def _beside(works: Sequence[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Work that goes on until the block ends; what it stumbled over is raised then."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _pass_time(world: World) -> None:
    """Let things happen when they are due."""
    changed = asyncio.Event()
    world.agenda.changed = changed.set
    while True:
        changed.clear()
        world.catch_up()
        due = world.agenda.next_due
        with suppress(TimeoutError):
            async with asyncio.timeout(None if due is None else max(0.0, due - world.now)):
                await changed.wait()


def _url(host: str, port: int) -> str:
    """The address by which this machine reaches itself."""
    name = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"http://{name}:{port}"
