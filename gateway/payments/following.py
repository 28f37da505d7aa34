"""What is not final in the journal is followed: each thing in a task of its own."""

import asyncio
import logging
import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, ClassVar, Generic, TypeVar

from gateway.payments.claims import ClaimLostError
from gateway.payments.journal import StaleError
from gateway.payments.keeper import Keeper
from gateway.payments.subject import Kind, Subject
from gateway.payments.timing import Backoff, Timing
from schema.domain.errors import RateLimited, SourceError

T = TypeVar("T")
F = TypeVar("F", bound="Followed[Any]")

log = logging.getLogger(__name__)

AT_ONCE = 0.0
"""The pause after a step that leads straight to the next."""


class Followed(Generic[T]):
    """What one process remembers of a thing while it follows it; nothing of it outlives a crash.

    `id` is the journal's; `call` is a call to the reader that is under way.
    """

    call: asyncio.Task[T] | None = None
    version = 0
    has_news = True

    def __init__(self, name: str, timing: Timing) -> None:
        self.id = name
        self._backoff = Backoff(timing.first_look_s, timing.slowest_look_s)
        self._tries = 0
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Let the next look happen now, and those after it soon."""
        self._wake()

    def reached(self, version: int) -> None:
        """Begin anew with short pauses when a step has been taken."""
        if version != self.version:
            self.version = version
            self._tries = 0
            self._backoff.reset()

    def pause_s(self, error: SourceError | None = None) -> float:
        """How long to wait for the next look; no less than the provider asks for.

        Whom it has turned away for being too many must not come back all at once.
        """
        asked_s = error.retry_after_s if error else None
        pause_s = max(self._backoff.pause_s(), asked_s or 0.0)
        if isinstance(error, RateLimited):
            pause_s *= 1 + random.random()  # noqa: S311 - it spreads tries, and keeps no secret
        return pause_s

    def tried(self) -> int:
        """Count a call that came to nothing; the count begins anew with each step."""
        self._tries += 1
        return self._tries

    async def wait(self, pause_s: float) -> None:
        """Return after the pause, or as soon as there may be news."""
        with suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._nudged.wait()
        self.has_news = self._nudged.is_set()
        self._nudged.clear()

    def await_call(self, call: asyncio.Task[T]) -> None:
        """Remember a call to the reader that is under way; its end is news."""
        self.call = call
        call.add_done_callback(lambda _: self._wake())

    def ended_call(self) -> asyncio.Task[T] | None:
        """Hand over the call to the reader once it has ended."""
        if self.call is None or not self.call.done():
            return None
        ended, self.call = self.call, None
        return ended

    def _wake(self) -> None:
        self._backoff.reset()
        self._nudged.set()


class Following(ABC, Generic[F]):
    """The one caller of the provider for each thing of a kind in this process.

    Whoever wants something records it in the journal, and nudges. A task may be ended at any time:
    the journal holds all that the next one needs. `keeper` sees to it that no other process follows
    the same thing.
    """

    kind: ClassVar[Kind]

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._followed: dict[str, F] = {}

    def nudge(self, name: str) -> None:
        """Look at a thing now, here or in the process that follows it."""
        followed = self._followed.get(name)
        if followed is None:
            self._keeper.reach(Subject(self.kind, name))
        else:
            followed.nudge()

    async def take_up(self, names: Sequence[str]) -> None:
        """Follow what this process has got; what it follows already is looked at now."""
        for name in names:
            followed = self._followed.get(name)
            if followed is None:
                self.follow(name, is_taken_up=True)
            else:
                followed.nudge()

    async def aclose(self) -> None:
        """End every task; what they followed is taken up again by the next start."""
        tasks = [*self._tasks.values()]
        calls = [it.call for it in self._followed.values() if it.call]
        for task in (*tasks, *calls):
            task.cancel()
        await asyncio.gather(*tasks, *calls, return_exceptions=True)

    def follow(self, name: str, *, is_taken_up: bool) -> F:
        """Begin. What is taken up may have calls under way of which this process knows nothing."""
        followed = self._new(name, is_taken_up=is_taken_up)
        task = asyncio.create_task(self._run(followed), name=f"follow {name}")
        self._followed[name], self._tasks[name] = followed, task
        task.add_done_callback(lambda _: self._leave(name))
        return followed

    async def drop(self, followed: F) -> None:
        """Leave what is final to nobody."""
        await self._keeper.drop(Subject(self.kind, followed.id))

    @abstractmethod
    def _new(self, name: str, *, is_taken_up: bool) -> F: ...

    @abstractmethod
    async def _next(self, followed: F) -> float | None:
        """Take the next step; return the pause after it, None when there is nothing left to do."""

    def _forget(self, name: str) -> None:
        """Remember nothing of how the thing stands: it must be read."""

    def _leave(self, name: str) -> None:
        self._forget(name)
        del self._tasks[name], self._followed[name]

    async def _run(self, followed: F) -> None:
        while (pause_s := await self._step(followed)) is not None:
            if pause_s:
                await followed.wait(pause_s)

    async def _step(self, followed: F) -> float | None:
        try:
            return await self._next(followed)
        except StaleError:
            self._forget(followed.id)
            return AT_ONCE
        except ClaimLostError:
            return followed.pause_s()
        except SourceError as error:
            named = {self.kind.value: followed.id, "code": error.code}
            log.info("a %s waits for its provider", self.kind.value, extra=named)
            return followed.pause_s(error)
        except Exception as error:
            # Money, and readers, must not be left alone because of a full disk or our mistake.
            self._forget(followed.id)
            named = {self.kind.value: followed.id, "code": type(error).__name__}
            log.exception("a step of a %s failed", self.kind.value, extra=named)
            return followed.pause_s()
