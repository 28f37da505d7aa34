"""The demo from its start to its end: the estate, a gateway over it, and what it shows."""

import asyncio
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.demo.child import Child
from gateway.demo.client import GatewayClient, NoAnswerError
from gateway.demo.configuration import Addresses, sample_configuration
from gateway.demo.estate import STRIPE, Estate
from gateway.demo.state import DemoState

_HOST = "127.0.0.1"
_PREFERRED_PORT = 8080
_READY_S = 20.0
_POLL_S = 0.05

Told = Callable[[str], None]


class PortTakenError(Exception):
    """Another process listens where the gateway should; the message says what to do."""


@asynccontextmanager
async def demo(
    work: Path, *, port: int | None, tap_after_s: float, told: Told
) -> AsyncIterator["Demo"]:
    """A running estate with a gateway over it; both end when the block is left.

    `port` is the gateway's; None is 8080 where that is free, else any.

    Raises:
        ChildEndedError: A process ended while it started.
        NoAnswerError: The gateway was not ready in time.
        PortTakenError: Something listens at `port`.
    """
    held = _hold(port)
    chosen: int = held.getsockname()[1]
    secret = f"whsec_{secrets.token_hex(16)}"
    estate = Estate(work)
    gateway: Child | None = None
    try:
        await estate.start(
            webhook_url=f"http://{_HOST}:{chosen}/webhooks/{STRIPE}",
            webhook_secret=secret,
            tap_after_s=tap_after_s,
            told=told,
        )
        configuration = work / "tillgraph.yaml"
        configuration.write_text(
            sample_configuration(_addresses(estate), server={"port": chosen}), encoding="utf-8"
        )
        held.close()
        gateway = await Child.start(
            "gateway",
            [sys.executable, "-m", "gateway.cli", "serve", *_options(configuration)],
            work / "gateway.log",
            {**os.environ, "PORT": str(chosen), "STRIPE_WEBHOOK_SECRET": secret},
        )
        base = f"http://{_HOST}:{chosen}"
        ended = asyncio.create_task(gateway.ended(), name="gateway's end")
        await _ready(base, gateway, ended)
        told("the gateway is ready")
        state = DemoState(
            pid=os.getpid(),
            work=str(work),
            graphql=f"{base}/graphql",
            websocket=f"ws://{_HOST}:{chosen}/graphql",
            systems=estate.systems,
        )
        state.save()
        yield Demo(state, base, ended)
    finally:
        held.close()
        if gateway is not None:
            ended.cancel()
            await gateway.stop()
        await estate.aclose()


class Demo:
    """A demo that is ready."""

    def __init__(self, state: DemoState, base: str, ended: "asyncio.Task[Exception]") -> None:
        self.state = state
        self.base = base
        self._ended = ended

    async def until_told_to_end(self) -> None:
        """Wait for SIGINT or SIGTERM. Raises `ChildEndedError` if the gateway ends before."""
        told = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, told.set)
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait([waiting, self._ended], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._ended.done():
            raise self._ended.result()


def _options(configuration: Path) -> Sequence[str]:
    return ["--config", str(configuration), "--log-format", "json"]


async def _ready(base: str, gateway: Child, ended: "asyncio.Task[Exception]") -> None:
    waiting = asyncio.create_task(_serving(base, gateway))
    await asyncio.wait([waiting, ended], return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        waiting.cancel()
        raise ended.result()
    await waiting


async def _serving(base: str, gateway: Child) -> None:
    """Wait until the gateway has said that it listens: at its port another one might answer."""
    end = time.monotonic() + _READY_S
    while b'"listening"' not in gateway.log.read_bytes():
        if time.monotonic() > end:
            raise NoAnswerError(f"the gateway does not listen after {_READY_S:g} s")
        await asyncio.sleep(_POLL_S)
    async with GatewayClient(base) as client:
        await client.ready(end - time.monotonic())


def _addresses(estate: Estate) -> Addresses:
    def url(name: str) -> str:
        return estate.systems[name].url or ""

    wms = os.environ.get("KASANE_WMS_URL") or f"sqlite:///{estate.work / 'wms.sqlite3'}"
    return Addresses(
        pos=url("pos"),
        oms=url("oms"),
        crm=url("crm"),
        wms=wms,
        deliveries=str(estate.work / "deliveries"),
        stripe=url(STRIPE),
        storage=f"sqlite+aiosqlite:///{estate.work / 'tillgraph.db'}",
    )


def _hold(port: int | None) -> socket.socket:
    """Listen at the gateway's port until it starts, so that nobody else takes it meanwhile."""
    for wanted in (port,) if port else (_PREFERRED_PORT, 0):
        try:
            return socket.create_server((_HOST, wanted))
        except OSError:
            continue
    raise PortTakenError(f"port {port} is taken; name another with --port, or none")
