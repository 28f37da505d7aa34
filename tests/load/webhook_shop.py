"""A simulator and a gateway, as processes, for tests that send them much."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import yaml
from msgspec import Struct

from gateway.demo.child import Child
from tests.load.webhook_post import OLD_SECRET, SECRET

STORE = "load"
_LOCATION = "tml_load"
_START_S = 30.0


class Shop(Struct, frozen=True):
    """What listens, and where."""

    gateway: str
    gateway_pid: int
    stripe: str
    configuration: Path
    readers: Sequence[str]


@asynccontextmanager
async def shop(folder: Path, *, readers: int, storage: str | None = None) -> AsyncIterator[Shop]:
    """One store with many readers. No events are sent: that is left to the test."""
    names = [f"Reader {number}" for number in range(readers)]
    devices = {name: f"tmr_load_{number}" for number, name in enumerate(names)}
    simulator, stripe = await _simulator(folder, devices)
    try:
        configuration = folder / "tillgraph.yaml"
        content = {
            "server": {"deadline_s": 60, "limits": {"mode": "warn"}},
            "storage": {"url": storage or f"sqlite+aiosqlite:///{folder / 'load.db'}"},
            "payments": {"source": "stripe"},
            "sources": {
                "stripe": {
                    "connector": "stripe_terminal",
                    "config": {
                        "api_key": "sk_test_load",
                        "api_base": stripe,
                        "webhook_secrets": [SECRET, OLD_SECRET],
                    },
                }
            },
            "stores": {
                STORE: {
                    "name": "Load",
                    "time_zone": "Asia/Tokyo",
                    "currency": "JPY",
                    "terminal_location": _LOCATION,
                    "readers": devices,
                }
            },
        }
        configuration.write_text(yaml.safe_dump(content), encoding="utf-8")
        gateway, address = await _gateway(configuration)
        try:
            yield Shop(address, gateway.pid, stripe, configuration, names)
        finally:
            await gateway.stop()
    finally:
        await simulator.stop()


async def command(shop: Shop, *arguments: str) -> str:
    """What a command about the shop's payments says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway.cli", *arguments, "--config", str(shop.configuration)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaint = await process.communicate()
    if process.returncode:
        raise RuntimeError(complaint.decode())
    return said.decode()


async def stripe(shop: Shop, method: str, path: str, **form: object) -> dict[str, object]:
    """Ask the simulator as somebody else does who has the account's key."""
    sent = {key: str(value) for key, value in form.items()}
    is_read = method == "GET"
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bearer sk_test_load"}) as session,
        session.request(
            method,
            f"{shop.stripe}{path}",
            params=sent if is_read else None,
            data=None if is_read else sent,
        ) as response,
    ):
        content: dict[str, object] = await response.json()
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {content}")
        return content


def cpu_s(pid: int) -> float:
    """The seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _simulator(folder: Path, devices: dict[str, str]) -> tuple[Child, str]:
    setup, ready = folder / "readers.json", folder / "stripe.json"
    content = {
        "locations": [{"id": _LOCATION, "display_name": "Load", "country": "JP"}],
        "readers": [
            {"id": device, "label": name, "location": _LOCATION} for name, device in devices.items()
        ],
    }
    setup.write_text(json.dumps(content), encoding="utf-8")
    options = ["--setup", str(setup), "--ready", str(ready)]
    child = await Child.start(
        "simulator",
        [sys.executable, "-m", "connectors.stripe_terminal.simulator", *options],
        folder / "stripe.log",
        os.environ,
    )
    try:
        url: str = await _until(lambda: _read(ready).get("url"), child)
    except BaseException:
        await child.stop()
        raise
    return child, url


async def _gateway(configuration: Path) -> tuple[Child, str]:
    options = ["--config", str(configuration), "--port", "0", "--log-format", "json"]
    child = await Child.start(
        "gateway",
        [sys.executable, "-m", "gateway.cli", "serve", *options],
        configuration.with_suffix(".log"),
        os.environ,
    )

    def listening() -> str | None:
        for line in child.log.read_text(encoding="utf-8").splitlines():
            if '"listening"' in line:
                address: str = json.loads(line)["address"]
                return address
        return None

    try:
        return child, await _until(listening, child)
    except BaseException:
        await child.stop()
        raise


def _read(ready: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(ready.read_bytes()) if ready.exists() else {}
    return found


async def _until(look: Callable[[], str | None], child: Child) -> str:
    end = time.monotonic() + _START_S
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError(child.log.read_text(encoding="utf-8"))
        await asyncio.sleep(0.05)
    return found
