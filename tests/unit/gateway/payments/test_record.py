"""Payments as clients see them."""

from gateway.payments.journal import PaymentStep
from gateway.payments.record import shown_payment
from gateway.payments.states import State
from schema.domain.payment import PaymentState
from tests.unit.gateway.storage.records import NOW, a_payment


def test_steps_that_are_newer_than_the_payment_are_not_shown() -> None:
    """They are read after it, and would not fit the state that is shown beside them."""
    payment = a_payment()
    number = payment.version
    steps = [
        PaymentStep(payment.id, number, NOW, State.NEW),
        PaymentStep(payment.id, number + 1, NOW, State.INTENT_READY),
    ]
    shown = shown_payment(payment, {payment.id: steps})

    assert [PaymentState.PENDING] == [event.state for event in shown.events]
