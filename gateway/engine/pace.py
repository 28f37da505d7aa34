"""Starts calls no faster than a system bears."""

import asyncio
import time


class Pace:
    """Spaces starts evenly at `rate_per_s`; None is no limit.

    Concurrency: any number of waiters, served in the order they came; one that gives up takes no
    turn from the others.
    """

    def __init__(self, rate_per_s: float | None) -> None:
        self._gap_s = 1 / rate_per_s if rate_per_s else 0.0
        self._turn = asyncio.Lock()
        self._next = 0.0

    async def wait(self) -> None:
        """Return when it is this caller's turn."""
        if not self._gap_s:
            return
        async with self._turn:
            early_s = self._next - time.monotonic()
            if early_s > 0:
                await asyncio.sleep(early_s)
            self._next = max(self._next, time.monotonic()) + self._gap_s
