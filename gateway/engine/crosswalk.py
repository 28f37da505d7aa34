"""Ids that outlive a record's move from one system to another."""

from collections.abc import Iterable

from schema.domain.move import Move
from schema.domain.reference import GlobalId, SourceRef


class Crosswalk:
    """Where records have moved, several times perhaps; an id stays that of a record's first home.

    Held in memory and read without waiting; `replace` takes in what the database holds.
    """

    def __init__(self, moves: Iterable[Move] = ()) -> None:
        self._now: dict[tuple[str, SourceRef], SourceRef] = {}
        self._first: dict[tuple[str, SourceRef], SourceRef] = {}
        self.replace(moves)

    def replace(self, moves: Iterable[Move]) -> None:
        """Know these moves, oldest first, and no others."""
        now: dict[tuple[str, SourceRef], SourceRef] = {}
        first: dict[tuple[str, SourceRef], SourceRef] = {}
        for move in moves:
            home = first.get((move.kind, move.old), move.old)
            first[move.kind, move.new] = home
            now[move.kind, home] = move.new
        self._now, self._first = now, first

    def give(self, kind: str, ref: SourceRef) -> str:
        """The id of a record, the same wherever it has moved."""
        first = self._first.get((kind, ref), ref) if self._first else ref
        return GlobalId(kind, (first.name, first.id)).text

    def locate(self, kind: str, ref: SourceRef) -> SourceRef:
        """Where a record lives now, whichever of its references is given."""
        first = self._first.get((kind, ref), ref)
        return self._now.get((kind, first), ref)
