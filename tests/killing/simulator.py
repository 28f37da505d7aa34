"""The payment provider as a process of its own, commanded and asked for its books."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from connectors.stripe_terminal.simulator.setup import Setup
from tests.killing.orphans import die_with_parent

_START_S = 30
_INSIST_S = 60.0
_INSIST_PAUSE_S = 0.03
KEY = "sk_test_kasane"


class Simulator:
    """A simulator that listens; it may be killed, and started again with what it knew."""

    def __init__(self, setup: Setup, folder: Path) -> None:
        self._setup = folder / "setup.json"
        self._setup.write_bytes(msgspec.json.encode(setup))
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._session: aiohttp.ClientSession | None = None
        self._control = ""
        self._port = 0
        self._customers: object = {}
        self._is_up = asyncio.Event()
        self.url = ""

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it, at the port that it had before if it had one."""
        ready = self._folder / "ready.json"
        ready.unlink(missing_ok=True)
        with (self._folder / "simulator.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "connectors.stripe_terminal.simulator"),
                *("--setup", str(self._setup), "--ready", str(ready), "--port", str(self._port)),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        end = time.monotonic() + _START_S
        while not ready.exists():
            assert time.monotonic() < end, "the simulator did not start"
            await asyncio.sleep(0.02)
        told = msgspec.json.decode(ready.read_bytes())
        self.url, self._control = told["url"], told["control"]
        self._port = int(self.url.rsplit(":", 1)[1])
        if self._session is None:
            self._session = aiohttp.ClientSession()
            self._is_up.set()

    async def kill(self) -> None:
        """End it as a power cut does."""
        assert self._process is not None
        if self._process.returncode is None:
            os.kill(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    async def restart(self, post: Mapping[str, Any]) -> None:
        """Kill it, and start it with the state that it had: a provider forgets nothing."""
        self._is_up.clear()
        state = await self._command("GET", "/state")
        await self.kill()
        await self.start()
        await self._command("PUT", "/webhooks", dict(post))
        await self._command("PUT", "/state", state)
        await self._command("PUT", "/customers", self._customers)
        self._is_up.set()

    async def stop(self) -> None:
        """End it for good."""
        await self.kill()
        if self._session is not None:
            await self._session.close()

    async def begin_anew(self, customers: Mapping[str, Any], post: Mapping[str, Any]) -> None:
        """Forget everything, and let customers and events behave so from now on."""
        await self.command("PUT", "/webhooks", dict(post))
        await self.command("DELETE", "/state")
        await self.command("DELETE", "/faults")
        await self.command("PUT", "/customers", dict(customers))

    async def ledger(self) -> Mapping[str, Any]:
        """Each payment's line in its books, by the id of its intent."""
        found: Mapping[str, Any] = (await self.command("GET", "/ledger"))["payments"]
        return found

    async def command(self, method: str, path: str, body: object = None) -> Any:
        """Give a command, once it is up; returns the answer, None where it is empty."""
        await self._is_up.wait()
        if path == "/customers":
            self._customers = body
        return await self._command(method, path, body)

    async def insist(self, path: str, body: object) -> None:
        """Make a gesture as soon as it is possible.

        Raises:
            AssertionError: It never is.
        """
        end = time.monotonic() + _INSIST_S
        while True:
            await self._is_up.wait()
            assert self._session is not None
            with suppress(aiohttp.ClientError):  # it may be killed this moment
                async with self._session.post(f"{self._control}{path}", json=body) as answer:
                    told = await answer.text()
                    if answer.ok:
                        return
                    assert time.monotonic() < end, f"{path} is never possible: {told}"
            await asyncio.sleep(_INSIST_PAUSE_S)

    async def _command(self, method: str, path: str, body: object = None) -> Any:
        assert self._session is not None
        async with self._session.request(method, f"{self._control}{path}", json=body) as answer:
            content = await answer.read()
            assert answer.ok, content
            return msgspec.json.decode(content) if content else None

    async def events(self) -> set[str]:
        """The ids of every event that it has told of."""
        found: set[str] = set()
        page: dict[str, Any] = {"data": [], "has_more": True}
        while page["has_more"]:
            after = {"starting_after": page["data"][-1]["id"]} if page["data"] else {}
            page = await self.call("GET", "/v1/events", limit="100", **after)
            found |= {it["id"] for it in page["data"]}
        return found

    async def call(self, method: str, path: str, **form: str) -> Any:
        """Call the API itself, as somebody does who is not the gateway."""
        await self._is_up.wait()
        assert self._session is not None
        headers, is_read = {"Authorization": f"Bearer {KEY}"}, method == "GET"
        async with self._session.request(
            method,
            f"{self.url}{path}",
            headers=headers,
            params=form if is_read else None,
            data=None if is_read else form,
        ) as answer:
            assert answer.ok, await answer.text()
            return await answer.json()
