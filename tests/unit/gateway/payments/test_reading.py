import pytest
from msgspec.structs import replace

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
from gateway.payments.reading import Finding, held, holds, is_idle, judge, paid
from gateway.payments.states import Event, State
from schema.domain.payment import CaptureMethod, PaymentFailure
from schema.domain.reader import ReaderStatus
from schema.domain.receipt import PaymentReceiptRecord
from tests.unit.gateway.payments.terminal import NOW
from tests.unit.gateway.payments.till import yen

AT_READER = (State.DISPATCHING, State.AWAITING_CARD, State.UNKNOWN)
OURS, THEIRS = "pi_1", "pi_9"
WORKING, DONE, FAILED = ActionStatus.IN_PROGRESS, ActionStatus.SUCCEEDED, ActionStatus.FAILED


def a_payment(state: State) -> Payment:
    """A payment of 1,000 yen in a state."""
    return Payment(
        id="pay_1",
        idempotency_key="k1",
        request_hash="",
        actor="till-1",
        store="ginza",
        reader="Front counter",
        device="tmr_front",
        amount=yen(1000),
        captured=yen(0),
        refunded=yen(0),
        capture_method=CaptureMethod.AUTOMATIC,
        created_at=NOW,
        updated_at=NOW,
        state=state,
        intent=OURS,
    )


def an_intent(
    status: IntentStatus = IntentStatus.REQUIRES_PAYMENT_METHOD,
    failure: PaymentFailure | None = None,
    charge: str | None = None,
) -> IntentState:
    """What the provider says of the payment."""
    amounts = yen(1000), yen(1000), yen(1100), yen(0)
    return IntentState(OURS, status, *amounts, failure, charge=charge)


def a_reader(
    intent: str | None = None, status: ActionStatus = WORKING, code: str | None = None
) -> ReaderState:
    """What the reader was last told, and how far it has come."""
    failure = PaymentFailure(code, code) if code else None
    action = ReaderAction("process_payment_intent", status, intent, failure)
    return ReaderState("tmr_front", "", None, ReaderStatus.ONLINE, action=action)


IDLE = replace(a_reader(), action=None)


def refused(failure: PaymentFailure) -> Finding:
    """The finding that a card was refused, and another may be tried."""
    return Finding(Event.CARD_REFUSED, "declined", {"failure": failure, "refused": None})


def calling_off(ending: State, failure: PaymentFailure, note: str) -> Finding:
    """The finding that a payment has to be called off."""
    return Finding(Event.CALL_OFF, note, {"ending": ending, "failure": failure})


@pytest.mark.parametrize("state", [*AT_READER, State.AUTHORIZED, State.CAPTURING])
def test_the_intent_says_that_money_was_taken(state: State) -> None:
    """A succeeded intent is a paid payment, whatever the reader shows, tips included."""
    intent = an_intent(IntentStatus.SUCCEEDED)

    found = judge(a_payment(state), intent, a_reader(THEIRS))

    assert paid(intent) == found
    assert found is not None
    assert yen(1100) == found.fields["captured"]


@pytest.mark.parametrize("state", AT_READER)
def test_money_that_is_held(state: State) -> None:
    """An intent that waits to be captured is an authorised payment, and says how much is held."""
    found = judge(a_payment(state), an_intent(IntentStatus.REQUIRES_CAPTURE), None)

    fields = {"authorized": yen(1000), "capture_before": None, "increasable": False}
    assert Finding(Event.AUTHORIZED, fields=fields) == found


def test_what_is_told_of_the_card_is_kept() -> None:
    """Tip and receipt, when the money is held and when it is taken; what is not told stays."""
    receipt = PaymentReceiptRecord("visa", "4242")
    told = replace(an_intent(), tip=yen(100), receipt=receipt, method="card_present")

    for finding in (held(told), paid(told)):
        fields = finding.fields
        found = (fields["tip"], fields["receipt"], fields["method"])
        assert (yen(100), receipt, "card_present") == found
    assert not {"tip", "receipt", "method"} & held(an_intent()).fields.keys()


@pytest.mark.parametrize("state", AT_READER)
def test_a_code_on_the_screen(state: State) -> None:
    """An intent that requires action waits for a telephone."""
    intent = an_intent(IntentStatus.REQUIRES_ACTION)

    assert Finding(Event.CODE_SHOWN) == judge(a_payment(state), intent, a_reader(OURS))


@pytest.mark.parametrize(
    ("state", "reader", "event"),
    [
        (State.AWAITING_CUSTOMER, a_reader(OURS), None),
        (State.AWAITING_CUSTOMER, None, None),
        (State.AWAITING_CUSTOMER, a_reader(THEIRS), Event.READER_LEFT),
        (State.AWAITING_CUSTOMER, a_reader(OURS, FAILED), Event.READER_LEFT),
        (State.AWAITING_WALLET, a_reader(THEIRS), None),
        (State.AWAITING_WALLET, None, None),
    ],
)
def test_a_code_that_left_the_screen(
    state: State, reader: ReaderState | None, event: Event | None
) -> None:
    """The telephone may still pay it: the intent decides, and the reader is free."""
    found = judge(a_payment(state), an_intent(IntentStatus.REQUIRES_ACTION), reader)

    assert event == (found.event if found else None)


def test_a_code_that_was_given_up() -> None:
    """At the reader a card is asked for again; without the reader it is a decline."""
    at_reader = judge(a_payment(State.AWAITING_CUSTOMER), an_intent(), a_reader(OURS))
    declined = judge(a_payment(State.AWAITING_WALLET), an_intent(), None)

    assert Finding(Event.SHOWN) == at_reader
    assert declined is not None
    assert (Event.CARD_REFUSED, DECLINED) == (declined.event, declined.fields["failure"])


@pytest.mark.parametrize("state", AT_READER)
def test_money_on_its_way(state: State) -> None:
    """An intent in processing is a payment that is being taken."""
    assert Finding(Event.PROCESSING) == judge(
        a_payment(state), an_intent(IntentStatus.PROCESSING), None
    )


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.AUTHORIZED, IntentStatus.REQUIRES_CAPTURE),
        (State.CAPTURING, IntentStatus.PROCESSING),
        (State.AWAITING_CARD, IntentStatus.REQUIRES_CONFIRMATION),
    ],
)
def test_what_is_known_is_no_news(state: State, status: IntentStatus) -> None:
    """Nothing is found where the intent says what is on record."""
    payment = replace(a_payment(state), authorized=yen(1000))

    assert judge(payment, an_intent(status), a_reader(OURS)) is None


def test_a_hold_that_was_changed_by_hand() -> None:
    """What is held at the provider counts."""
    payment = replace(a_payment(State.AUTHORIZED), authorized=yen(700))
    intent = an_intent(IntentStatus.REQUIRES_CAPTURE)

    assert held(intent) == judge(payment, intent, None)


@pytest.mark.parametrize("state", [*AT_READER, State.AUTHORIZED, State.CAPTURING])
def test_given_up_at_the_provider(state: State) -> None:
    """An intent that was canceled elsewhere, or whose hold ran out, ends the payment."""
    found = judge(a_payment(state), an_intent(IntentStatus.CANCELED), None)

    assert calling_off(State.CANCELED, VOIDED, "given up at the provider") == found


@pytest.mark.parametrize("failure", [None, PaymentFailure("expired_card", "Expired.")])
def test_a_decline_after_processing(failure: PaymentFailure | None) -> None:
    """Money that was on its way and is asked for again was declined."""
    found = judge(a_payment(State.CAPTURING), an_intent(failure=failure), None)

    assert refused(failure or DECLINED) == found


@pytest.mark.parametrize("state", [State.DISPATCHING, State.UNKNOWN])
def test_the_reader_shows_it(state: State) -> None:
    """A payment whose answer is missing waits for the card when the reader says so."""
    assert Finding(Event.SHOWN) == judge(a_payment(state), an_intent(), a_reader(OURS))


def test_still_waiting() -> None:
    """A reader that goes on asking for the card is no news."""
    assert judge(a_payment(State.AWAITING_CARD), an_intent(), a_reader(OURS)) is None


@pytest.mark.parametrize("state", AT_READER)
def test_a_reader_that_was_not_read_hints_at_nothing(state: State) -> None:
    """Without the hint the payment stays as it is."""
    assert judge(a_payment(state), an_intent(), None) is None


@pytest.mark.parametrize("state", [State.AWAITING_CARD, State.UNKNOWN])
def test_a_decline_at_the_reader(state: State) -> None:
    """An action that failed with a decline is one, with the decline's code."""
    reader = a_reader(OURS, FAILED, "insufficient_funds")
    failure = PaymentFailure("insufficient_funds", "insufficient_funds")

    assert refused(failure) == judge(a_payment(state), an_intent(), reader)


def test_a_failure_without_a_reason_is_a_decline() -> None:
    """The intent's own failure stands in where the reader tells none; else the plain sentence."""
    known = PaymentFailure("expired_card", "Expired.")
    silent = a_reader(OURS, FAILED)

    assert refused(known) == judge(a_payment(State.AWAITING_CARD), an_intent(failure=known), silent)
    assert refused(DECLINED) == judge(a_payment(State.AWAITING_CARD), an_intent(), silent)


def test_a_decline_is_remembered_by_the_intent() -> None:
    """A reader that has gone on to something else does not hide a decline."""
    known = PaymentFailure("expired_card", "Expired.")

    assert refused(known) == judge(a_payment(State.UNKNOWN), an_intent(failure=known), IDLE)


@pytest.mark.parametrize("reader", [IDLE, a_reader(OURS, FAILED, "expired_card")])
def test_a_failure_of_the_try_before_is_no_news(reader: ReaderState) -> None:
    """The intent and the reader remember it until the next card: whose charge it was tells."""
    known = PaymentFailure("expired_card", "Expired.")
    again = replace(a_payment(State.UNKNOWN), deadline=NOW, refused="ch_1")
    old, new = an_intent(failure=known, charge="ch_1"), an_intent(failure=known, charge="ch_2")
    found = judge(again, new, reader)
    assert found is not None

    assert judge(again, old, reader) is None
    assert (Event.CARD_REFUSED, "ch_2") == (found.event, found.fields["refused"])


def test_the_customer_presses_cancel() -> None:
    """The reader's own cancel button calls the payment off."""
    reader = a_reader(OURS, FAILED, "customer_canceled")
    failure = PaymentFailure("customer_canceled", "customer_canceled")

    assert calling_off(State.CANCELED, failure, "called off by the customer") == judge(
        a_payment(State.AWAITING_CARD), an_intent(), reader
    )


@pytest.mark.parametrize("code", ["connection_error", "terminal_reader_timeout"])
def test_a_reader_that_stumbled_may_not_know(code: str) -> None:
    """A reader's own failure says nothing of the card: the payment is unknown until it is read."""
    reader = a_reader(OURS, FAILED, code)

    assert Finding(Event.LOST, code) == judge(a_payment(State.AWAITING_CARD), an_intent(), reader)
    assert judge(a_payment(State.UNKNOWN), an_intent(), reader) is None


@pytest.mark.parametrize("state", [State.AWAITING_CARD, State.UNKNOWN])
def test_a_broken_reader_is_not_asked_again(state: State) -> None:
    """The intent is canceled, and says if the card has paid all the same."""
    reader = a_reader(OURS, FAILED, "terminal_reader_hardware_fault")

    assert calling_off(State.CANCELED, READER_BROKEN, "the reader is broken") == judge(
        a_payment(state), an_intent(), reader
    )


def test_a_failure_of_the_attempt_before_is_not_this_ones() -> None:
    """While the reader's call is out, a failed action may be the old one."""
    reader = a_reader(OURS, FAILED, "connection_error")

    assert judge(a_payment(State.DISPATCHING), an_intent(), reader) is None


def test_a_success_at_the_reader_waits_for_the_intent() -> None:
    """The reader's word alone is no money."""
    assert judge(a_payment(State.AWAITING_CARD), an_intent(), a_reader(OURS, DONE)) is None


def test_another_took_its_place() -> None:
    """A reader that shows something else, a shopping cart included, has lost our payment."""
    found = calling_off(State.SUPERSEDED, REPLACED, "replaced on the reader")

    assert found == judge(a_payment(State.AWAITING_CARD), an_intent(), a_reader(THEIRS))
    assert found == judge(a_payment(State.AWAITING_CARD), an_intent(), a_reader(None))
    assert found == judge(a_payment(State.UNKNOWN), an_intent(), a_reader(THEIRS))


def test_somebody_cleared_the_reader() -> None:
    """A reader that has shown our payment and shows nothing was cleared."""
    found = judge(a_payment(State.AWAITING_CARD), an_intent(), IDLE)

    assert calling_off(State.CANCELED, READER_CLEARED, "called off at the reader") == found


@pytest.mark.parametrize("reader", [IDLE, a_reader(THEIRS, DONE), a_reader(None)])
def test_an_idle_reader_is_no_news_of_a_lost_answer(reader: ReaderState) -> None:
    """It may never have got the payment: whether to ask again is not read from it alone."""
    assert judge(a_payment(State.UNKNOWN), an_intent(), reader) is None
    assert judge(a_payment(State.DISPATCHING), an_intent(), reader) is None


@pytest.mark.parametrize(
    ("reader", "at_work", "idle"),
    [
        (IDLE, False, True),
        (a_reader(OURS), True, False),
        (a_reader(OURS, DONE), False, False),
        (a_reader(OURS, FAILED), False, True),
        (a_reader(THEIRS), False, True),
        (a_reader(None), False, True),
    ],
)
def test_what_the_reader_is_doing(reader: ReaderState, at_work: bool, idle: bool) -> None:
    """It holds a payment while it works on it; after a success it is not idle yet."""
    payment = a_payment(State.UNKNOWN)

    assert (at_work, idle) == (holds(reader, payment), is_idle(payment, reader))


def test_a_payment_without_intent_is_on_no_reader() -> None:
    """An action without an intent is not taken for a payment without one."""
    payment = replace(a_payment(State.CANCELING), intent=None)

    assert not holds(a_reader(None), payment)
