"""The sample systems by name, and what runs each."""

import asyncio
import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.demo.process import Listen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SYSTEMS = ("pos", "oms", "crm", "wms", "deliveries")


def run_system(name: str, listen: Listen, work: Path) -> None:
    """Run one of `SYSTEMS` until SIGTERM or SIGINT; no other system is loaded with it."""
    run: Callable[[Listen, Path], Awaitable[None]]
    run = importlib.import_module(f"gateway.demo.{name}.process").run

    async def running() -> None:
        await run(listen, work)

    asyncio.run(running())
