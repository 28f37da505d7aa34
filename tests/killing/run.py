"""One matrix from its beginning to its end."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gateway.storage.engine import Database
from tests.killing.fate import Fate, Victim
from tests.killing.journals import Files, Servers
from tests.killing.lane import Lane
from tests.killing.matrix import Case, Tally, cases, recorded, run
from tests.killing.moments import Moment
from tests.killing.nursery import Nursery
from tests.killing.pos import Pos
from tests.killing.stories import STORIES


class Ground(Struct, frozen=True, kw_only=True):
    """Where stories are lived through: so many `lanes`, side by side."""

    lanes: int = 4
    processes: int = 1
    database: str = "sqlite"
    is_quick: bool = True


class Wishes(Struct, frozen=True, kw_only=True):
    """What is to be run; see `python -m tests.killing --help`."""

    kills: int
    seed: int = 1
    stories: tuple[str, ...] = tuple(STORIES)
    processes: int = 1
    also: Victim | None = None
    without: str | None = None
    at: tuple[str, ...] = ()
    patience_s: float = 60.0
    is_over_at_a_fault: bool = False


class Estate:
    """Lanes that are open. What a story meets is recorded once."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self._lanes = lanes
        self._met: dict[tuple[int, str], list[Moment]] = {}

    async def killed(self, wishes: Wishes, tell: Callable[[Tally], None] = lambda _: None) -> Tally:
        """Run a matrix.

        Raises:
            AssertionError: A story goes wrong without a death, or nothing in it is at `wishes.at`.
        """
        points = await self._points(wishes)
        assert points, f"nothing is at {wishes.at}"
        tally = Tally(wishes.kills, wishes.is_over_at_a_fault)
        plan = _fated(cases(points, wishes.seed, wishes.also), wishes)
        await run(self._lanes, plan, tally, tell)
        return tally

    async def _points(self, wishes: Wishes) -> list[tuple[str, Moment]]:
        count = wishes.processes
        unmet = [it for it in wishes.stories if (count, it) not in self._met]
        for name, moments in (await recorded(self._lanes, unmet, Fate(processes=count))).items():
            self._met[count, name] = moments
        return [
            (name, moment)
            for name in wishes.stories
            for moment in self._met[count, name]
            if not wishes.at or any(part in str(moment) for part in wishes.at)
        ]


@asynccontextmanager
async def opened(ground: Ground) -> AsyncIterator[Estate]:
    """An estate, until the block ends."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="killing-")))
        nursery = await Nursery.start()
        stack.push_async_callback(nursery.stop)
        template = folder / "template.db"
        await (await Database.open(f"sqlite+aiosqlite:///{template}")).aclose()
        pos = Pos(folder)
        stack.push_async_callback(pos.stop)
        lanes = []
        for number in range(ground.lanes):
            place = folder / str(number)
            place.mkdir(mode=0o755)
            files = ground.database == "sqlite"
            journals = Files(place, template) if files else Servers(place)
            lane = Lane(
                place, nursery, journals, pos, processes=ground.processes, is_quick=ground.is_quick
            )
            stack.push_async_callback(lane.aclose)
            lanes.append(lane)
        await pos.start()
        await asyncio.gather(*(lane.open() for lane in lanes))
        for lane in lanes:
            await lane.open_journals()
        yield Estate(lanes)


def _fated(plan: Iterator[Case], wishes: Wishes) -> Iterator[Case]:
    for case in plan:
        fate = replace(
            case.fate,
            without=wishes.without,
            patience_s=wishes.patience_s,
            processes=wishes.processes,
        )
        yield replace(case, fate=fate)
