"""What the provider's word means for a payment. Pure: no I/O, no clock.

The intent is the truth about the money. The reader's action is a hint: it is believed only where
the intent says that no money has moved, and every ending that it hints at cancels the intent first.
"""

from typing import Any

from msgspec import Struct, field

from connectors.sdk.terminal import (
    ActionStatus,
    IntentState,
    IntentStatus,
    ReaderAction,
    ReaderState,
)
from gateway.payments.failures import (
    DECLINED,
    READER_BROKEN,
    READER_CLEARED,
    REPLACED,
    VOIDED,
)
from gateway.payments.journal import Payment
from gateway.payments.states import Event, State
from schema.domain.payment import PaymentFailure

# The card was not refused; the reader stumbled, and may not know what came of it.
_STUMBLED = ("connection_error", "terminal_reader_")
_CUSTOMER_CANCELED = "customer_canceled"
_BROKEN = "terminal_reader_hardware_fault"

_ASKED_FOR = frozenset({State.DISPATCHING, State.AWAITING_CARD, State.UNKNOWN})

UNPAID = frozenset(
    {
        IntentStatus.REQUIRES_PAYMENT_METHOD,
        IntentStatus.REQUIRES_CONFIRMATION,
        IntentStatus.REQUIRES_ACTION,
    }
)
"""No money is held or taken, and none is about to be."""


class Finding(Struct, frozen=True):
    """An event that was found to have happened, and the payment's fields that change with it."""

    event: Event
    note: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)


def judge(payment: Payment, intent: IntentState, reader: ReaderState | None) -> Finding | None:
    """What has happened to a payment that is not being called off; None for nothing new.

    `reader` is None where it was not read.
    """
    match intent.status:
        case IntentStatus.SUCCEEDED:
            return paid(intent)
        case IntentStatus.CANCELED:
            return _calling_off(State.CANCELED, VOIDED, "given up at the provider")
        case IntentStatus.REQUIRES_CAPTURE if not _is_known_hold(payment, intent):
            return held(intent)
        case IntentStatus.PROCESSING if payment.state is not State.CAPTURING:
            return Finding(Event.PROCESSING)
        case IntentStatus.REQUIRES_PAYMENT_METHOD | IntentStatus.REQUIRES_ACTION:
            by_telephone = intent.status is IntentStatus.REQUIRES_ACTION
            look = _by_telephone if by_telephone else _unpaid
            return look(payment, intent, reader)
        case _:
            return None


def _is_known_hold(payment: Payment, intent: IntentState) -> bool:
    """Whether as much is held as is on record; at the provider a hold can be changed by hand."""
    return payment.state is State.AUTHORIZED and payment.authorized == intent.capturable


def held(intent: IntentState) -> Finding:
    """The provider holds the money."""
    return Finding(
        Event.AUTHORIZED,
        fields={
            "authorized": intent.capturable,
            "capture_before": intent.capture_before,
            "increasable": intent.is_increasable,
            **_told(intent),
        },
    )


def paid(intent: IntentState) -> Finding:
    """The provider has the money."""
    return Finding(
        Event.PAID,
        fields={
            "captured": intent.received,
            "refunded": intent.refunded,
            "increase_to": None,
            "ending": None,
            "failure": None,
            **_told(intent),
        },
    )


def _told(intent: IntentState) -> dict[str, Any]:
    """What the provider tells of the card and of the tip; what it does not is left as it was."""
    told = {"tip": intent.tip, "receipt": intent.receipt, "method": intent.method}
    return {name: value for name, value in told.items() if value is not None}


def holds(reader: ReaderState, payment: Payment) -> bool:
    """Whether the reader is at work on this payment."""
    action = reader.action
    return (
        action is not None
        and action.intent is not None
        and action.intent == payment.intent
        and action.status is ActionStatus.IN_PROGRESS
    )


def is_idle(payment: Payment, reader: ReaderState) -> bool:
    """Whether the reader is done with the payment, or never had it: it may be asked again."""
    action = reader.action
    return action is None or action.intent != payment.intent or action.status is ActionStatus.FAILED


def _by_telephone(payment: Payment, _: IntentState, reader: ReaderState | None) -> Finding | None:
    """A telephone has to pay the code that the reader shows, or showed until it was cleared."""
    if payment.state in _ASKED_FOR:
        return Finding(Event.CODE_SHOWN)
    if payment.state is State.AWAITING_CUSTOMER and reader and not holds(reader, payment):
        return Finding(Event.READER_LEFT)
    return None


def _unpaid(payment: Payment, intent: IntentState, reader: ReaderState | None) -> Finding | None:
    if payment.state in {State.CAPTURING, State.AWAITING_WALLET}:
        return _refused(intent, intent.failure or DECLINED)
    if reader is None:
        return None
    action = reader.action
    if action is None or action.intent != payment.intent:
        return _elsewhere(payment, intent, action)
    if action.status is ActionStatus.IN_PROGRESS:
        return None if payment.state is State.AWAITING_CARD else Finding(Event.SHOWN)
    # While the reader's call is out, what it failed at may be the attempt before.
    if action.status is ActionStatus.FAILED and payment.state is not State.DISPATCHING:
        return _failed(payment, intent, action.failure or intent.failure or DECLINED)
    return None


def _elsewhere(
    payment: Payment, intent: IntentState, action: ReaderAction | None
) -> Finding | None:
    """The reader is not at our payment, or not any more."""
    if intent.failure is not None and _is_news(payment, intent):
        return _refused(intent, intent.failure)
    if payment.state in {State.AWAITING_CARD, State.AWAITING_CUSTOMER}:
        if action is None:
            return _calling_off(State.CANCELED, READER_CLEARED, "called off at the reader")
        return _calling_off(State.SUPERSEDED, REPLACED, "replaced on the reader")
    busy = action is not None and action.status is ActionStatus.IN_PROGRESS and action.intent
    if payment.state is State.UNKNOWN and busy:
        return _calling_off(State.SUPERSEDED, REPLACED, "replaced on the reader")
    return None


def _failed(payment: Payment, intent: IntentState, failure: PaymentFailure) -> Finding | None:
    if payment.state is State.UNKNOWN and not _is_news(payment, intent):
        return None  # it may be what the reader failed at before it was asked again
    if failure.code == _CUSTOMER_CANCELED:
        return _calling_off(State.CANCELED, failure, "called off by the customer")
    if intent.failure is None and failure.code == _BROKEN:
        return _calling_off(State.CANCELED, READER_BROKEN, "the reader is broken")
    if intent.failure is None and failure.code.startswith(_STUMBLED):
        return None if payment.state is State.UNKNOWN else Finding(Event.LOST, failure.code)
    return _refused(intent, failure)


def _is_news(payment: Payment, intent: IntentState) -> bool:
    """Whether what the provider tells of a failure is of this try, and not of the one before."""
    return payment.deadline is None or intent.charge not in {None, payment.refused}


def _refused(intent: IntentState, failure: PaymentFailure) -> Finding:
    """The card was refused. The intent is open for another one."""
    return Finding(Event.CARD_REFUSED, "declined", {"failure": failure, "refused": intent.charge})


def _calling_off(ending: State, failure: PaymentFailure, note: str) -> Finding:
    return Finding(Event.CALL_OFF, note, {"ending": ending, "failure": failure})
