"""A gateway of a test's own, as `tillgraph serve` starts it."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from gateway.demo.child import Child
from tests.e2e.client import Client

_START_S = 15


class Serving:
    """A gateway that listens. Its log is JSON, a line each."""

    def __init__(self, child: Child, address: str) -> None:
        self.address = address
        self._child = child

    @classmethod
    async def start(cls, configuration: Path) -> "Serving":
        """Start it at a free port, and wait until it says where it listens."""
        options = ["--config", str(configuration), "--port", "0", "--log-format", "json"]
        child = await Child.start(
            "gateway",
            [sys.executable, "-m", "gateway.cli", "serve", *options],
            configuration.with_suffix(".log"),
            os.environ,
        )
        try:
            said = await _said(child.log, "listening")
        except BaseException:
            await child.stop()
            raise
        return cls(child, said["address"])

    def client(self) -> Client:
        """A client of it."""
        return Client(f"{self.address}/graphql")

    async def said(self, event: str) -> Any:
        """Wait for a line of its log."""
        return await _said(self._child.log, event)

    def lines(self) -> Sequence[Any]:
        """All of its log so far."""
        return _lines(self._child.log)

    def hang_up(self) -> None:
        """Ask it to read its configuration anew."""
        os.kill(self._child.pid, signal.SIGHUP)

    async def kill(self) -> None:
        """End it as a power cut does."""
        os.kill(self._child.pid, signal.SIGKILL)
        await self._child.ended()

    async def stop(self) -> int:
        """End it as an operator does; returns its exit code."""
        return await self._child.stop()


def own_configuration(original: Path, folder: Path, **changes: Any) -> Path:
    """A configuration like another one, with a database of its own, and changes to its keys."""
    content = yaml.safe_load(original.read_text(encoding="utf-8"))
    content["storage"] = {"url": f"sqlite+aiosqlite:///{folder / 'own.db'}"}
    path = folder / "tillgraph.yaml"
    path.write_text(yaml.safe_dump({**content, **changes}, allow_unicode=True), encoding="utf-8")
    return path


async def _said(log: Path, event: str) -> Any:
    end = time.monotonic() + _START_S
    while True:
        if found := [line for line in _lines(log) if line.get("event") == event]:
            return found[-1]
        assert time.monotonic() < end, _lines(log)
        await asyncio.sleep(0.02)


def _lines(log: Path) -> list[dict[str, Any]]:
    whole = log.read_text(encoding="utf-8").rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines()]
