"""The states of a payment, and the one table of what may follow what."""

from collections.abc import Iterator, Mapping
from enum import Enum
from types import MappingProxyType

from schema.domain.payment import PaymentState


class State(Enum):
    """Where a payment stands, finer than clients see it."""

    NEW = "NEW"
    INTENT_READY = "INTENT_READY"
    DISPATCHING = "DISPATCHING"
    AWAITING_CARD = "AWAITING_CARD"
    AWAITING_CUSTOMER = "AWAITING_CUSTOMER"
    AWAITING_WALLET = "AWAITING_WALLET"
    CARD_REFUSED = "CARD_REFUSED"
    AUTHORIZED = "AUTHORIZED"
    INCREASING = "INCREASING"
    CAPTURING = "CAPTURING"
    PAID = "PAID"
    DECLINED = "DECLINED"
    UNKNOWN = "UNKNOWN"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"
    SUPERSEDED = "SUPERSEDED"
    EXPIRED = "EXPIRED"


class Event(Enum):
    """What happens to a payment."""

    INTENT_CREATED = "the provider knows the payment"
    REFUSED = "refused before the provider knew the payment"
    DISPATCH = "about to be sent to the reader"
    SHOWN = "the reader asks for the card"
    LOST = "the reader's answer was lost"
    CODE_SHOWN = "the reader shows a code that a telephone pays"
    READER_LEFT = "the reader shows the code no more, and the telephone may still pay"
    CARD_REFUSED = "the card was refused, and another may be tried"
    RETRY = "another card is to be tried"
    READER_REFUSED = "the reader did not take it, and another may"
    AUTHORIZED = "the provider holds the money"
    INCREASE = "about to hold more money"
    INCREASE_REFUSED = "no more money is held, and what was held still is"
    CAPTURE = "about to take the money"
    CAPTURE_REFUSED = "the provider did not take the money, and still holds it"
    PROCESSING = "the provider is taking the money"
    PAID = "the provider has the money"
    CALL_OFF = "about to be called off"
    MONEY_READ = "the provider counts the money anew"
    END_CANCELED = "called off"
    END_DECLINED = "called off after a decline"
    END_EXPIRED = "called off after its time"
    END_SUPERSEDED = "called off after another took its place on the reader"


class ForbiddenStepError(Exception):
    """The table has no such step: a mistake of ours, never of a caller or a system."""


_AT_READER = (State.DISPATCHING, State.AWAITING_CARD, State.UNKNOWN)
_BY_TELEPHONE = (State.AWAITING_CUSTOMER, State.AWAITING_WALLET)
_UNPAID = (*_AT_READER, *_BY_TELEPHONE, State.CARD_REFUSED)

# The provider's intent decides: whatever it says about money is possible from every state in which
# the reader may have the payment, and even while it is being called off.
_TABLE: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        (State.NEW, Event.INTENT_CREATED): State.INTENT_READY,
        (State.NEW, Event.REFUSED): State.CANCELED,
        (State.NEW, Event.CALL_OFF): State.CANCELING,
        (State.INTENT_READY, Event.DISPATCH): State.DISPATCHING,
        (State.INTENT_READY, Event.CALL_OFF): State.CANCELING,
        (State.DISPATCHING, Event.SHOWN): State.AWAITING_CARD,
        (State.DISPATCHING, Event.DISPATCH): State.DISPATCHING,
        (State.DISPATCHING, Event.LOST): State.UNKNOWN,
        (State.AWAITING_CARD, Event.LOST): State.UNKNOWN,
        (State.UNKNOWN, Event.SHOWN): State.AWAITING_CARD,
        (State.UNKNOWN, Event.DISPATCH): State.DISPATCHING,
        **{
            (state, event): reached
            for state in _UNPAID
            for event, reached in (
                (Event.AUTHORIZED, State.AUTHORIZED),
                (Event.PROCESSING, State.CAPTURING),
                (Event.PAID, State.PAID),
                (Event.CALL_OFF, State.CANCELING),
            )
        },
        **{
            (state, Event.CARD_REFUSED): State.CARD_REFUSED
            for state in (*_AT_READER, *_BY_TELEPHONE, State.CAPTURING)
        },
        (State.CARD_REFUSED, Event.RETRY): State.INTENT_READY,
        (State.INTENT_READY, Event.READER_REFUSED): State.CARD_REFUSED,
        (State.DISPATCHING, Event.READER_REFUSED): State.CARD_REFUSED,
        (State.UNKNOWN, Event.READER_REFUSED): State.CARD_REFUSED,
        **{(state, Event.CODE_SHOWN): State.AWAITING_CUSTOMER for state in _AT_READER},
        (State.AWAITING_CUSTOMER, Event.SHOWN): State.AWAITING_CARD,
        (State.AWAITING_CUSTOMER, Event.LOST): State.UNKNOWN,
        (State.AWAITING_CUSTOMER, Event.READER_LEFT): State.AWAITING_WALLET,
        (State.AUTHORIZED, Event.AUTHORIZED): State.AUTHORIZED,
        (State.AUTHORIZED, Event.INCREASE): State.INCREASING,
        (State.INCREASING, Event.AUTHORIZED): State.AUTHORIZED,
        (State.INCREASING, Event.INCREASE_REFUSED): State.AUTHORIZED,
        (State.INCREASING, Event.PROCESSING): State.CAPTURING,
        (State.INCREASING, Event.PAID): State.PAID,
        (State.INCREASING, Event.CALL_OFF): State.CANCELING,
        (State.AUTHORIZED, Event.CAPTURE): State.CAPTURING,
        (State.AUTHORIZED, Event.PROCESSING): State.CAPTURING,
        (State.AUTHORIZED, Event.PAID): State.PAID,
        (State.AUTHORIZED, Event.CALL_OFF): State.CANCELING,
        (State.CAPTURING, Event.PAID): State.PAID,
        (State.CAPTURING, Event.AUTHORIZED): State.AUTHORIZED,
        (State.CAPTURING, Event.CAPTURE_REFUSED): State.AUTHORIZED,
        (State.CAPTURING, Event.CALL_OFF): State.CANCELING,
        (State.CANCELING, Event.INTENT_CREATED): State.CANCELING,
        (State.CANCELING, Event.PAID): State.PAID,
        (State.CANCELING, Event.END_CANCELED): State.CANCELED,
        (State.CANCELING, Event.END_DECLINED): State.DECLINED,
        (State.CANCELING, Event.END_EXPIRED): State.EXPIRED,
        (State.CANCELING, Event.END_SUPERSEDED): State.SUPERSEDED,
        (State.PAID, Event.MONEY_READ): State.PAID,
    }
)

ENDINGS: Mapping[State, Event] = MappingProxyType(
    {
        State.CANCELED: Event.END_CANCELED,
        State.DECLINED: Event.END_DECLINED,
        State.EXPIRED: Event.END_EXPIRED,
        State.SUPERSEDED: Event.END_SUPERSEDED,
    }
)
"""How a payment that is called off may end, and the event that ends it so."""

FINAL = frozenset({State.PAID, *ENDINGS})
"""No step leads out of these; only the provider's count of the money may change."""

READER_FREE = FINAL | {
    State.AUTHORIZED,
    State.INCREASING,
    State.AWAITING_WALLET,
    State.CARD_REFUSED,
}
"""In these the reader has done its part, and another payment may have it."""

_CLIENT: Mapping[State, PaymentState] = MappingProxyType(
    {
        State.NEW: PaymentState.PENDING,
        State.INTENT_READY: PaymentState.PENDING,
        State.DISPATCHING: PaymentState.PENDING,
        State.AWAITING_CARD: PaymentState.AWAITING_CARD,
        State.AWAITING_CUSTOMER: PaymentState.AWAITING_CARD,
        State.AWAITING_WALLET: PaymentState.PROCESSING,
        State.CARD_REFUSED: PaymentState.DECLINED,
        State.AUTHORIZED: PaymentState.AUTHORIZED,
        State.INCREASING: PaymentState.AUTHORIZED,
        State.CAPTURING: PaymentState.PROCESSING,
        State.PAID: PaymentState.CAPTURED,
        State.DECLINED: PaymentState.DECLINED,
        State.UNKNOWN: PaymentState.UNKNOWN,
        State.CANCELING: PaymentState.PROCESSING,
        State.CANCELED: PaymentState.CANCELED,
        State.SUPERSEDED: PaymentState.CANCELED,
        State.EXPIRED: PaymentState.EXPIRED,
    }
)


def after(state: State, event: Event) -> State:
    """The state that an event leads to.

    Raises:
        ForbiddenStepError: The event cannot happen in this state.
    """
    try:
        return _TABLE[state, event]
    except KeyError:
        raise ForbiddenStepError(f"{event.name} cannot happen in {state.name}") from None


def allows(state: State, event: Event) -> bool:
    """Whether the event can happen in this state."""
    return (state, event) in _TABLE


def edges() -> Iterator[tuple[State, Event, State]]:
    """Every step that the table has: from where, by what, to where; in the order of definition."""
    for state in State:
        for event in Event:
            if allows(state, event):
                yield state, event, after(state, event)


def client_state(state: State) -> PaymentState:
    """What clients are told."""
    return _CLIENT[state]
