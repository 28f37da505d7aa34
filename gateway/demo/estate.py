"""The sample estate: every system of the sample retailer as a running process."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from gateway.demo.child import Child, ChildEndedError
from gateway.demo.process import Ready
from gateway.demo.readers import simulator_setup
from gateway.demo.state import System
from gateway.demo.systems import SYSTEMS

STRIPE = "stripe"

_START_S = 30.0
_POLL_S = 0.05
# What a system that is no server leaves behind, and would still be read when its process is dead.
_FILES: Mapping[str, str] = {"wms": "wms.sqlite3", "deliveries": "deliveries"}

Told = Callable[[str], None]


class Estate:
    """The processes, from their start to their end. Use `start`, and `aclose` in every case."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.systems: dict[str, System] = {}
        self._children: dict[str, Child] = {}
        self._watches: list[asyncio.Task[None]] = []

    async def start(
        self, *, webhook_url: str, webhook_secret: str, tap_after_s: float, told: Told
    ) -> None:
        """Start every system at once and wait until each listens; `told` hears of each.

        Raises:
            ChildEndedError: One of them ended, or did not listen in time.
        """
        setup = self.work / "readers.json"
        setup.write_bytes(msgspec.json.encode(simulator_setup()))
        webhooks = ["--webhook-url", webhook_url, "--webhook-secret", webhook_secret]
        tap = ["--tap-after", f"{tap_after_s:g}"]
        commands: dict[str, Sequence[str]] = {
            name: ["system", name, "--work", str(self.work)] for name in SYSTEMS
        }
        commands[STRIPE] = ["stripe-simulator", "--setup", str(setup), *webhooks, *tap]
        async with asyncio.TaskGroup() as group:
            for name, command in commands.items():
                group.create_task(self._start(name, command, told))
        self.systems = {name: self.systems[name] for name in commands}

    async def aclose(self) -> None:
        """End every process that is still running."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        await asyncio.gather(*(child.stop() for child in self._children.values()))

    async def _start(self, name: str, command: Sequence[str], told: Told) -> None:
        ready = self.work / f"{name}.ready"
        child = await Child.start(
            name,
            [sys.executable, "-m", "gateway.cli", *command, "--ready", str(ready)],
            self.work / f"{name}.log",
            os.environ,
        )
        self._children[name] = child
        found = await _listening(child, ready)
        self.systems[name] = System(found.url, found.pid, found.control)
        self._watches.append(asyncio.create_task(self._watch(child, told), name=f"watch {name}"))
        told(f"{name} listens")

    async def _watch(self, child: Child, told: Told) -> None:
        """Tell when a system ends, and take away what it would leave behind: it is dead."""
        await child.ended()
        if left := _FILES.get(child.name):
            _take_away(self.work / left)
        told(f"{child.name} has ended; the gateway goes on without it")


def _take_away(path: Path) -> None:
    if path.exists():
        path.replace(path.with_suffix(".gone"))


async def _listening(child: Child, ready: Path) -> Ready:
    ended = asyncio.create_task(child.ended())
    try:
        async with asyncio.timeout(_START_S):
            while not ready.exists():  # noqa: ASYNC240 - a look at a local file
                if ended.done():
                    raise ended.result()
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        late = f"{child.name} does not listen after {_START_S:g} s; see {child.log}"
        raise ChildEndedError(late) from None
    finally:
        ended.cancel()
    return msgspec.json.decode(ready.read_bytes(), type=Ready)  # noqa: ASYNC240 - as above
