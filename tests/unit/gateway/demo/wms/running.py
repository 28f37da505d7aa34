"""A sample system's process, commanded as the demo does."""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from gateway.demo.child import Child
from gateway.demo.process import Ready

_CODE = (
    "import asyncio, sys; from pathlib import Path; from gateway.demo.process import Listen;"
    " from gateway.demo.{}.process import run;"
    " asyncio.run(run(Listen(ready=Path(sys.argv[2])), Path(sys.argv[1])))"
)


class Running:
    """A process that is ready."""

    def __init__(self, child: Child, ready: Ready) -> None:
        self.ready = ready
        self._child = child

    @classmethod
    async def start(cls, name: str, work: Path) -> "Running":
        """Start `gateway.demo.<name>.process` and wait until it listens."""
        file = work / f"{name}.json"
        command = [sys.executable, "-W", "error", "-c", _CODE.format(name), str(work), str(file)]
        child = await Child.start(name, command, work / f"{name}.log", os.environ)
        end = time.monotonic() + 15
        while not file.exists():
            assert time.monotonic() < end, child.log.read_text(encoding="utf-8")
            await asyncio.sleep(0.02)
        return cls(child, msgspec.json.decode(file.read_bytes(), type=Ready))

    async def command(self, mode: str, delay_s: float = 0.0) -> int:
        """Make it misbehave; returns the status of the answer."""
        fault = {"mode": mode, "delay_s": delay_s}
        async with (
            aiohttp.ClientSession() as session,
            session.put(self.ready.control, json=fault) as response,
        ):
            return response.status

    async def fault(self) -> dict[str, Any]:
        """Ask how it misbehaves."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(self.ready.control) as response,
        ):
            found: dict[str, Any] = await response.json()
            return found

    async def stop(self) -> int:
        """End it; returns its exit code."""
        return await self._child.stop()
