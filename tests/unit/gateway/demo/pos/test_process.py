"""The POS as a process."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import aiohttp
import msgspec

from gateway.demo.pos.application import USER
from gateway.demo.process import Ready

PROGRAM = """
import asyncio, sys
from pathlib import Path
from gateway.demo.pos.process import run
from gateway.demo.process import Listen
asyncio.run(run(Listen(ready=Path(sys.argv[1])), Path(sys.argv[1]).parent))
"""


async def test_it_serves_kasane_until_it_is_told_to_end(tmp_path: Path) -> None:
    """It says where it listens, takes its password from the environment, and ends in order."""
    file = tmp_path / "ready.json"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        str(file),
        env={**os.environ, "KASANE_POS_PASSWORD": "other"},
    )
    try:
        async with asyncio.timeout(15):
            while not file.exists():
                assert process.returncode is None
                await asyncio.sleep(0.02)
        ready = msgspec.json.decode(file.read_bytes(), type=Ready)
        headers = {"authorization": aiohttp.encode_basic_auth(USER, "other")}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.get(f"{ready.url}/api/sales?per_page=1") as response,
        ):
            page = await response.json()
    finally:
        process.send_signal(signal.SIGTERM)
        code = await process.wait()

    assert 0 == code
    assert ["0101"] == [row["str_cd"] for row in page["rows"]]
