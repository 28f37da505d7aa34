"""What one process remembers of a payment while it follows it."""

import asyncio
import time
from datetime import datetime, timedelta

from typing_extensions import override

from connectors.sdk.terminal import ReaderState
from gateway.payments.clock import Clock
from gateway.payments.following import Followed
from gateway.payments.journal import Attempt, Journal, Payment
from gateway.payments.polling import Polling
from gateway.payments.provider import Provider
from gateway.payments.record import Recorder
from gateway.payments.timing import Timing
from schema.domain.payment import PaymentFailure

_THOROUGH = 6  # once in so many looks without news, the intent is read all the same


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


class Course(Followed[ReaderState]):
    """One payment that is being followed.

    `may_be_announced` tells that the provider may know of it already: another process may have
    begun calls of which this one knows nothing. `is_told` tells that there has been news since the
    payment was last sent to its reader.
    """

    trouble: PaymentFailure | None = None
    is_told = False

    def __init__(self, payment: str, timing: Timing, *, is_taken_up: bool) -> None:
        super().__init__(payment, timing)
        self.may_be_announced = is_taken_up
        self.attempt: Attempt | None = None
        self._routine = 0
        self._reread_s = timing.reread_s
        self._read_at: float | None = None

    @override
    def nudge(self) -> None:
        """Let the next look happen now, at the journal as well, and those after it soon."""
        self.is_told = True
        self._read_at = None
        super().nudge()

    def has_read(self) -> None:
        """Remember that the journal has just been read."""
        self._read_at = time.monotonic()

    def must_read(self) -> bool:
        """Whether somebody else may have taken a step since the journal was read."""
        return self._read_at is None or time.monotonic() > self._read_at + self._reread_s

    def is_routine(self) -> bool:
        """Whether this look is one of many at a reader that waits, and nobody has told of news."""
        self._routine = 0 if self.has_news else self._routine + 1
        return self._routine % _THOROUGH != 0

    def send(self, call: asyncio.Task[ReaderState], attempt: Attempt) -> None:
        """Remember a call to the reader that is under way, and the attempt that it is."""
        self.attempt = attempt
        self.is_told = False
        self.await_call(call)

    def answer(self) -> tuple[asyncio.Task[ReaderState], Attempt] | None:
        """Hand over the call to the reader once it has ended."""
        ended = self.ended_call()
        return (ended, self.attempt) if ended is not None and self.attempt is not None else None
