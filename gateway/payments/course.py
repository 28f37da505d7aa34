"""What one process remembers of a payment while it follows it."""

import asyncio
import random
import time
from contextlib import suppress
from datetime import datetime, timedelta

from connectors.sdk.terminal import ReaderState
from gateway.payments.clock import Clock
from gateway.payments.journal import Attempt, Journal, Payment
from gateway.payments.polling import Polling
from gateway.payments.provider import Provider
from gateway.payments.record import Recorder
from gateway.payments.timing import Backoff, Timing
from schema.domain.errors import RateLimited, SourceError
from schema.domain.payment import PaymentFailure

_THOROUGH = 6  # once in so many looks without news, the intent is read all the same

AT_ONCE = 0.0
"""The pause after a step that leads straight to the next."""


class Desk:
    """What every step of a payment needs."""

    def __init__(
        self,
        provider: Provider,
        journal: Journal,
        recorder: Recorder,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self.provider = provider
        self.journal = journal
        self.recorder = recorder
        self.clock = clock
        self.timing = timing
        self.polling = Polling(provider, timing)

    def is_overdue(self, payment: Payment) -> bool:
        """Whether a card should have been shown by now, or another one tried."""
        if payment.deadline is not None:
            return self.clock.now() >= payment.deadline
        return self._is_past(payment, self.timing.attempt_deadline_s)

    def turn_began(self, payment: Payment) -> datetime:
        """When the payment's present turn at a reader began."""
        if payment.deadline is None:
            return payment.created_at
        return payment.deadline - timedelta(seconds=self.timing.attempt_deadline_s)

    def is_key_dead(self, payment: Payment) -> bool:
        """Whether the provider may have forgotten what it answered to the payment's first key."""
        return self._is_past(payment, self.timing.key_life_s)

    def is_settled(self, payment: Payment) -> bool:
        """Whether the payment has been in its state long enough to trust an idle reader."""
        return self.clock.now() >= payment.updated_at + timedelta(seconds=self.timing.settle_s)

    def _is_past(self, payment: Payment, seconds: float) -> bool:
        return self.clock.now() >= payment.created_at + timedelta(seconds=seconds)


class Course:
    """One payment that is being followed. Nothing in here is needed after a crash.

    `is_taken_up` tells that another process may have begun calls of which this one knows nothing.
    `is_told` tells that there has been news since the payment was last sent to its reader.
    """

    trouble: PaymentFailure | None = None
    version = 0
    is_told = False

    def __init__(self, payment: str, timing: Timing, *, is_taken_up: bool) -> None:
        self.payment = payment
        self.may_be_announced = is_taken_up
        self.call: asyncio.Task[ReaderState] | None = None
        self.attempt: Attempt | None = None
        self._backoff = Backoff(timing.first_look_s, timing.slowest_look_s)
        self._tries = 0
        self._nudged = asyncio.Event()
        self._has_news = True
        self._routine = 0
        self._reread_s = timing.reread_s
        self._read_at: float | None = None

    def nudge(self) -> None:
        """Let the next look happen now, at the journal as well, and those after it soon."""
        self.is_told = True
        self._read_at = None
        self._wake()

    def has_read(self) -> None:
        """Remember that the journal has just been read."""
        self._read_at = time.monotonic()

    def must_read(self) -> bool:
        """Whether somebody else may have taken a step since the journal was read."""
        return self._read_at is None or time.monotonic() > self._read_at + self._reread_s

    def reached(self, version: int) -> None:
        """Begin anew with short pauses when the payment has taken a step."""
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
        self._has_news = self._nudged.is_set()
        self._nudged.clear()

    def is_routine(self) -> bool:
        """Whether this look is one of many at a reader that waits, and nobody has told of news."""
        self._routine = 0 if self._has_news else self._routine + 1
        return self._routine % _THOROUGH != 0

    def send(self, call: asyncio.Task[ReaderState], attempt: Attempt) -> None:
        """Remember a call to the reader that is under way; its end is news."""
        self.call, self.attempt = call, attempt
        self.is_told = False
        call.add_done_callback(lambda _: self._wake())

    def _wake(self) -> None:
        self._backoff.reset()
        self._nudged.set()

    def answer(self) -> tuple[asyncio.Task[ReaderState], Attempt] | None:
        """Hand over the call to the reader once it has ended."""
        if self.call is None or self.attempt is None or not self.call.done():
            return None
        ended = self.call, self.attempt
        self.call = self.attempt = None
        return ended
