"""What every sample system's process has: its address, commands to misbehave, a count of calls."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import msgspec
from aiohttp import web
from msgspec import Struct

Mode = Literal["ok", "slow", "wrong", "dead"]
Turn = Callable[["Fault"], Awaitable[None]]

# What a proxy in front of an old system says while somebody works on it: HTML, with status 200.
_BABBLE = "<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>"
_SLOWEST_S = 600.0

CALL = web.RequestKey("call", str)
"""Under which name a handler wants its call to be counted."""


class Listen(Struct, frozen=True):
    """Where a process is spoken to and commanded; port 0 is a free one.

    `ready` is written, whole or not at all, once it listens: see `Ready`.
    """

    host: str = "127.0.0.1"
    port: int = 0
    control_port: int = 0
    ready: Path | None = None


class Ready(Struct, frozen=True):
    """A process that listens. `url` is None for a system that is a file or a database."""

    pid: int
    control: str
    url: str | None = None


class Fault(Struct, frozen=True):
    """How a system misbehaves: it answers after `delay_s`, in a wrong form, or not at all."""

    mode: Mode = "ok"
    delay_s: float = 0.0


class Conduct:
    """How the system behaves now, and what it was asked since it was last asked for a count."""

    def __init__(self) -> None:
        self.fault = Fault()
        self.calls: Counter[str] = Counter()

    @web.middleware
    async def middleware(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Misbehave as commanded, and count the call under `request[CALL]` or its route."""
        fault = self.fault
        try:
            if fault.mode == "slow":
                await asyncio.sleep(fault.delay_s)
            if fault.mode == "wrong":
                return web.Response(text=_BABBLE, content_type="text/html")
            return await handler(request)
        finally:
            resource = request.match_info.route.resource
            route = f"{request.method} {resource.canonical if resource else request.path}"
            self.calls[request.get(CALL, route)] += 1


async def run_web(application: web.Application, conduct: Conduct, listen: Listen) -> None:
    """Serve an application that has `conduct.middleware` until SIGTERM or SIGINT.

    While it is dead its port is closed, so that connections are refused; the control stays open.
    """
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, listen.host, listen.port)
    await site.start()
    port: int = runner.addresses[0][1]
    sites = [site]

    async def turn(fault: Fault) -> None:
        conduct.fault = fault
        if fault.mode == "dead" and sites:
            await sites.pop().stop()
            for connection in runner.server.connections if runner.server else ():
                if connection.transport is not None:
                    connection.transport.abort()
        elif fault.mode != "dead" and not sites:
            again = web.TCPSite(runner, listen.host, port)
            await again.start()
            sites.append(again)

    try:
        await run_control(conduct, turn, listen, url=f"http://{_shown(listen.host)}:{port}")
    finally:
        await runner.cleanup()


async def run_control(
    conduct: Conduct, turn: Turn, listen: Listen, *, url: str | None = None
) -> None:
    """Serve the commands alone until SIGTERM or SIGINT; `turn` makes the system misbehave.

    GET / tells the fault; PUT / sets it (`{"mode": "slow", "delay_s": 2}`); GET /calls tells how
    often each call came; DELETE /calls forgets that.
    """
    application = web.Application()

    async def show(_: web.Request) -> web.Response:
        return _json(conduct.fault)

    async def command(request: web.Request) -> web.Response:
        try:
            fault = msgspec.json.decode(await request.read(), type=Fault)
        except msgspec.DecodeError as error:
            return web.Response(status=400, text=f"{error}\n")
        if not 0 <= fault.delay_s <= _SLOWEST_S:
            return web.Response(status=400, text=f"delay_s: expected 0 to {_SLOWEST_S:g}\n")
        await turn(fault)
        return _json(fault)

    async def calls(_: web.Request) -> web.Response:
        return _json(dict(conduct.calls))

    async def forget(_: web.Request) -> web.Response:
        conduct.calls.clear()
        return web.Response(status=204)

    application.router.add_get("/", show)
    application.router.add_put("/", command)
    application.router.add_get("/calls", calls)
    application.router.add_delete("/calls", forget)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, listen.host, listen.control_port).start()
        control = f"http://{_shown(listen.host)}:{runner.addresses[0][1]}"
        _tell(listen.ready, Ready(os.getpid(), control, url))
        await _told_to_end()
    finally:
        await runner.cleanup()


async def _told_to_end() -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await ended.wait()


def _tell(path: Path | None, ready: Ready) -> None:
    if path is None:
        return
    draft = path.with_suffix(".new")
    draft.write_bytes(msgspec.json.encode(ready))
    draft.replace(path)


def _shown(host: str) -> str:
    """The host by which this machine reaches itself."""
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound


def _json(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")
