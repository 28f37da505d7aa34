"""A real browser without a window, driven by its DevTools protocol."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
_START_S = 30.0
_WAIT_S = 10.0


class Browser:
    """One page. `errors` are what its scripts and loads have come to grief over."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.errors: list[str] = []
        self._socket = socket
        self._numbers = count(1)

    async def open(self, url: str) -> None:
        """Go to an address."""
        await self.do("Runtime.enable")
        await self.do("Log.enable")
        await self.do("Page.navigate", url=url)

    async def do(self, method: str, **params: Any) -> dict[str, Any]:
        """Give one command, and wait for its result."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            told = await self._socket.receive_json(timeout=_WAIT_S)
            self._note(told)
            if told.get("id") == number:
                assert "error" not in told, told["error"]
                result: dict[str, Any] = told["result"]
                return result

    async def value(self, expression: str) -> Any:
        """What an expression is in the page; None while it cannot be told."""
        told = await self.do("Runtime.evaluate", expression=expression, returnByValue=True)
        return told["result"].get("value")

    async def until(self, wanted: Any, expression: str) -> None:
        """Look until an expression is what is wanted, for some seconds."""
        found = await self.value(expression)
        for _ in range(int(_WAIT_S / 0.05)):
            if found == wanted:
                return
            await asyncio.sleep(0.05)
            found = await self.value(expression)

        assert wanted == found

    async def click(self, selector: str) -> None:
        """Press the mouse in the middle of an element that can be pressed."""
        await self.until(expression=f"!!document.querySelector('{selector}:enabled')", wanted=True)
        element = f"document.querySelector('{selector}')"
        await self.value(f"{element}.scrollIntoView()")
        place = "(({x, y, width, height}) => [x + width / 2, y + height / 2])"
        x, y = await self.value(f"{place}({element}.getBoundingClientRect())")
        for kind in ("mousePressed", "mouseReleased"):
            await self.do(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )

    def _note(self, told: dict[str, Any]) -> None:
        match told.get("method"):
            case "Runtime.exceptionThrown":
                self.errors.append(str(told["params"]["exceptionDetails"]))
            case "Log.entryAdded" if told["params"]["entry"]["level"] == "error":
                self.errors.append(str(told["params"]["entry"]))
            case _:
                pass


def chromium() -> str:
    """Where it lies; the test is skipped where it is not."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("there is no chromium to look at the page with")
    return found


@asynccontextmanager
async def browsing(home: Path) -> AsyncIterator[Browser]:
    """A browser that keeps its things in a folder of its own, gone after the block."""
    process = await asyncio.create_subprocess_exec(
        chromium(),
        *_FLAGS,
        f"--user-data-dir={home}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "HOME": str(home), "LANGUAGE": "en_US"},
    )
    try:
        async with aiohttp.ClientSession() as session:
            address = f"http://127.0.0.1:{await _port(home)}/json/list"
            async with session.get(address) as answer:
                pages = [it for it in await answer.json() if it["type"] == "page"]
            async with session.ws_connect(
                pages[0]["webSocketDebuggerUrl"], max_msg_size=0
            ) as socket:
                yield Browser(socket)
                await socket.send_json({"id": 0, "method": "Browser.close"})
        async with asyncio.timeout(_WAIT_S):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _port(home: Path) -> int:
    file = home / "DevToolsActivePort"
    async with asyncio.timeout(_START_S):
        while not file.exists() or "\n" not in file.read_text(encoding="ascii"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return int(file.read_text(encoding="ascii").splitlines()[0])
