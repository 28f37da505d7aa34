"""One pair of eyes for many tills: what all of them wait for is read at once, and seldom."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from tests.killing.clerk import Clerk, NeverError

_LOOK_S = 0.3
_AT_ONCE = 100
_STATES = "query States($ids: [ID!]!) { nodes(ids: $ids) { ... on Payment { id state } } }"


class Watch:
    """Tells each till when its payment has come so far.

    Tills that asked one by one would cost the gateway, and themselves, more than the payments do.
    """

    def __init__(self, clerk: Clerk, stuck_s: float) -> None:
        self._clerk = clerk
        self._stuck_s = stuck_s
        self._waiting: dict[str, tuple[Collection[str], asyncio.Future[str]]] = {}

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[None]:
        """Look while the block runs."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._look())
            yield
            task.cancel()

    async def reached(self, payment: str, states: Collection[str]) -> str:
        """Wait until a payment is in one of these states, and tell which.

        Raises:
            NeverError: It comes to none.
        """
        future = asyncio.get_running_loop().create_future()
        self._waiting[payment] = (states, future)
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._stuck_s):
                found: str = await future
                return found
        except TimeoutError:
            waited_s = time.monotonic() - began
            raise NeverError(f"{payment} is in none of {states} after {waited_s:.0f} s") from None
        finally:
            del self._waiting[payment]

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            ids = [*self._waiting]
            for first in range(0, len(ids), _AT_ONCE):
                await self._read(ids[first : first + _AT_ONCE])

    async def _read(self, ids: list[str]) -> None:
        for record in await self._clerk.ask(_STATES, "nodes", {"ids": ids}):
            self._tell(record)

    def _tell(self, record: Any) -> None:
        states, future = self._waiting.get(record["id"], ((), None))
        if future is not None and record["state"] in states and not future.done():
            future.set_result(record["state"])
