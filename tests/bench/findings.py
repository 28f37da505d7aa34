"""What many measurements come to: a figure for each server and query, and the ratios asked for."""

from collections.abc import Mapping, Sequence
from statistics import median

from msgspec import Struct

from tests.bench.measurement import Cell, Measurement
from tests.bench.workload import QUERIES

OURS = "ours"
# At which what is asked is judged: a busy server's figure, where waking up does not count.
JUDGED_AT = 16


class Figure(Struct, frozen=True):
    """One server, one query, one count of connections: medians over the rounds."""

    cpu_ms: float
    p50_ms: float
    p99_ms: float
    calls: float


class Wish(Struct, frozen=True):
    """What is asked of a request's processor time beside another server's.

    `times` is how many times cheaper it is to be, where `is_cheaper`; otherwise how many times as
    dear it may be.
    """

    against: str
    query: str
    times: float
    is_cheaper: bool

    def is_met(self, times: float) -> bool:
        """Whether a ratio of this wish's kind is good enough."""
        return times >= self.times if self.is_cheaper else times <= self.times


WISHES = (
    Wish("stock", "joined", 30, is_cheaper=True),
    Wish("stock", "point", 20, is_cheaper=True),
    Wish("stock", "typename", 8, is_cheaper=True),
    Wish("handwritten", "joined", 1.4, is_cheaper=False),
    Wish("handwritten", "point", 1.4, is_cheaper=False),
    Wish("mercurius", "joined", 1.5, is_cheaper=False),
    Wish("mercurius", "point", 2, is_cheaper=False),
)


class Findings:
    """Figures and ratios of one run."""

    def __init__(self, found: Measurement) -> None:
        self._cells: dict[tuple[str, str, int], list[Cell]] = {}
        for cell in found.cells:
            key = cell.implementation, cell.query, cell.connections
            self._cells.setdefault(key, []).append(cell)
        self._waits = {(it.implementation, it.query): it.rounds for it in found.waits}

    @property
    def queries(self) -> Sequence[str]:
        """What was asked, in the workload's order."""
        asked = {query for _, query, _ in self._cells}
        return [name for name in QUERIES if name in asked]

    @property
    def implementations(self) -> Sequence[str]:
        """Who was asked, in the order in which they were first."""
        return list(dict.fromkeys(name for name, _, _ in self._cells))

    def connections(self, query: str) -> Sequence[int]:
        """Over how many connections a query was asked, fewest first."""
        return sorted({count for _, of, count in self._cells if of == query})

    def judged(self, query: str) -> int:
        """The count of connections at which a query is judged."""
        counts = self.connections(query)
        return JUDGED_AT if JUDGED_AT in counts else counts[-1]

    def figure(self, implementation: str, query: str, connections: int) -> Figure | None:
        """The medians; None where it was not measured."""
        cells = self._cells.get((implementation, query, connections))
        if not cells:
            return None
        return Figure(
            cpu_ms=median(it.cpu_ms for it in cells),
            p50_ms=median(it.outcome.p50_ms for it in cells),
            p99_ms=median(it.outcome.p99_ms for it in cells),
            calls=median(it.calls for it in cells),
        )

    def waits(self, implementation: str, query: str) -> float | None:
        """How many calls a request waits for one after another."""
        return self._waits.get((implementation, query))

    def times(self, implementation: str, query: str, connections: int) -> float | None:
        """How many times as much a server's request costs as ours.

        The median of each round's ratio, because what else runs changes from round to round.
        """
        ours = self._by_round(OURS, query, connections)
        theirs = self._by_round(implementation, query, connections)
        ratios = [theirs[it] / cost for it, cost in ours.items() if cost and it in theirs]
        return median(ratios) if ratios else None

    def granted(self, wish: Wish) -> float | None:
        """The ratio that a wish is about; None where one of the two was not measured."""
        if wish.query not in self.queries:
            return None
        times = self.times(wish.against, wish.query, self.judged(wish.query))
        if not times:
            return None
        return times if wish.is_cheaper else 1 / times

    def _by_round(self, implementation: str, query: str, connections: int) -> Mapping[int, float]:
        cells = self._cells.get((implementation, query, connections), [])
        return {it.round: it.cpu_ms for it in cells}
