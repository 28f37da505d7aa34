import pytest

from gateway.payments.states import (
    ENDINGS,
    FINAL,
    READER_FREE,
    Event,
    ForbiddenStepError,
    State,
    after,
    allows,
    client_state,
)
from schema.domain.payment import FINAL_STATES


@pytest.mark.parametrize("state", State)
def test_what_is_final_stays(state: State) -> None:
    """No event but the provider's count of the money is possible in a final state."""
    possible = {event for event in Event if allows(state, event)}

    assert (possible <= {Event.MONEY_READ}) is (state in FINAL)


def test_every_state_leads_to_an_end() -> None:
    """From each state a final one can be reached, so that no reader is held for ever."""
    ends = set(FINAL)
    for _ in State:
        ends |= {
            state
            for state in State
            for event in Event
            if allows(state, event) and after(state, event) in ends
        }

    assert set(State) == ends


def test_an_ending_without_money_passes_through_canceling() -> None:
    """Once there may be an intent, only its cancellation ends a payment without money."""
    unpaid = set(ENDINGS)
    before = {
        (state, event)
        for state in State
        for event in Event
        if allows(state, event) and after(state, event) in unpaid
    }

    assert {(State.NEW, Event.REFUSED)} == {it for it in before if it[0] is not State.CANCELING}


def test_money_is_believed_wherever_the_reader_may_have_the_payment() -> None:
    """That the provider has the money is possible even while a payment is being called off."""
    states = {state for state in State if allows(state, Event.PAID)}

    assert {
        State.DISPATCHING,
        State.AWAITING_CARD,
        State.UNKNOWN,
        State.AWAITING_CUSTOMER,
        State.AWAITING_WALLET,
        State.CARD_REFUSED,
        State.AUTHORIZED,
        State.INCREASING,
        State.CAPTURING,
        State.CANCELING,
    } == states


def test_a_step_that_the_table_lacks_is_a_mistake() -> None:
    """A payment that is paid cannot be sent to a reader."""
    with pytest.raises(ForbiddenStepError, match="DISPATCH cannot happen in PAID"):
        after(State.PAID, Event.DISPATCH)


def test_clients_see_an_end_where_there_is_one() -> None:
    """A state is final for clients exactly when it is final inside.

    But for a refused card: it is declined, and final once no other may be tried.
    """
    shown = {state for state in State if client_state(state) in FINAL_STATES}

    assert FINAL | {State.CARD_REFUSED} == shown


def test_money_that_is_held_does_not_hold_the_reader() -> None:
    """An authorised payment may wait for days; the next customer may not.

    Nor for a telephone whose code the reader does not show any more.
    """
    free = {State.AUTHORIZED, State.INCREASING, State.AWAITING_WALLET, State.CARD_REFUSED}
    assert FINAL | free == READER_FREE
