"""What is asked for more money to be held: checked, and recorded."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import msgspec

from connectors.sdk.terminal import AmountRule
from gateway.payments import hold_refusals, refusals
from gateway.payments.amounts import AmountRules, not_chargeable, not_money
from gateway.payments.checks import key
from gateway.payments.clock import Clock
from gateway.payments.due_log import OrderPart
from gateway.payments.increase_log import INCREASES_MAX, Growth, Increase, TooManyIncreases
from gateway.payments.journal import (
    Journal,
    KeyTaken,
    NothingDue,
    PartTooLarge,
    Payment,
    StaleError,
)
from gateway.payments.reads import PaymentReads
from gateway.payments.record import Recorder
from gateway.payments.states import Event, State
from schema.domain.money import Money
from schema.domain.payment import UserErrorRecord
from schema.domain.scope import Actor
from schema.ports.payments import PaymentIncrease


class IncreaseRequests:
    """Begins to increase holds. What that comes to is the payment's follower's business."""

    def __init__(
        self,
        journal: Journal,
        reads: PaymentReads,
        recorder: Recorder,
        clock: Clock,
        *,
        rules: AmountRules,
        nudge: Callable[[str], None],
    ) -> None:
        self._journal = journal
        self._reads = reads
        self._recorder = recorder
        self._clock = clock
        self._rules = rules
        self._nudge = nudge

    async def begun(self, actor: Actor, request: PaymentIncrease) -> Payment | UserErrorRecord:
        """Find the payment that the key has begun to increase, or begin it."""
        if wrong := key(request.idempotency_key):
            return wrong
        while True:
            found = await self._reads.own(actor, request.payment)
            if isinstance(found, UserErrorRecord):
                return found
            known = await self._journal.increase_by_key(request.idempotency_key)
            if known is not None:
                same = known.request_hash == _hash(request)
                return found if same else refusals.key_taken()
            now, rule = self._clock.now(), self._rules(found.amount.currency)
            if refusal := why_not(found, request, now, rule):
                return refusal
            with suppress(StaleError):  # it has moved in between
                return await self._begin(actor, found, request, now)

    async def _begin(
        self, actor: Actor, found: Payment, request: PaymentIncrease, now: datetime
    ) -> Payment | UserErrorRecord:
        fields = {"increase_to": request.amount, "failure": None}
        after = self._recorder.reached(found, Event.INCREASE, fields)
        increase = Increase(
            idempotency_key=request.idempotency_key,
            payment=found.id,
            request_hash=_hash(request),
            actor=actor.name,
            amount=request.amount,
            created_at=now,
        )
        begun = await self._journal.begin_increase(increase, found, after, _growth(found, request))
        match begun:
            case KeyTaken():
                return refusals.key_taken()
            case NothingDue():
                return refusals.order_paid()
            case PartTooLarge(left):
                return refusals.amount_exceeds_due(found.amount + left, refusals.AMOUNT)
            case TooManyIncreases():
                return hold_refusals.increase_limit(INCREASES_MAX)
            case _:
                await self._recorder.tell(begun)
                self._nudge(begun.id)
                return begun


def why_not(
    payment: Payment, request: PaymentIncrease, now: datetime, rule: AmountRule | None
) -> UserErrorRecord | None:
    """Why a hold cannot be increased."""
    if payment.order is not None and request.order is None:
        return refusals.order_unknown(refusals.PAYMENT)
    return _why_not_at_all(payment, now) or _why_not_to(payment, request.amount, rule)


def _why_not_at_all(payment: Payment, now: datetime) -> UserErrorRecord | None:
    until = payment.capture_before
    if not payment.incrementable:
        return hold_refusals.increase_unsupported(
            "The payment was not started as incrementable: start another for the rest."
        )
    if payment.state is not State.AUTHORIZED:
        return refusals.payment_state("Only a hold that waits to be captured can grow.")
    if until is not None and now >= until:
        return hold_refusals.capture_expired(until)
    if not payment.increasable:
        return hold_refusals.increase_unsupported(
            "The card's network does not let this hold grow: start another payment for the rest."
        )
    return None


def _why_not_to(payment: Payment, amount: Money, rule: AmountRule | None) -> UserErrorRecord | None:
    if wrong := not_money(amount, payment.amount.currency, refusals.AMOUNT):
        return wrong
    if amount.minor <= payment.amount.minor:
        return hold_refusals.increase_too_small(payment.amount)
    return not_chargeable(amount, rule, refusals.AMOUNT)


def _growth(payment: Payment, request: PaymentIncrease) -> Growth | None:
    """By how much the payment takes more of its order."""
    order = request.order
    if payment.order is None or order is None:
        return None
    wanted = OrderPart(order.as_of, request.amount - payment.amount)
    return Growth(order.total - order.paid, wanted)


def _hash(request: PaymentIncrease) -> str:
    """What makes two requests the same."""
    asked = ("increase", request.payment, request.amount)
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()
