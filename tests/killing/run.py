"""One matrix from its beginning to its end."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gateway.storage.engine import Database
from tests.killing.fate import Victim
from tests.killing.journals import Files, Servers
from tests.killing.lane import Lane
from tests.killing.matrix import Case, Tally, cases, recorded, run
from tests.killing.nursery import Nursery
from tests.killing.stories import STORIES


class Wishes(Struct, frozen=True, kw_only=True):
    """What is to be run; see `python -m tests.killing --help`."""

    kills: int
    seed: int = 1
    lanes: int = 4
    stories: tuple[str, ...] = tuple(STORIES)
    processes: int = 1
    database: str = "sqlite"
    also: Victim | None = None
    without: str | None = None
    patience_s: float = 60.0
    is_quick: bool = True
    is_over_at_a_fault: bool = False


async def killed(wishes: Wishes, tell: Callable[[Tally], None] = lambda _: None) -> Tally:
    """Run a matrix."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="killing-")))
        nursery = await Nursery.start()
        stack.push_async_callback(nursery.stop)
        template = folder / "template.db"
        await (await Database.open(f"sqlite+aiosqlite:///{template}")).aclose()
        lanes = []
        for number in range(wishes.lanes):
            place = folder / str(number)
            place.mkdir(mode=0o755)
            files = wishes.database == "sqlite"
            journals = Files(place, template) if files else Servers(place)
            lane = Lane(
                place, nursery, journals, processes=wishes.processes, is_quick=wishes.is_quick
            )
            stack.push_async_callback(lane.aclose)
            lanes.append(lane)
        for lane in lanes:
            await lane.open()  # one by one: Alembic brings one database up to date at a time
        points = await recorded(lanes, wishes.stories)
        tally = Tally(wishes.kills, wishes.is_over_at_a_fault)
        await run(lanes, _stripped(cases(points, wishes.seed, wishes.also), wishes), tally, tell)
        return tally


def _stripped(plan: Iterator[Case], wishes: Wishes) -> Iterator[Case]:
    for case in plan:
        more = {"without": wishes.without, "patience_s": wishes.patience_s}
        yield replace(case, fate=replace(case.fate, **more))
