"""The deliveries' process: it lays the nightly file down, and misbehaves on command."""

import asyncio
from pathlib import Path

from gateway.demo.data.kasane import kasane
from gateway.demo.deliveries.report import NAME, report, strange_report
from gateway.demo.process import Conduct, Fault, Listen, run_control

FOLDER = "deliveries"


async def run(listen: Listen, work: Path) -> None:
    """Write the file into `deliveries` in the work folder, and serve commands until it is ended."""
    folder = work / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    conduct, night = Conduct(), Night(folder)
    await night.turn(Fault())

    async def turn(fault: Fault) -> None:
        await night.turn(fault)
        conduct.fault = fault

    await run_control(conduct, turn, listen)


class Night:
    """How the nightly job goes. A file has no speed: a slow job is one whose file comes late."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._late: asyncio.Task[None] | None = None

    async def turn(self, fault: Fault) -> None:
        """Lay the file down as told: right, with a strange header, after `delay_s`, or not."""
        if self._late is not None:
            self._late.cancel()
            self._late = None
        if fault.mode in {"slow", "dead"}:
            self._path.unlink(missing_ok=True)
        if fault.mode == "slow":
            self._late = asyncio.create_task(self._write_after(fault.delay_s))
        elif fault.mode == "wrong":
            self._write(strange_report(kasane()))
        elif fault.mode == "ok":
            self._write(report(kasane()))

    async def _write_after(self, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        self._write(report(kasane()))

    def _write(self, content: bytes) -> None:
        draft = self._path.with_suffix(".new")
        draft.write_bytes(content)
        draft.replace(self._path)
