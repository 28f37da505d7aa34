"""Money given back at a reader, to the card that paid: only Interac wants that.

The reader is asked once, however often the request is sent: always under the refund's own key, of
which the provider keeps the first answer. What comes of it is read: from the provider's list of
refunds, which is the truth, and from what the reader does, which is a hint.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from msgspec.structs import replace

from connectors.sdk.terminal import ActionStatus, ReaderAction
from gateway.payments.course import Desk
from gateway.payments.failures import (
    NO_CARD,
    READER_BUSY,
    REFUSED_AT_START,
    failure_of,
    refund_failure_of,
)
from gateway.payments.journal import Payment, Refund
from gateway.payments.refund_reading import NOT_MADE, found
from schema.domain.errors import (
    Conflict,
    OutcomeUnknown,
    RateLimited,
    SourceError,
    Unavailable,
)
from schema.domain.payment import PaymentFailure, RefundState

CLEARED = PaymentFailure(
    "refund_cleared", "The refund was called off at the reader before the card was shown."
)
# The reader stumbled, and may not know what came of it; only the list does.
_STUMBLED = ("connection_error", "terminal_reader_")
_TRIES = 3
_REPEATS = 2


class RefundAtReader:
    """One refund that waits for its card. Nothing in here is needed after a crash.

    `is_new` tells that nobody has asked the reader yet; a refund that is taken up may have been
    sent, and what has become of it is read before anything else.
    """

    def __init__(self, desk: Desk, *, is_new: bool) -> None:
        self._desk = desk
        self._is_sent = not is_new
        self._is_acknowledged = False
        self._tries = 0
        self._repeats = 0
        self._asked_at: datetime | None = None
        self._clears = 0

    async def answer(self, payment: Payment, refund: Refund) -> Refund:
        """Take the next step; a refund that is through has succeeded or failed then."""
        if not self._is_sent:
            return await self._sent(payment, refund)
        try:
            reader = await self._desk.provider.refund_reader(payment, refund)
            listed = await self._desk.provider.refunds(payment)
        except SourceError:
            return refund
        made = found(refund, listed, self._desk.clock.now())
        if made is not None:
            return made
        action = reader.action
        if action is None or action.reference != refund.id:
            is_idle = action is None or action.status is not ActionStatus.IN_PROGRESS
            return await self._elsewhere(payment, refund, is_idle=is_idle)
        return await self._at_work(payment, refund, action)

    async def _sent(self, payment: Payment, refund: Refund) -> Refund:
        self._is_sent = True
        try:
            await self._desk.provider.refund_at_reader(payment, refund)
        except OutcomeUnknown:
            return replace(refund, state=RefundState.UNKNOWN, updated_at=self._desk.clock.now())
        except (Unavailable, RateLimited) as error:
            self._is_sent, self._tries = False, self._tries + 1
            return refund if self._tries < _TRIES else self._failed(refund, failure_of(error))
        except Conflict:
            return self._failed(refund, READER_BUSY)
        except SourceError as error:
            known = failure_of(error)
            is_known = known.code in REFUSED_AT_START
            return self._failed(refund, known if is_known else refund_failure_of(error))
        self._is_acknowledged = True
        return refund

    async def _at_work(self, payment: Payment, refund: Refund, action: ReaderAction) -> Refund:
        """The reader has our refund, or is through with it, and the list does not have it yet."""
        match action.status:
            case ActionStatus.IN_PROGRESS if self._is_past(refund, self._deadline_s):
                await self._clear(payment, refund)
            case ActionStatus.FAILED:
                failure = action.failure or CLEARED
                if not failure.code.startswith(_STUMBLED):
                    return self._failed(refund, failure)
                return self._lost(refund)
            case _:
                pass
        return self._pending(refund)

    async def _elsewhere(self, payment: Payment, refund: Refund, *, is_idle: bool) -> Refund:
        """The reader does not have our refund: not yet, or not any more."""
        if self._clears:
            return self._failed(refund, NO_CARD)
        if self._is_acknowledged:
            return self._failed(refund, CLEARED)
        if is_idle and self._may_repeat(refund):
            return await self._repeated(payment, refund)
        return self._lost(refund)

    def _may_repeat(self, refund: Refund) -> bool:
        """Whether the reader has been idle for a while, and the customer has just come."""
        timing = self._desk.timing
        settled_at = refund.updated_at + timedelta(seconds=timing.settle_s)
        is_late = self._is_past(refund, timing.call_s)
        return self._repeats < _REPEATS and self._desk.clock.now() >= settled_at and not is_late

    async def _repeated(self, payment: Payment, refund: Refund) -> Refund:
        """Send the request again, under its key: if it had arrived, its own answer comes now.

        Else the reader asks for the card. A refusal is not believed: the first one may be on its
        way still, and that need not be refused.
        """
        self._repeats += 1
        self._asked_at = self._desk.clock.now()
        try:
            await self._desk.provider.refund_at_reader(payment, refund)
        except SourceError:
            return refund
        self._is_acknowledged = True
        return self._pending(refund)

    def _lost(self, refund: Refund) -> Refund:
        """Nobody knows. A call that is still on its way arrives as long as it may last."""
        timing = self._desk.timing
        lasts = timedelta(seconds=timing.call_s + timing.process_s + timing.settle_s)
        if self._desk.clock.now() >= (self._asked_at or refund.created_at) + lasts:
            return self._failed(refund, NOT_MADE)
        return refund

    async def _clear(self, payment: Payment, refund: Refund) -> None:
        """Clear the reader of our refund. One that authorises cannot be; it is asked again."""
        self._clears += 1
        with suppress(SourceError):
            await self._desk.provider.clear_refund(payment, refund, self._clears)

    def _failed(self, refund: Refund, failure: PaymentFailure) -> Refund:
        now = self._desk.clock.now()
        return replace(refund, state=RefundState.FAILED, failure=failure, updated_at=now)

    def _pending(self, refund: Refund) -> Refund:
        if refund.state is RefundState.PENDING:
            return refund
        return replace(refund, state=RefundState.PENDING, updated_at=self._desk.clock.now())

    @property
    def _deadline_s(self) -> float:
        return self._desk.timing.attempt_deadline_s

    def _is_past(self, refund: Refund, seconds: float) -> bool:
        return self._desk.clock.now() >= refund.created_at + timedelta(seconds=seconds)
