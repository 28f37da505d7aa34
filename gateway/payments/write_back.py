"""Tells the orders' own systems what was taken for their orders, and what was given back."""

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from gateway.payments.clock import Clock
from gateway.payments.outbox import OutboxEntry, OutboxLog
from schema.domain.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    SourceError,
    Unavailable,
    Unsupported,
)
from schema.domain.payment_entry import PaymentEntry
from schema.domain.reference import SourceRef
from schema.domain.write_back import WriteBackRecord, WriteBackState

log = logging.getLogger(__name__)

PAYMENT_NOT_RECORDED = "PAYMENT_NOT_RECORDED"
"""Why a refund's entry is refused unsent: the payment's own was refused."""

_BATCH = 32
# A refusal of whoever asks says nothing of the entry: an operator mends the password.
_NO_ACCESS = frozenset({"401", "403"})


class OrderBooks(Protocol):
    """The systems that keep the orders."""

    async def record(
        self, order: SourceRef, entry: PaymentEntry, *, is_doubtful: bool, within_s: float
    ) -> SourceRef | None:
        """Tell an order's own system of an entry, under its reference as the key.

        `is_doubtful` where an earlier try may have had its effect. The answer is the system's own
        name of the entry.

        Raises:
            Unsupported: The system takes no entries.
            Conflict: An earlier try may have had its effect, and nobody can tell but a person.
            SourceError: It could not be told, or refuses.
        """
        ...


class SendingPace(Struct, frozen=True, kw_only=True):
    """How an entry is sent, in seconds."""

    look_s: float = 1.0
    """How often the outbox is looked into."""
    call_s: float = 10.0
    """A call lasts no longer than this …"""
    given_up_s: float = 30.0
    """… and a sender of which nothing is heard for this long is given up: another may send."""
    first_pause_s: float = 1.0
    """The pause after the first failure; each next one is twice as long, less a random part …"""
    slowest_pause_s: float = 300.0
    """… up to this."""


class WriteBack:
    """Sends what is in the outbox, until every entry is accepted or refused for good.

    Concurrency: any number of processes. Each counts its try in the outbox before its call, and
    whoever counted it is the only one to call until it is given up.
    """

    def __init__(
        self, outbox: OutboxLog, books: OrderBooks, clock: Clock, pace: SendingPace | None = None
    ) -> None:
        self._outbox = outbox
        self._books = books
        self._clock = clock
        self._pace = pace or SendingPace()
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to send."""
        self._task = asyncio.create_task(self._run(), name="write-back")

    def nudge(self) -> None:
        """Look into the outbox now."""
        self._news.set()

    async def aclose(self) -> None:
        """Stop sending. What was under way is sent again when its time is over."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def send_due(self) -> int:
        """Send every entry whose time has come; return how many were tried."""
        due = await self._outbox.due_entries(self._clock.now(), _BATCH)
        # Side by side: one system that does not answer keeps no other from being told.
        await asyncio.gather(*(self._send(entry) for entry in due))
        return len(due)

    async def _run(self) -> None:
        while True:
            pause_s = self._pace.look_s
            try:
                if await self.send_due() == _BATCH:
                    pause_s = 0.0
            except Exception:
                # Entries must not be left alone because of a full disk or a mistake of ours.
                log.exception("the outbox waits")
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._news.wait()
            self._news.clear()

    async def _send(self, entry: OutboxEntry) -> None:
        until = self._clock.now() + timedelta(seconds=self._pace.given_up_s)
        taken = await self._outbox.take_entry(entry, until)
        if taken is None:
            return
        settled = await self._stranded(taken) or await self._told(taken, entry.is_doubtful)
        if not await self._outbox.settle_entry(taken, settled):
            log.warning("an entry was taken over", extra={"entry": taken.reference})

    async def _stranded(self, taken: OutboxEntry) -> OutboxEntry | None:
        """Refuse a refund's entry where the order's system has refused the payment's own."""
        if taken.reference == taken.payment:
            return None
        payment = (await self._outbox.entries([taken.payment])).get(taken.payment)
        if payment is None or payment.state is not WriteBackState.REFUSED:
            return None
        return replace(
            taken,
            state=WriteBackState.REFUSED,
            last_error=PAYMENT_NOT_RECORDED,
            updated_at=self._clock.now(),
        )

    async def _told(self, taken: OutboxEntry, was_doubtful: bool) -> OutboxEntry:
        try:
            async with asyncio.timeout(self._pace.call_s):
                name = await self._books.record(
                    taken.order,
                    taken.entry,
                    is_doubtful=was_doubtful,
                    within_s=self._pace.call_s,
                )
        except SourceError as error:
            if is_final(error):
                return self._refused(taken, error)
            if isinstance(error, Unavailable | RateLimited):  # nothing has happened this time
                taken = replace(taken, is_doubtful=was_doubtful)
            return self._again(taken, error.code, error.retry_after_s)
        except TimeoutError:
            return self._again(taken, OutcomeUnknown.code, None)
        except Exception as error:
            log.exception("an entry could not be told", extra={"entry": taken.reference})
            return self._again(taken, type(error).__name__, None)
        return replace(
            taken,
            state=WriteBackState.SENT,
            is_doubtful=False,
            last_error=None,
            recorded_as=name.id if name else None,
            updated_at=self._clock.now(),
        )

    def _again(self, taken: OutboxEntry, code: str, asked_s: float | None) -> OutboxEntry:
        chance = random.random()  # noqa: S311 - it spreads tries, and keeps no secret
        pause_s = max(pause_after(taken.tries, self._pace, chance), asked_s or 0.0)
        now = self._clock.now()
        next_try_at = now + timedelta(seconds=pause_s)
        return replace(taken, last_error=code, next_try_at=next_try_at, updated_at=now)

    def _refused(self, taken: OutboxEntry, error: SourceError) -> OutboxEntry:
        is_able = not isinstance(error, Unsupported)
        state = WriteBackState.REFUSED if is_able else WriteBackState.NOT_SUPPORTED
        log.warning("an entry was refused", extra={"entry": taken.reference, "code": error.code})
        return replace(taken, state=state, last_error=error.code, updated_at=self._clock.now())


async def write_backs(
    outbox: OutboxLog, references: Sequence[str]
) -> Sequence[WriteBackRecord | None]:
    """What came of telling of each payment or refund; None where nobody is to be told."""
    found = await outbox.entries(references)
    return [_shown(found[name]) if name in found else None for name in references]


def is_final(error: SourceError) -> bool:
    """Whether the system will never take the entry. Who may not enter at all tries again."""
    if isinstance(error, Rejected):
        reason = (error.reason or "").lower()
        return reason not in _NO_ACCESS and "auth" not in reason
    return isinstance(error, NotFound | Conflict | Unsupported)


def pause_after(tries: int, pace: SendingPace, chance: float) -> float:
    """Seconds until the next try: doubling, bounded, and up to half less by `chance` (0 to 1)."""
    whole_s = min(pace.first_pause_s * 2.0 ** min(tries - 1, 30), pace.slowest_pause_s)
    return whole_s * (1 - chance / 2)


def _shown(entry: OutboxEntry) -> WriteBackRecord:
    return WriteBackRecord(entry.state, entry.tries, entry.updated_at, entry.last_error)
