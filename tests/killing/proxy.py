"""Stands between one gateway and the simulator: sees each call, loses answers, and kills."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
from aiohttp import web
from msgspec import Struct

from connectors.stripe_terminal.simulator.operations import OPERATIONS
from tests.killing.moments import Meter, Moment

_PATTERNS = [
    (it.method, re.compile(it.path.replace("{id}", "[^/]+")), it.name) for it in OPERATIONS.values()
]
_WAITING = "requires_payment_method"
_DROPPED = frozenset({"host", "content-length", "transfer-encoding", "connection"})


async def _nobody() -> None:
    """Kill nobody."""


class Plan(Struct):
    """What is to happen to a gateway's calls. `kill` is called at the moment `dies_at`.

    `is_gateway` tells that it is the gateway which dies then: nothing more of it gets through.

    `loses` is a call whose request (before) or answer (after) is lost while the gateway lives.
    """

    dies_at: Moment | None = None
    loses: Moment | None = None
    kill: Callable[[], Awaitable[None]] = _nobody
    is_gateway: bool = True
    note: Callable[[Moment], None] = lambda _: None


class Proxy:
    """One gateway's way to another system; its address stays while the gateway is born again.

    `wrongs` are payments that took the place of another one which waited at the reader.
    """

    def __init__(self, simulator: str) -> None:
        self._simulator = simulator
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._meter = Meter("call")
        self._plan = Plan()
        self._cut = asyncio.Event()
        self.wrongs: list[str] = []
        self.address = ""

    async def open(self) -> None:
        """Listen."""
        self._session = aiohttp.ClientSession(auto_decompress=False)
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self._pass)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"

    async def aclose(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    def follow(self, plan: Plan) -> None:
        """Serve a gateway that has just been born."""
        self._meter, self._plan = Meter("call"), plan
        self._cut.clear()

    def cut(self) -> None:
        """Let nothing through until the next gateway is born."""
        self._cut.set()

    def mend(self) -> None:
        """Let everything through again."""
        self._cut.clear()

    async def _strike(self, plan: Plan) -> None:
        """Kill, and let nothing through of what a dead gateway still has on the way."""
        if plan.is_gateway:
            self.cut()
        await plan.kill()

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        plan, name = self._plan, _name(request)
        body = await request.read()
        numbers = self._meter.begin(name)
        kills = plan.dies_at if self._meter.is_met(plan.dies_at, name, numbers) else None
        loses = plan.loses if self._meter.is_met(plan.loses, name, numbers) else None
        if kills is not None and kills.side == "before":
            await self._strike(plan)
            return _broken(request)
        if self._cut.is_set() or (loses is not None and loses.side == "before"):
            return _broken(request)
        if name == "process_payment_intent":
            with suppress(aiohttp.ClientError):
                await self._watch(request, body)
        response = await self._forward(request, body)
        plan.note(Moment("call", name, numbers[0], "before"))
        plan.note(Moment("call", name, numbers[0], "after"))
        if kills is not None:
            await self._strike(plan)
            return _broken(request)
        if self._cut.is_set() or loses is not None or response is None:
            return _broken(request)
        return response

    async def _forward(self, request: web.Request, body: bytes) -> web.Response | None:
        assert self._session is not None
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _DROPPED}
        url = f"{self._simulator}{request.raw_path}"
        try:
            async with self._session.request(
                request.method, url, data=body or None, headers=headers
            ) as answer:
                content = await answer.read()
                kept = {k: v for k, v in answer.headers.items() if k.lower() not in _DROPPED}
                return web.Response(status=answer.status, body=content, headers=kept)
        except (aiohttp.ClientError, asyncio.IncompleteReadError):
            return None

    async def _watch(self, request: web.Request, body: bytes) -> None:
        """Note a payment that is about to take the place of another."""
        device = request.path.split("/")[-2]
        reader = await self._read(request, f"/v1/terminal/readers/{device}")
        action = reader.get("action") or {}
        there = (action.get("process_payment_intent") or {}).get("payment_intent")
        if action.get("status") != "in_progress" or not there or there.encode() in body:
            return
        intent = await self._read(request, f"/v1/payment_intents/{there}")
        if intent.get("status") == _WAITING:
            self.wrongs.append(f"{there} was replaced at {device} while it waited for a card")

    async def _read(self, request: web.Request, path: str) -> Any:
        assert self._session is not None
        kept = ("authorization", "stripe-version", "stripe-account")
        headers = {k: v for k, v in request.headers.items() if k.lower() in kept}
        async with self._session.get(f"{self._simulator}{path}", headers=headers) as answer:
            return await answer.json()


def _name(request: web.Request) -> str:
    for method, pattern, name in _PATTERNS:
        if method == request.method and pattern.fullmatch(request.path):
            return name
    path = "/".join(it for it in request.path.split("/") if not any(map(str.isdigit, it)))
    return f"{request.method} {path}"


def _broken(request: web.Request) -> web.Response:
    """Break the connection instead of answering."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)
