"""What will happen by itself, in order of time."""

import heapq
from collections.abc import Callable
from itertools import count

Happening = Callable[[], None]


class Agenda:
    """Happenings with their times, in the seconds of the world's clock.

    `changed` is called when one was added, so that whoever keeps the time can wait anew.
    """

    def __init__(self) -> None:
        self.changed: Happening = lambda: None
        self._entries: list[tuple[float, int, Happening]] = []
        self._number = count()

    @property
    def next_due(self) -> float | None:
        """When the next one is due."""
        return self._entries[0][0] if self._entries else None

    def add(self, due: float, happening: Happening) -> None:
        """Let something happen later. What is due at the same time happens in the order added."""
        heapq.heappush(self._entries, (due, next(self._number), happening))
        self.changed()

    def run(self, now: float) -> None:
        """Let everything happen that is due."""
        while self._entries and self._entries[0][0] <= now:
            _, _, happening = heapq.heappop(self._entries)
            happening()
