"""A demo that runs: the estate's processes, commanded and counted, and the gateway over them."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.e2e.client import Client

SYSTEMS = ("pos", "oms", "crm", "wms", "deliveries", "stripe")

_END_S = 20


class Estate:
    """What a demo has told of itself. `started_s` passed from its start to its first answer."""

    def __init__(self, work: Path, told: Mapping[str, Any], started_s: float) -> None:
        self.work = work
        self.url: str = told["graphql"]
        self.websocket: str = told["websocket"]
        self.systems: Mapping[str, Mapping[str, Any]] = told["systems"]
        self.started_s = started_s

    @property
    def configuration(self) -> Path:
        """The gateway's."""
        return self.work / "tillgraph.yaml"

    def client(self) -> Client:
        """A client of the gateway."""
        return Client(self.url)

    async def turn(self, name: str, mode: str, delay_s: float = 0.0) -> None:
        """Make a system misbehave, or behave again."""
        fault = {"mode": mode, "delay_s": delay_s}
        async with (
            aiohttp.ClientSession() as session,
            session.put(self.systems[name]["control"], json=fault) as response,
        ):
            assert response.ok, await response.text()

    async def heal(self) -> None:
        """Let every system behave that does not."""
        async with aiohttp.ClientSession() as session:
            for name, system in self.systems.items():
                async with session.get(system["control"]) as response:
                    mode = (await response.json())["mode"]
                if mode != "ok":
                    await self.turn(name, "ok")

    async def calls(self, name: str) -> Mapping[str, int]:
        """How often each call came to a system since `forget`."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.systems[name]['control']}/calls") as response,
        ):
            found: Mapping[str, int] = await response.json()
            return found

    async def forget(self, name: str) -> None:
        """Count a system's calls anew."""
        async with (
            aiohttp.ClientSession() as session,
            session.delete(f"{self.systems[name]['control']}/calls") as response,
        ):
            assert response.ok


@contextmanager
def running(work: Path, *, port: int, tap_after_s: float) -> Iterator[Estate]:
    """A demo as `tillgraph demo --json` starts it; it is ended like one, and must end well."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "gateway.cli", "demo", "--json", "--work", str(work)]
    options = ["--port", str(port), "--tap-after", f"{tap_after_s:g}"]
    with (work / "demo.log").open("wb") as log:
        demo = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=log, text=True)
    assert demo.stdout is not None
    try:
        line = demo.stdout.readline()
        assert line, (work / "demo.log").read_text(encoding="utf-8")
        yield Estate(work, json.loads(line), time.monotonic() - begun)
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.stdout.close()
        code = demo.wait(_END_S)
    assert 0 == code, (work / "demo.log").read_text(encoding="utf-8")
