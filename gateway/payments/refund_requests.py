"""What is asked for money to be given back: checked, and recorded."""

import hashlib
from datetime import datetime

import msgspec

from gateway.payments import checks, refusals
from gateway.payments.clock import Clock, Names
from gateway.payments.journal import Journal, KeyTaken, Payment, Refund, TooLarge
from gateway.payments.reads import PaymentReads
from gateway.payments.refunds import Refunds
from gateway.payments.states import State
from schema.domain.payment import RefundState, UserErrorRecord
from schema.domain.scope import Actor
from schema.ports.payments import RefundStart


class RefundRequests:
    """Begins refunds. What they come to is `Refunds`' business."""

    def __init__(
        self, journal: Journal, reads: PaymentReads, refunds: Refunds, names: Names, clock: Clock
    ) -> None:
        self._journal = journal
        self._reads = reads
        self._refunds = refunds
        self._names = names
        self._clock = clock

    async def begun(self, actor: Actor, request: RefundStart) -> Refund | UserErrorRecord:
        """Find the refund that the key has begun, or begin it."""
        payment = await self._reads.own(actor, request.payment)
        if isinstance(payment, UserErrorRecord):
            return payment
        refusal = _refused(payment, request)
        if refusal is not None:
            return refusal
        new = _new(self._names.refund(), self._clock.now(), actor, payment, request)
        begun = await self._journal.begin_refund(new, whole=request.amount is None)
        match begun:
            case KeyTaken():
                return refusals.key_taken()
            case TooLarge(left):
                return refusals.refund_too_large(left)
            case Refund():
                if begun.id == new.id:
                    self._refunds.begin(begun)
                return begun


def _refused(payment: Payment, request: RefundStart) -> UserErrorRecord | None:
    if payment.state is not State.PAID:
        return refusals.payment_state("Only money that was captured can be given back.")
    return checks.part_of(payment, request.amount) or checks.key(request.idempotency_key)


def _new(name: str, now: datetime, actor: Actor, payment: Payment, request: RefundStart) -> Refund:
    """The refund as it is recorded first; no amount stands for all that is left."""
    return Refund(
        id=name,
        payment=payment.id,
        idempotency_key=request.idempotency_key,
        request_hash=_hash(request),
        actor=actor.name,
        amount=request.amount or payment.captured,
        state=RefundState.PENDING,
        created_at=now,
        updated_at=now,
        reason=request.reason,
    )


def _hash(request: RefundStart) -> str:
    """What makes two requests for a refund the same."""
    asked: tuple[object, ...] = ("refund", request.payment, request.amount)
    # What was not known yet when a request was recorded must not make it another one now.
    if request.reason is not None:
        asked = (*asked, request.reason)
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()
