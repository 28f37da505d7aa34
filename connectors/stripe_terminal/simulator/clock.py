"""The account's time: the machine's, moved ahead or held still on command."""

import time
from collections.abc import Callable


class Clock:
    """Seconds since 1970. Who moves it sees to it that what falls due meanwhile happens."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._ahead = 0.0
        self._held: float | None = None

    def __call__(self) -> float:
        """The time."""
        return self._source() + self._ahead if self._held is None else self._held

    @property
    def is_held(self) -> bool:
        """Whether it stands still."""
        return self._held is not None

    def hold(self) -> None:
        """Stand still."""
        self._held = self()

    def go(self) -> None:
        """Pass again, from where it stands."""
        if self._held is not None:
            self._ahead, self._held = self._held - self._source(), None

    def set(self, now: float) -> None:
        """Jump; it goes on from there, or stands there if it is held."""
        if self._held is None:
            self._ahead = now - self._source()
        else:
            self._held = now

    def set_back(self) -> None:
        """Be the machine's again."""
        self._ahead, self._held = 0.0, None
