"""The CRM as a process of its own."""

import asyncio
import os
import sys
import time
from pathlib import Path

import aiohttp
import msgspec

from gateway.demo.child import Child
from gateway.demo.process import Ready

CODE = """
import asyncio, sys
from pathlib import Path
from gateway.demo.crm.process import run
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
    """With the secret that the environment names; its control counts calls by their names."""
    file = tmp_path / "ready.json"
    command = [sys.executable, "-c", CODE, str(file), str(tmp_path)]
    environment = {**os.environ, "KASANE_CRM_SECRET": "other"}
    child = await Child.start("crm", command, tmp_path / "log", environment)
    form = {"grant_type": "client_credentials", "client_id": "tillgraph", "client_secret": "other"}
    try:
        ready = await asyncio.to_thread(_ready, file)
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{ready.url}/oauth/token", data=form) as given,
            session.get(f"{ready.control}/calls") as counted,
        ):
            calls = await counted.json()
    finally:
        code = await child.stop()

    assert 200 == given.status
    assert {"token": 1} == calls
    assert 0 == code
