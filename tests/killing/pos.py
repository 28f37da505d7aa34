"""The orders' own system as a process of its own: it is told of money that was taken for a sale."""

import asyncio
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from tests.killing.orphans import die_with_parent

_ACCESS = {"Authorization": aiohttp.encode_basic_auth("tillgraph", "kasane-pos")}
_START_S = 30.0
STORE = "0101"
TOTAL = 1000


class Pos:
    """The sample retailer's POS."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None
        self._numbers = count(900_001)
        self.url = ""

    async def start(self) -> None:
        """Start it."""
        ready = self._folder / "pos.json"
        with (self._folder / "pos.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "gateway.cli", "system", "pos", "--ready", str(ready)),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        end = time.monotonic() + _START_S
        while not ready.exists():
            assert time.monotonic() < end, "the POS did not start"
            await asyncio.sleep(0.02)
        self.url = msgspec.json.decode(ready.read_bytes())["url"]
        self._session = aiohttp.ClientSession(headers=_ACCESS)

    async def stop(self) -> None:
        """End it."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._session is not None:
            await self._session.close()

    async def sell(self) -> str:
        """Ring up a sale that nobody has paid yet; returns its receipt's number."""
        receipt = f"{STORE}-{next(self._numbers)}"
        line = {"ln": 1, "plu": "KS-1", "nm": "Pen", "qty": 1, "prc": f"{TOTAL}", "amt": f"{TOTAL}"}
        sale = {
            "rcp_no": receipt,
            "str_cd": STORE,
            "sls_dt": "2026-11-24 18:00:00",
            "mbr_no": "",
            "st": "10",
            "amt": f"{TOTAL}",
            "lines": [line],
            "tnd": [],
        }
        await self._call("POST", "/api/sales", sale)
        return receipt

    async def money(self, receipt: str) -> list[int]:
        """What was noted on a sale, in its order; given back is below zero."""
        sale = await self._call("GET", f"/api/sales/{receipt}")
        return [int(it["amt"]) for it in sale["tnd"]]

    async def _call(self, method: str, path: str, body: object = None) -> Any:
        assert self._session is not None
        async with self._session.request(method, f"{self.url}{path}", json=body) as answer:
            assert answer.ok, await answer.text()
            return await answer.json()
