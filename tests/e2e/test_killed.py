import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gateway.demo.child import Child
from gateway.payments.timing import Timing
from tests.e2e.conftest import free_port
from tests.e2e.estate import SYSTEMS, Estate, running
from tests.e2e.holes import UNAVAILABLE, everything, proves_holes

pytestmark = [pytest.mark.long, pytest.mark.timeout(120)]

# What a system that is no server leaves, and its launcher takes away.
FILES = {"wms": "wms.sqlite3", "deliveries": "deliveries"}


async def test_a_killed_process_leaves_holes_until_it_is_started_again(tmp_path: Path) -> None:
    """Each in turn, without a word to the gateway: what it alone knew is lost, and comes back."""
    children: list[Child] = []
    with running(tmp_path, port=free_port(), tap_after_s=1) as estate:
        whole = (await everything(estate)).data
        try:
            for name in SYSTEMS:
                await _kill(estate, name)
                if name == "stripe":  # whose readers' status is believed for some seconds
                    await asyncio.sleep(Timing().status_memory_s + 0.5)
                answer = await everything(estate, "shibuya" if name == "stripe" else "ginza")
                proves_holes(name, UNAVAILABLE, whole, answer)

                children.append(await _started_again(estate, name))
                assert whole == (await everything(estate)).data
        finally:
            await asyncio.gather(*(child.stop() for child in children))


async def _kill(estate: Estate, name: str) -> None:
    os.kill(estate.systems[name]["pid"], signal.SIGKILL)
    file = estate.work / FILES.get(name, "none")
    await _until(lambda: not file.exists())


async def _started_again(estate: Estate, name: str) -> Child:
    """Start a system at its old address, as an operator would."""
    ready = estate.work / f"{name}.again"
    command = [sys.executable, "-m", "gateway.cli", *_command(estate, name)]
    child = await Child.start(
        name, [*command, "--ready", str(ready)], estate.work / f"{name}-again.log", os.environ
    )
    await _until(ready.exists)
    return child


def _command(estate: Estate, name: str) -> Sequence[str]:
    if name == "stripe":
        setup = str(estate.work / "readers.json")
        return ["stripe-simulator", _port(estate.systems[name]["url"]), "--setup", setup]
    url = estate.systems[name]["url"]
    port = ["--port", _port(url)] if url else []
    return ["system", name, *port, "--work", str(estate.work)]


def _port(url: str) -> str:
    return str(urlsplit(url).port)


async def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.05)
