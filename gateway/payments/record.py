"""Steps of payments: by the table, on record, and told to those who follow."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from gateway.payments.changes import Changes
from gateway.payments.clock import Clock
from gateway.payments.journal import Attempt, Journal, Payment, PaymentStep, Refund
from gateway.payments.keys import Step
from gateway.payments.leases import ReaderHeld
from gateway.payments.states import ENDINGS, Event, State, after, client_state
from schema.domain.payment import (
    PaymentEventRecord,
    PaymentFailure,
    PaymentRecord,
    RefundRecord,
)

_TURNS = {Event.CARD_REFUSED, Event.RETRY}


class Recorder:
    """The one way by which a payment changes its state.

    Concurrency: any number of callers; of two that take a step from the same version, one gets
    `StaleError`. A turn at a reader lasts `turn_s` seconds, and so does the time to try again.
    """

    def __init__(
        self, journal: Journal, changes: Changes[Payment], clock: Clock, turn_s: float = 150.0
    ) -> None:
        self._journal = journal
        self._changes = changes
        self._clock = clock
        self._turn = timedelta(seconds=turn_s)
        self._known: dict[str, Payment] = {}
        self._steps: dict[str, list[PaymentStep]] = {}

    async def take(
        self, payment: Payment, event: Event, note: str | None = None, **fields: Any
    ) -> Payment:
        """Take one step; `fields` of the payment change with it.

        Raises:
            ForbiddenStepError: The table has no such step.
            StaleError: The payment has taken another step in between.
        """
        reached = self.reached(payment, event, fields)
        note = note or event.value
        await self._journal.advance(payment, reached, note)
        await self.tell(reached, note)
        return reached

    async def answered(self, payment: Payment, event: Event, attempt: Attempt) -> Payment:
        """Take the step that follows from a call's good answer. Raises as `take`."""
        reached = self.reached(payment, event, {})
        await self._journal.advance_after(payment, reached, event.value, attempt)
        await self.tell(reached, event.value)
        return reached

    async def attempt(
        self,
        payment: Payment,
        event: Event,
        step: Step,
        *,
        first: Event | None = None,
        **fields: Any,
    ) -> tuple[Payment, Attempt]:
        """Take a step that stands for a call to the provider, and return the call's record.

        What has happened `first` is a step of its own, with the `fields`, in the same commit.

        Raises:
            ForbiddenStepError: The table has no such step.
            StaleError: The payment has taken another step in between.
            LeaseLostError: The reader has been given to another payment.
        """
        if first is None:
            reached = self.reached(payment, event, fields)
            attempt = await self._journal.advance_to(payment, reached, event.value, step)
        else:
            between = self.reached(payment, first, fields)
            reached = self.reached(between, event, {})
            via = step_to(between, first.value)
            attempt = await self._journal.advance_to(payment, reached, event.value, step, via)
            await self.tell(between, first.value)
        await self.tell(reached, event.value)
        return reached, attempt

    async def retry(self, payment: Payment, actor: str, **fields: Any) -> Payment | ReaderHeld:
        """Begin another turn at a reader, unless another holder has it. Raises as `take`."""
        reached = self.reached(payment, Event.RETRY, {"failure": None, **fields})
        note = f"tried again by {actor}"
        begun = await self._journal.retry(payment, reached, note, actor)
        if isinstance(begun, Payment):
            await self.tell(begun, note)
        return begun

    async def call_off(
        self, payment: Payment, ending: State, note: str, failure: PaymentFailure | None = None
    ) -> Payment:
        """Begin to call a payment off; `ending` is what it will have come to. Raises as `take`."""
        return await self.take(payment, Event.CALL_OFF, note, ending=ending, failure=failure)

    async def end(self, payment: Payment, note: str | None = None) -> Payment:
        """End a payment that is being called off, as was meant. Raises as `take`."""
        return await self.take(payment, ENDINGS[payment.ending or State.CANCELED], note)

    async def tell(self, payment: Payment, note: str | None = None) -> None:
        """Tell those who follow the payment how it stands, after that was recorded with a note."""
        if payment.id in self._known:
            self._known[payment.id] = payment
            self._remember(payment, note)
        self._changes.publish(payment)

    def begin(self, payment: Payment) -> None:
        """Remember a payment that this process has just recorded, with all its steps."""
        self.know(payment)
        self._steps[payment.id] = [step_to(payment, begun_note(payment))]

    def _remember(self, payment: Payment, note: str | None) -> None:
        """Remember a step, unless others that came before it are not remembered."""
        steps = self._steps.get(payment.id)
        if steps is not None and note is not None and payment.version == len(steps) + 1:
            steps.append(step_to(payment, note))
        else:
            self._steps.pop(payment.id, None)

    def know(self, payment: Payment) -> None:
        """Remember how the payment stands, and each step that this process takes with it."""
        self._known[payment.id] = payment

    def known(self, payment: str) -> Payment | None:
        """How the payment stands, if it is remembered: another process may know more."""
        return self._known.get(payment)

    def forget(self, payment: str) -> None:
        """Do not remember the payment any more."""
        self._known.pop(payment, None)
        self._steps.pop(payment, None)

    async def shown(self, payments: Sequence[Payment]) -> list[PaymentRecord]:
        """The payments as clients see them, in their order."""
        steps: dict[str, Sequence[PaymentStep]] = {
            it.id: self._steps[it.id]
            for it in payments
            if it.version <= len(self._steps.get(it.id, ()))
        }
        if lacking := [it.id for it in payments if it.id not in steps]:
            steps.update(await self._journal.steps(lacking))
        return [shown_payment(payment, steps) for payment in payments]

    def reached(self, payment: Payment, event: Event, fields: dict[str, Any]) -> Payment:
        """The payment after a step, which is not recorded yet. Raises as the table does."""
        state, now = after(payment.state, event), self._clock.now()
        version = payment.version + 1
        if event in _TURNS:
            fields = {**fields, "deadline": now + self._turn}
        return replace(payment, state=state, version=version, updated_at=now, **fields)


def begun_note(payment: Payment) -> str:
    """The note of a payment's first step."""
    return f"started by {payment.actor}"


def step_to(payment: Payment, note: str) -> PaymentStep:
    """The step that has led to where the payment stands."""
    return PaymentStep(payment.id, payment.version, payment.updated_at, payment.state, note)


def shown_payment(payment: Payment, steps: Mapping[str, Sequence[PaymentStep]]) -> PaymentRecord:
    """A payment as clients see it."""
    return PaymentRecord(
        id=payment.id,
        state=client_state(payment.state),
        amount=payment.amount,
        captured=payment.captured,
        refunded=payment.refunded,
        store=payment.store,
        reader_name=payment.reader,
        created_at=payment.created_at,
        updated_at=payment.updated_at,
        capture_method=payment.capture_method,
        channel=payment.channel,
        order=payment.order,
        failure=payment.failure,
        retry_until=payment.deadline if payment.state is State.CARD_REFUSED else None,
        authorized=payment.authorized,
        tip=payment.tip,
        capture_before=payment.capture_before,
        methods=payment.methods,
        receipt=payment.receipt,
        events=tuple(_shown_steps(payment, steps.get(payment.id, ()))),
    )


def _shown_steps(payment: Payment, steps: Iterable[PaymentStep]) -> Iterable[PaymentEventRecord]:
    for step in steps:
        # The steps are read after the payment: later ones would not fit its state.
        if step.number <= payment.version:
            yield PaymentEventRecord(step.at, client_state(step.state), step.note)


def shown_refund(refund: Refund) -> RefundRecord:
    """A refund as clients see it."""
    return RefundRecord(
        id=refund.id,
        payment=refund.payment,
        state=refund.state,
        amount=refund.amount,
        created_at=refund.created_at,
        actor=refund.actor,
        reason=refund.reason,
        failure=refund.failure,
    )
