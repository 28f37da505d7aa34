"""The OMS as a process of its own."""

import asyncio
import os
import sys
import time
from pathlib import Path

import aiohttp
import msgspec

from gateway.demo.child import Child
from gateway.demo.process import Conduct, Ready
from tests.unit.gateway.demo.oms.caller import Caller, texts

CODE = """
import asyncio, sys
from pathlib import Path
from gateway.demo.oms.process import run
from gateway.demo.process import Listen
asyncio.run(run(Listen(ready=Path(sys.argv[1])), Path(sys.argv[2])))
"""


def _ready(file: Path) -> Ready:
    end = time.monotonic() + 15
    while not file.exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    return msgspec.json.decode(file.read_bytes(), type=Ready)


async def test_it_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    """To whoever has the key that the environment names; its control counts by operation."""
    file = tmp_path / "ready.json"
    command = [sys.executable, "-c", CODE, str(file), str(tmp_path)]
    environment = {**os.environ, "KASANE_OMS_KEY": "other"}
    child = await Child.start("oms", command, tmp_path / "log", environment)
    try:
        ready = await asyncio.to_thread(_ready, file)
        async with aiohttp.ClientSession() as session:
            caller = Caller(session, f"{ready.url}/OrderService", Conduct())
            answer = await caller.asks("Ping", key="other")
            refused = await caller.fault("Ping")
            async with session.get(f"{ready.control}/calls") as counted:
                calls = await counted.json()
    finally:
        code = await child.stop()

    assert ["4.2"] == texts(answer, "version")
    assert "soap:Client.Authentication" == refused
    assert {"Ping": 2} == calls
    assert 0 == code
