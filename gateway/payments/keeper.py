"""Keeps this process's claims: it says that it lives, and takes up what is free."""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from msgspec import Struct

from gateway.payments.claims import ClaimLog
from gateway.payments.subject import Kind, Subject
from gateway.payments.timing import Timing

log = logging.getLogger(__name__)


class Work(Struct, frozen=True):
    """How the keeper deals with one kind of work.

    `unfinished` returns the ids of all that is not done. `take_up` begins to work on these, or goes
    on, or looks at them anew; it is given the same more than once. `let_go` ends all work of the
    kind at once: another process has it, or will.
    """

    kind: Kind
    unfinished: Callable[[], Awaitable[Sequence[str]]]
    take_up: Callable[[Sequence[str]], Awaitable[None]]
    let_go: Callable[[], Awaitable[None]]


class Keeper:
    """One process among those that share a journal; `owner` is what its claims are made out to.

    Whoever works on a claim asks `is_alive` before each call that may move money. It needs no look
    into the database: nobody can be given the process's claims before the time is over that it has
    been told.
    """

    def __init__(self, claims: ClaimLog, timing: Timing) -> None:
        self._log = claims
        self._timing = timing
        self._work: dict[Kind, Work] = {}
        self._valid_until = 0.0
        self._others = 0
        self._task: asyncio.Task[None] | None = None
        self._errands: set[asyncio.Task[None]] = set()
        self.owner = _new_owner()

    def add(self, work: Work) -> None:
        """Keep the claims of this kind as well."""
        self._work[work.kind] = work

    def is_alive(self) -> bool:
        """Whether the process's claims are certainly its own at this moment."""
        return time.monotonic() < self._valid_until

    async def open(self) -> int:
        """Put the process on record, and take up what is free; return how much that was."""
        count = await self._enlist()
        self._task = asyncio.create_task(self._run(), name="claims")
        return count

    async def aclose(self) -> None:
        """Give everything back. What works on claims must have ended."""
        tasks = [*self._errands, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._valid_until = 0.0
        with suppress(Exception):  # it will be struck off in a while
            await self._log.leave(self.owner)

    def reach(self, subject: Subject) -> None:
        """Work on this now, or let the process know that does; in a task of its own."""
        task = asyncio.create_task(self._reach(subject), name=f"reach {subject.id}")
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def drop(self, subject: Subject) -> None:
        """Forget a claim on what turned out to be done."""
        await self._log.drop(subject)

    async def _reach(self, subject: Subject) -> None:
        try:
            if await self._log.reach(self.owner, subject):
                await self._work[subject.kind].take_up([subject.id])
        except Exception:
            log.exception("a claim waits", extra={"subject": subject.id})

    async def _run(self) -> None:
        adopted_at = tended_at = time.monotonic()
        while True:
            await asyncio.sleep(self._timing.news_look_s)
            now = time.monotonic()
            try:
                if now >= adopted_at + self._timing.adopt_s:
                    adopted_at = now
                    await self._adopt()
                if now >= tended_at + self._timing.claim_renew_s:
                    tended_at = now
                    await self._tend()
                elif self._others:
                    await self._take_up(await self._log.news(self.owner))
            except Exception:
                log.exception("claims wait for the journal", extra={"owner": self.owner})

    async def _enlist(self) -> int:
        asked_at = time.monotonic()
        await self._log.enlist(self.owner, self._timing.claim_life_s)
        self._valid_until = asked_at + self._timing.claim_life_s
        await self._adopt()
        return await self._tend()

    async def _tend(self) -> int:
        asked_at, life_s = time.monotonic(), self._timing.claim_life_s
        tended = await self._log.tend(self.owner, life_s, [*self._work])
        if tended is None:
            log.warning("this process was struck off, and begins anew", extra={"owner": self.owner})
            return await self._begin_anew()
        self._valid_until = asked_at + life_s
        self._others = tended.others
        await self._take_up(tended.taken)
        return len(tended.taken)

    async def _begin_anew(self) -> int:
        """Another process has what this one worked on, or may have it at any moment."""
        self._valid_until = 0.0
        for work in self._work.values():
            await work.let_go()
        self.owner = _new_owner()
        return await self._enlist()

    async def _adopt(self) -> None:
        for work in self._work.values():
            await self._log.adopt(work.kind, await work.unfinished())

    async def _take_up(self, subjects: Sequence[Subject]) -> None:
        for work in self._work.values():
            ids = [it.id for it in subjects if it.kind is work.kind]
            if ids:
                await work.take_up(ids)


def _new_owner() -> str:
    return secrets.token_hex(12)
