"""One estate in which one story after another is lived through: a simulator, and its gateways."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.killing import configuration
from tests.killing.books import Findings, compared, recorded_twice
from tests.killing.clerk import Clerk
from tests.killing.door import Door
from tests.killing.fate import Fate, Outcome
from tests.killing.journals import Journals, Servers
from tests.killing.keeper import Keeper
from tests.killing.nursery import Nursery
from tests.killing.pos import Pos
from tests.killing.simulator import Simulator
from tests.killing.stand import Stand
from tests.killing.story import Story

_LOOK_S = 0.05
_LOG_TAIL = 6_000  # characters


class Lane:
    """A folder, a journal, a simulator, and the gateways of one story at a time."""

    def __init__(
        self,
        folder: Path,
        nursery: Nursery,
        journals: Journals,
        pos: Pos,
        *,
        processes: int = 1,
        is_quick: bool = True,
    ) -> None:
        self._folder = folder
        self._journals = journals
        self._stands = [
            Stand(folder, f"gateway-{number}", nursery, is_quick=is_quick)
            for number in range(1, processes + 1)
        ]
        self._door = Door(lambda: [it.address for it in self._stands])
        self._simulator: Simulator | None = None
        self._pos = pos

    async def open(self) -> None:
        """Start all that outlives a story, but for the journals' own system."""
        await self._door.open()
        self._simulator = Simulator(configuration.setup(self._door.address), self._folder)
        await self._simulator.start()
        for stand in self._stands:
            await stand.open(self._simulator.url, self._pos.url)

    async def open_journals(self) -> None:
        """Start what the journals need, while no other lane does: Alembic serves one at a time."""
        await self._journals.open()

    async def aclose(self) -> None:
        """End everything."""
        for stand in self._stands:
            await stand.aclose()
        if self._simulator is not None:
            await self._simulator.stop()
        await self._journals.aclose()
        await self._door.aclose()

    def log(self) -> str:
        """The end of what the last story's gateways have said."""
        logs = [it.log for it in self._stands if it.log.exists()]
        return "".join(it.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:] for it in logs)

    async def live(self, story: Story, fate: Fate) -> Outcome:
        """Let one story happen from its beginning to its end."""
        assert self._simulator is not None
        stands = self._stands[: fate.processes]
        simulator = self._simulator
        journal = await self._journals.renew()
        await simulator.begin_anew(story.customers, story.post)
        for fault in story.faults:
            await simulator.command("PUT", "/faults", dict(fault))
        for stand in stands:
            stand.renew(journal)
        server = self._journals.server if isinstance(self._journals, Servers) else None
        keeper = Keeper(stands, fate, server, lambda: self._restart(simulator, story.post))
        clerk = Clerk([f"{it.address}/graphql" for it in stands], fate.patience_s, self._pos)
        try:
            async with keeper.keeping():
                findings = await _lived(story, clerk, simulator, keeper, fate.patience_s)
                resolved_s = time.monotonic() - keeper.since
                if findings.is_right:
                    doubled = await recorded_twice(journal, simulator)
                    findings = replace(findings, doubled=doubled)
        finally:
            await clerk.aclose()
        return Outcome(
            findings=findings,
            kills=keeper.deaths,
            resolved_s=resolved_s,
            moments=keeper.moments,
            wrongs=tuple(it for one in stands if one.proxy for it in one.proxy.wrongs),
        )

    async def _restart(self, simulator: Simulator, post: Mapping[str, Any]) -> None:
        """Kill the provider, and start it again with what it had answered until then."""
        for stand in self._stands:
            if stand.proxy is not None:
                stand.proxy.cut()
        await simulator.restart(post)
        for stand in self._stands:
            if stand.proxy is not None:
                stand.proxy.mend()


async def _lived(
    story: Story, clerk: Clerk, simulator: Simulator, keeper: Keeper, patience_s: float
) -> Findings:
    try:
        await story.live(clerk, simulator)
    except AssertionError as error:
        return Findings(unequal=(f"the story came to no end: {error}",))
    while True:
        findings = await compared(clerk, simulator, story.endings)
        is_for_good = findings.is_right or findings.doubled or findings.lost
        if is_for_good or time.monotonic() > keeper.since + patience_s:
            return findings
        await asyncio.sleep(_LOOK_S)
