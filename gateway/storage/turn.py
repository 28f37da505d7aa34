"""Who writes next where only one can."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Turn:
    """One at a time, in the order in which they came; those in a hurry before all others.

    Whoever is in a hurry writes seldom, and for many: a stream of them would keep the others out.
    """

    def __init__(self) -> None:
        self._is_taken = False
        self._hurried: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def take(self, *, hurried: bool = False) -> AsyncIterator[None]:
        """Wait for one's turn, and have it until the block is left."""
        await self._wait(self._hurried if hurried else self._others)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, line: deque[asyncio.Future[None]]) -> None:
        if not self._is_taken:
            self._is_taken = True
            return
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.cancelled():
                with suppress(ValueError):  # whoever passed the turn on may have met it first
                    line.remove(called)
            else:
                self._pass_on()  # it was our turn already
            raise

    def _pass_on(self) -> None:
        for line in (self._hurried, self._others):
            while line:
                called = line.popleft()
                if not called.done():
                    called.set_result(None)
                    return
        self._is_taken = False
