"""What will happen by itself, in order of time."""

import heapq
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Happening = Callable[..., None]
F = TypeVar("F", bound=Happening)
# When, the how-manieth that was added, the happening's name, and what it is about.
Entry = tuple[float, int, str, tuple[Any, ...]]

HAPPENINGS: dict[str, Happening] = {}


def happening(function: F) -> F:
    """Mark what can be put off: it is kept by its name, so that an account can be written down."""
    HAPPENINGS[function.__name__] = function
    return function


class Agenda:
    """Happenings with their times, in the seconds of the world's clock.

    `entries` is a heap. `changed` is called when one was added, so that whoever keeps the time can
    wait anew.
    """

    def __init__(self, entries: list[Entry] | None = None) -> None:
        self.changed: Callable[[], None] = lambda: None
        self.entries: list[Entry] = [] if entries is None else entries
        self._number = max((number for _, number, *_ in self.entries), default=0)

    @property
    def next_due(self) -> float | None:
        """When the next one is due."""
        return self.entries[0][0] if self.entries else None

    def add(self, due: float, name: str, *about: Any) -> None:
        """Let something happen later. What is due at the same time happens in the order added."""
        self._number += 1
        heapq.heappush(self.entries, (due, self._number, name, about))
        self.changed()

    def run(self, now: float, happen: Callable[[str, Sequence[Any]], None]) -> None:
        """Let everything happen that is due."""
        while self.entries and self.entries[0][0] <= now:
            _, _, name, about = heapq.heappop(self.entries)
            happen(name, about)
