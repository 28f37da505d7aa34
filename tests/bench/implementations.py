"""What is measured side by side: how each is started, and what it needs."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from gateway.storage.engine import Database
from tests.bench import configuration, peers

_UVICORN = (
    *("-m", "uvicorn", "--loop", "uvloop", "--http", "httptools"),
    *("--log-level", "warning", "--no-access-log"),
)


class Implementation(Struct, frozen=True):
    """One server.

    `command` is made for a folder of its own, the systems' address and the port to listen at.
    `lacks` tells why it cannot be measured here; None where it can.
    """

    name: str
    title: str
    command: Callable[[Path, str, int], Sequence[str]]
    lacks: Callable[[], str | None] = lambda: None
    environment: Mapping[str, str] = {}


def _ours(folder: Path, estate: str, port: int) -> Sequence[str]:
    return _serving(configuration.write(folder / "tillgraph.yaml", estate), port)


def _declared(folder: Path, estate: str, port: int) -> Sequence[str]:
    file = folder / "tillgraph.yaml"
    return _serving(configuration.write(file, estate, connectors=configuration.DECLARED), port)


def _serving(file: Path, port: int) -> Sequence[str]:
    asyncio.run(_make_tables(configuration.database(file)))
    serve = ["-m", "gateway.cli", "serve", "--config", str(file), "--port", str(port)]
    return [sys.executable, *serve]


async def _make_tables(address: str) -> None:
    """As at any start but the first."""
    database = await Database.open(address)
    await database.aclose()


def _handwritten(_folder: Path, _estate: str, port: int) -> Sequence[str]:
    return [sys.executable, "-m", "tests.bench.endpoint", str(port)]


def _stock(_folder: Path, _estate: str, port: int) -> Sequence[str]:
    return [sys.executable, *_UVICORN, "--port", str(port), "tests.bench.stock.app:app"]


def _peer(name: str, title: str) -> Implementation:
    command = peers.command(f"{name}.mjs")
    return Implementation(name, title, command, peers.lack, peers.environment())


OURS = Implementation("ours", "Tillgraph", _ours)
DECLARED = Implementation("declared", "Tillgraph, connectors in YAML", _declared)
HANDWRITTEN = Implementation("handwritten", "hand-written endpoint", _handwritten)
STOCK = Implementation("stock", "stock Strawberry", _stock)
APOLLO = _peer("apollo", "Apollo Server")
MERCURIUS = _peer("mercurius", "mercurius with JIT")
IMPLEMENTATIONS = {it.name: it for it in (OURS, DECLARED, HANDWRITTEN, STOCK, APOLLO, MERCURIUS)}
