"""The demo from its start to its end: the estate, a gateway over it, and what it shows."""

import asyncio
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.demo.child import Child
from gateway.demo.client import GatewayClient
from gateway.demo.configuration import Addresses, sample_configuration
from gateway.demo.estate import STRIPE, Estate
from gateway.demo.state import DemoState

_HOST = "127.0.0.1"
_PREFERRED_PORT = 8080
_READY_S = 20.0

Told = Callable[[str], None]


@asynccontextmanager
async def demo(
    work: Path, *, port: int | None, tap_after_s: float, told: Told
) -> AsyncIterator["Demo"]:
    """A running estate with a gateway over it; both end when the block is left.

    `port` is the gateway's; None is 8080 where that is free, else any.

    Raises:
        ChildEndedError: A process ended while it started.
        NoAnswerError: The gateway was not ready in time.
    """
    chosen = port or _free_port()
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
        gateway = await Child.start(
            "gateway",
            [sys.executable, "-m", "gateway.cli", "serve", "--config", str(configuration)],
            work / "gateway.log",
            {**os.environ, "PORT": str(chosen), "STRIPE_WEBHOOK_SECRET": secret},
        )
        base = f"http://{_HOST}:{chosen}"
        ended = asyncio.create_task(gateway.ended(), name="gateway's end")
        await _ready(base, ended)
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


async def _ready(base: str, ended: "asyncio.Task[Exception]") -> None:
    async with GatewayClient(base) as client:
        waiting = asyncio.create_task(client.ready(_READY_S))
        await asyncio.wait([waiting, ended], return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            raise ended.result()
        await waiting


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


def _free_port() -> int:
    for port in (_PREFERRED_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_HOST, port))
            except OSError:
                continue
            free: int = probe.getsockname()[1]
            return free
    raise OSError("no port is free")
