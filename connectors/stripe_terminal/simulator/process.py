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

from connectors.stripe_terminal.simulator.accounts import Accounts
from connectors.stripe_terminal.simulator.api import Api
from connectors.stripe_terminal.simulator.commands import Commands
from connectors.stripe_terminal.simulator.conduct import Conduct, Mood
from connectors.stripe_terminal.simulator.control import Control
from connectors.stripe_terminal.simulator.crowd import Habits
from connectors.stripe_terminal.simulator.gestures import Gestures
from connectors.stripe_terminal.simulator.page import page_routes
from connectors.stripe_terminal.simulator.setup import Setup
from connectors.stripe_terminal.simulator.webhooks import Webhooks


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

    def __init__(self, conduct: Conduct, host: str) -> None:
        self._conduct = conduct
        self._host = host
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    async def open(self, runner: web.AppRunner, port: int) -> str:
        """Listen, and tell the address."""
        self._runner = runner
        self._site = web.TCPSite(runner, self._host, port)
        await self._site.start()
        self._port = runner.addresses[0][1]
        return _url(self._host, self._port)

    async def turn(self, mood: Mood) -> None:
        """Behave as commanded."""
        self._conduct.mood = mood
        if self._runner is None:
            return
        if mood.mode == "dead" and self._site is not None:
            await self._site.stop()
            self._site = None
            for connection in self._runner.server.connections if self._runner.server else ():
                if connection.transport is not None:
                    connection.transport.abort()
        elif mood.mode != "dead" and self._site is None:
            await self.open(self._runner, self._port)


@asynccontextmanager
async def running(
    setup: Setup, listen: Listen, *, tap_after_s: float | None = None
) -> AsyncIterator[Ready]:
    """A simulator that listens, until the block ends."""
    webhooks = Webhooks()
    accounts = Accounts(setup, tell=webhooks.tell)
    accounts.crowd.change(Habits(tap_after_s))
    conduct = Conduct()
    door = Door(conduct, listen.host)
    more = [*Commands(accounts, webhooks).routes(), *Gestures(accounts).routes()]
    control = Control(conduct, door.turn, more)
    api = web.Application(client_max_size=0)
    api.add_subapp("/_control", control.application())
    api.add_routes([*page_routes(), *Api(accounts, conduct).routes()])
    async with _served(api) as runner, _served(control.application()) as commanded:
        url = await door.open(runner, listen.port)
        await web.TCPSite(commanded, listen.host, listen.control_port).start()
        async with _beside([_pass_time(accounts), webhooks.deliver()]):
            yield Ready(os.getpid(), _url(listen.host, commanded.addresses[0][1]), url)


async def serve(
    setup: Setup, listen: Listen, *, ready: Path | None = None, tap_after_s: float | None = None
) -> None:
    """Run until SIGTERM or SIGINT. `ready` is written, whole or not at all, once it listens."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with running(setup, listen, tap_after_s=tap_after_s) as state:
        if ready is not None:
            draft = ready.with_suffix(".new")
            draft.write_bytes(msgspec.json.encode(state))
            draft.replace(ready)
        sys.stderr.write(
            f"Stripe's API at {state.url}, commands at {state.control}\n"
            f"See the readers in a browser: {state.url}\n"
        )
        await ended.wait()


@asynccontextmanager
async def _served(application: web.Application) -> AsyncIterator[web.AppRunner]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        yield runner
    finally:
        await runner.cleanup()


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


async def _pass_time(accounts: Accounts) -> None:
    """Let things happen when they are due."""
    changed = asyncio.Event()
    accounts.changed = changed.set
    while True:
        changed.clear()
        accounts.catch_up()
        due = None if accounts.clock.is_held else accounts.next_due
        with suppress(TimeoutError):
            wait_s = None if due is None else max(0.0, due - accounts.clock())
            async with asyncio.timeout(wait_s):
                await changed.wait()


def _url(host: str, port: int) -> str:
    """The address by which this machine reaches itself."""
    name = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"http://{name}:{port}"
