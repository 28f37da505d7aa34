"""Messages on record, on their way to being taken up."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence

from connectors.sdk.terminal import ProviderEvent
from schema.domain.errors import SourceError

log = logging.getLogger(__name__)

_AT_ONCE = 8  # so that many messages at once do not hold up other payments
_AT_ONCE_PRESSED = 2  # nor, while their senders wait, the answers


class EventQueue:
    """Has messages followed: those about one thing together, and a few things at a time.

    `follow` is given messages about one thing; those that come while it looks cause another look.
    Where it fails they wait on record, until they are put in again. `done` hears of the rest.
    While `is_pressed`, less is done at a time: senders wait for the process.
    """

    def __init__(
        self,
        follow: Callable[[Sequence[ProviderEvent]], Awaitable[None]],
        done: Callable[[Sequence[str]], None],
        is_pressed: Callable[[], bool] = lambda: False,
    ) -> None:
        self._follow = follow
        self._done = done
        self._is_pressed = is_pressed
        self._is_closed = False
        self._inside: set[str] = set()
        self._waiting: dict[str, list[ProviderEvent]] = {}
        self._ready: deque[str] = deque()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def put(self, events: Iterable[ProviderEvent]) -> None:
        """Have messages followed; those that are inside already are not put in twice."""
        for event in events:
            if event.id in self._inside:
                continue
            self._inside.add(event.id)
            name = subject(event)
            if name not in self._waiting and name not in self._tasks:
                self._ready.append(name)
            self._waiting.setdefault(name, []).append(event)
        self._begin()

    async def aclose(self) -> None:
        """End every task; what was not followed is taken up by the next start."""
        self._is_closed = True
        tasks = [*self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self) -> None:
        """Look at as many things as may be looked at now. Each look that ends begins others."""
        most = _AT_ONCE_PRESSED if self._is_pressed() else _AT_ONCE
        while self._ready and len(self._tasks) < most and not self._is_closed:
            name = self._ready.popleft()
            self._tasks[name] = asyncio.create_task(self._run(name), name=f"events of {name}")

    async def _run(self, name: str) -> None:
        try:
            await self._take_up(self._waiting.pop(name))
        finally:
            del self._tasks[name]
            if name in self._waiting:
                self._ready.append(name)
            self._begin()

    async def _take_up(self, events: Sequence[ProviderEvent]) -> None:
        names = [it.id for it in events]
        try:
            await self._follow(events)
        except SourceError as error:
            log.info("messages wait for the provider", extra={"code": error.code})
        except Exception:
            log.exception("a message of the provider waits", extra={"kind": events[-1].kind})
        else:
            self._done(names)
        finally:
            self._inside.difference_update(names)


def subject(event: ProviderEvent) -> str:
    """The one thing that a message is about, by the provider's name of it."""
    return event.intent or event.setup_intent or event.refund or event.reader or event.id
