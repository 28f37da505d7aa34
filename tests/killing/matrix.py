"""Which stories are lived through with which fate, and what came of it all."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct, field

from tests.killing.fate import Fate, Outcome, Victim
from tests.killing.lane import Lane
from tests.killing.moments import ANY, Moment
from tests.killing.stories import STORIES

T = TypeVar("T")

# Reads, and signs of life, are repeated for as long as something is waited for: the first of them
# stand for all.
_READS = ("retrieve_", "list_")
_ROUTINE = (*_READS, "update processes", "delete listed_readers", "update provider_events")
_ROUTINE_MAX = 2
_SECOND_DEATH_WITHIN = 6
# The provider dies when a call reaches it: of our commits it knows nothing.
_BLIND = ("simulator", "commit")


class Case(Struct, frozen=True):
    """One story with one fate."""

    story: str
    fate: Fate


class Fault(Struct, frozen=True):
    """A case that ended wrong."""

    case: Case
    outcome: Outcome
    log: str


class Tally(Struct):
    """What has come of all cases so far. `points` are the moments at which something was killed."""

    wanted: int
    is_over_at_a_fault: bool = False
    began: float = field(default_factory=time.monotonic)
    runs: int = 0
    kills: int = 0
    missed: int = 0
    points: set[tuple[str, Moment]] = field(default_factory=set)
    resolved_s: list[float] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(self, case: Case, outcome: Outcome, log: str) -> None:
        """Count one case."""
        self.runs += 1
        self.kills += outcome.kills
        if outcome.kills:
            self.points.add((case.story, case.fate.dies_at[0]))
            self.resolved_s.append(outcome.resolved_s)
        elif case.fate.dies_at:
            self.missed += 1
        if not outcome.is_right:
            self.faults.append(Fault(case, outcome, log))

    @property
    def is_enough(self) -> bool:
        """Whether there were as many kills as wanted, or the one fault that was looked for."""
        return self.kills >= self.wanted or (self.is_over_at_a_fault and bool(self.faults))

    @property
    def took_s(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.began


async def recorded(
    lanes: Sequence[Lane], names: Sequence[str], fate: Fate
) -> Mapping[str, list[Moment]]:
    """Live through each story without a death, and return the moments at which it may die.

    Raises:
        AssertionError: A story ends wrong even so; the message says how.
    """
    found: dict[str, list[Moment]] = {}

    async def record(lane: Lane, name: str) -> None:
        outcome = await lane.live(STORIES[name], fate)
        log = lane.log()
        assert outcome.is_right, f"{name} goes wrong by itself: {outcome}\n{log}"
        found[name] = [it for it in dict.fromkeys(outcome.moments) if _is_telling(it)]
        kinds = {it.kind for it in found[name]}
        assert {"call", "commit"} == kinds, f"{name}: nobody sees more than {kinds}"

    await _spread(lanes, iter(names), record)
    return found


def cases(
    points: Sequence[tuple[str, Moment]], seed: int, also: Victim | None = None
) -> Iterator[Case]:
    """Every point, and again, without an end: first alone, then with more that goes wrong.

    Stories take turns, so that few cases are of every kind as well. Where `also` something else is
    killed, that is so in every other case.
    """
    luck = random.Random(seed)
    writes = {
        name: [it for it in _of(points, name) if it.kind == "call" and not _is_read(it)]
        for name, _ in points
    }
    turn = 0
    while True:
        for name, moment in _mixed(points, luck):
            more = turn > 0 and luck.random() < 0.5
            loses = luck.choice(writes[name]) if turn > 0 and luck.random() < 0.5 else None
            dies_at = (moment, _soon(luck)) if more else (moment,)
            if also is not None and luck.random() < 0.5 and (also, moment.kind) != _BLIND:
                yield Case(name, Fate(dies_at=(moment,), victim=also, loses=loses))
            else:
                yield Case(name, Fate(dies_at=dies_at, loses=loses))
        turn += 1


async def run(
    lanes: Sequence[Lane], plan: Iterator[Case], tally: Tally, tell: Callable[[Tally], None]
) -> None:
    """Live through cases until there have been enough kills."""

    def needed() -> Iterator[Case]:
        for case in plan:
            # Moments that never come are no kills; that few come at all is a mistake somewhere.
            if tally.is_enough or tally.missed > 2 * tally.wanted:
                return
            yield case

    async def live(lane: Lane, case: Case) -> None:
        tally.add(case, await lane.live(STORIES[case.story], case.fate), lane.log())
        tell(tally)

    await _spread(lanes, needed(), live)


async def _spread(
    lanes: Sequence[Lane], work: Iterator[T], do: Callable[[Lane, T], Awaitable[None]]
) -> None:
    async def travel(lane: Lane) -> None:
        for piece in work:
            await do(lane, piece)

    async with asyncio.TaskGroup() as group:
        for lane in lanes:
            group.create_task(travel(lane))


def _mixed(
    points: Sequence[tuple[str, Moment]], luck: random.Random
) -> Iterator[tuple[str, Moment]]:
    rows = {name: list(_of(points, name)) for name, _ in points}
    for row in rows.values():
        luck.shuffle(row)
    while any(rows.values()):
        for name, row in rows.items():
            if row:
                yield name, row.pop()


def _soon(luck: random.Random) -> Moment:
    """A moment that whoever takes up will meet."""
    kind, side = luck.choice(("call", "commit")), luck.choice(("before", "after"))
    return Moment(kind, ANY, luck.randint(1, _SECOND_DEATH_WITHIN), side)  # type: ignore[arg-type]


def _of(points: Sequence[tuple[str, Moment]], story: str) -> Iterator[Moment]:
    return (moment for name, moment in points if name == story)


def _is_read(moment: Moment) -> bool:
    return moment.name.startswith(_READS)


def _is_telling(moment: Moment) -> bool:
    return not moment.name.startswith(_ROUTINE) or moment.nth <= _ROUTINE_MAX
