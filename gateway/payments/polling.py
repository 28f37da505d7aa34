"""Where no message comes: one question about a place serves every payment that waits there."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

from connectors.sdk.terminal import ReaderState
from gateway.payments.journal import Payment
from gateway.payments.provider import Provider
from gateway.payments.timing import Timing
from schema.domain.errors import SourceError

_Place: TypeAlias = tuple[str | None, str | None]

# Two questions cost the provider as much as a list of a hundred readers.
_WORTH_A_LIST = 2


class _Asked(Struct):
    """A payment that waits to hear of its reader."""

    payment: Payment
    answer: asyncio.Future[ReaderState | None]


class Polling:
    """Asks what readers do: those of one place together, with a list, once several want to know.

    Whoever asks is answered with what the provider said after they had asked, never with something
    older. Concurrency: any number of callers.
    """

    def __init__(self, provider: Provider, timing: Timing) -> None:
        self._provider = provider
        self._timing = timing
        self._waiting: dict[_Place, deque[_Asked]] = {}
        self._tasks: dict[_Place, asyncio.Task[None]] = {}

    async def reader(self, payment: Payment) -> ReaderState | None:
        """What the payment's reader does; None where that could not be learnt."""
        place = (payment.account, payment.location)
        asked = _Asked(payment, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(place, deque()).append(asked)
        if place not in self._tasks:
            self._tasks[place] = asyncio.create_task(self._ask(place), name="polling")
        return await asked.answer

    async def aclose(self) -> None:
        """End every question; nobody waits for an answer any more."""
        tasks = [*self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, place: _Place) -> None:
        """Ask for all who have come within a moment, and again for those who come meanwhile."""
        asked: list[_Asked] = []
        try:
            while place in self._waiting:
                await asyncio.sleep(self._timing.gather_s)
                asked = [it for it in self._waiting.pop(place) if not it.answer.done()]
                found = await self._found(place, asked)
                for it in asked:
                    if not it.answer.done():
                        it.answer.set_result(found.get(it.payment.device))
        finally:
            del self._tasks[place]
            for it in (*asked, *self._waiting.pop(place, ())):
                it.answer.cancel()

    async def _found(self, place: _Place, asked: Sequence[_Asked]) -> dict[str, ReaderState]:
        account, location = place
        try:
            if len({it.payment.device for it in asked}) < _WORTH_A_LIST:
                states = [await self._provider.reader(it.payment) for it in asked[:1]]
            else:
                states = [*await self._provider.readers(location, account)]
        except SourceError:
            return {}
        return {state.id: state for state in states}
