"""Stripe's objects to ours."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.sdk.terminal import (
    ActionStatus,
    IntentState,
    IntentStatus,
    ProviderRefund,
    ReaderAction,
    ReaderState,
)
from connectors.stripe_terminal.mapping import (
    intent_state,
    reader_state,
    refund_state,
)
from schema.domain.errors import SchemaDrift
from schema.domain.money import Money
from schema.domain.payment import PaymentFailure, RefundReason, RefundState
from schema.domain.reader import ReaderStatus
from schema.domain.receipt import PaymentReceiptRecord
from tests.unit.connectors.stripe_terminal.stand_in import INTENT


def yen(amount: int) -> Money:
    """So many yen."""
    return Money(amount, "JPY")


def a_charge(**fields: Any) -> dict[str, Any]:
    """A charge of 500 yen, as Stripe writes it, of which all was taken."""
    whole = {"id": "ch_1", "amount": 500, "amount_captured": 500, "amount_refunded": 0}
    return {**whole, "payment_method_details": None, **fields}


def an_intent(**fields: Any) -> dict[str, Any]:
    """A PaymentIntent as Stripe sends it."""
    return {**INTENT, **fields}


def a_reader(**fields: Any) -> dict[str, Any]:
    """A reader as Stripe sends it."""
    return {
        "id": "tmr_1",
        "object": "terminal.reader",
        "label": "Front counter",
        "location": "tml_1",
        "status": "online",
        "device_type": "simulated_wisepos_e",
        "last_seen_at": 1_790_000_000_500,
        "action": None,
        **fields,
    }


def an_action(**fields: Any) -> dict[str, Any]:
    """What a reader does while it waits for a card."""
    return {
        "type": "process_payment_intent",
        "status": "in_progress",
        "failure_code": None,
        "failure_message": None,
        "process_payment_intent": {"payment_intent": "pi_1"},
        **fields,
    }


def test_a_new_intent_holds_no_money() -> None:
    """Yen have no smaller unit: 500 is ¥500."""
    assert IntentState(
        id="pi_1",
        status=IntentStatus.REQUIRES_PAYMENT_METHOD,
        amount=yen(500),
        capturable=yen(0),
        received=yen(0),
        refunded=yen(0),
    ) == intent_state(an_intent())


def test_an_authorised_intent_says_until_when_it_can_be_captured() -> None:
    """The card's network decides, so it is read from the charge."""
    card = {
        "payment_method_details": {
            "type": "card_present",
            "card_present": {"capture_before": 1_790_000_000},
        }
    }
    state = intent_state(
        an_intent(
            status="requires_capture",
            amount_capturable=550,
            amount=550,
            latest_charge=a_charge(amount=550, amount_captured=0, **card),
        )
    )

    assert (IntentStatus.REQUIRES_CAPTURE, yen(550)) == (state.status, state.capturable)
    assert datetime.fromtimestamp(1_790_000_000, UTC) == state.capture_before


def test_an_intent_says_what_belongs_on_a_receipt() -> None:
    """The tip, and the chip's fields under names of ours; no number of a card."""
    chip = {
        "application_preferred_name": "VISA CREDIT",
        "dedicated_file_name": "A0000000031010",
        "authorization_code": "123456",
        "terminal_verification_results": "0000008000",
    }
    card = {
        "type": "card_present",
        "card_present": {
            "brand": "visa",
            "last4": "4242",
            "read_method": "contactless_emv",
            "incremental_authorization_supported": True,
            "receipt": chip,
        },
    }
    state = intent_state(
        an_intent(
            amount_details={"tip": {"amount": 50}},
            latest_charge=a_charge(payment_method_details=card),
        )
    )

    assert (yen(50), True) == (state.tip, state.is_increasable)
    assert state.receipt == PaymentReceiptRecord(
        brand="visa",
        last4="4242",
        read_method="contactless_emv",
        application_name="VISA CREDIT",
        application_id="A0000000031010",
        authorization_code="123456",
        terminal_verification_results="0000008000",
    )


@pytest.mark.parametrize("details", [None, {"tip": None}, {"tip": {}}])
def test_no_tip_is_none(details: dict[str, Any] | None) -> None:
    """Stripe leaves the amount out where no tip was asked for."""
    assert intent_state(an_intent(amount_details=details)).tip is None


def test_a_wallet_has_a_brand_and_no_card() -> None:
    """Stripe's type of it."""
    details = {"type": "paynow", "paynow": {"reference": "x"}}
    state = intent_state(an_intent(latest_charge=a_charge(payment_method_details=details)))

    assert PaymentReceiptRecord("paynow") == state.receipt


def test_more_than_four_digits_are_drift() -> None:
    """A whole number of a card must not get into the journal; nor is it quoted."""
    card = {"type": "card", "card": {"brand": "visa", "last4": "4242424242424242"}}
    with pytest.raises(SchemaDrift) as found:
        intent_state(an_intent(latest_charge=a_charge(payment_method_details=card)))

    assert "4242" not in str(found.value)


def test_a_captured_intent_says_what_was_given_back() -> None:
    """Stripe counts refunds at the charge."""
    charge = a_charge(amount_refunded=120)
    state = intent_state(an_intent(status="succeeded", amount_received=500, latest_charge=charge))

    assert (yen(500), yen(120), None) == (state.received, state.refunded, state.capture_before)


@pytest.mark.parametrize(
    ("captured", "refunded", "shown"), [(300, 200, 0), (300, 250, 50), (0, 500, 0), (500, 500, 500)]
)
def test_released_money_was_not_given_back(captured: int, refunded: int, shown: int) -> None:
    """Stripe counts a hold that was released as refunded, though it was never taken."""
    charge = a_charge(amount_captured=captured, amount_refunded=refunded)

    assert yen(shown) == intent_state(an_intent(latest_charge=charge)).refunded


def test_a_declined_intent_says_why() -> None:
    """The sentence is Stripe's own, written for people."""
    error = {"code": "card_declined", "message": "Your card was declined.", "type": "card_error"}
    state = intent_state(an_intent(last_payment_error=error))

    assert PaymentFailure("card_declined", "Your card was declined.") == state.failure


@pytest.mark.parametrize(
    ("error", "code"), [({"type": "api_error"}, "api_error"), ({"code": None}, "unknown")]
)
def test_a_decline_without_a_code_is_one_all_the_same(error: dict[str, Any], code: str) -> None:
    """A failure never gets lost for want of words."""
    failure = intent_state(an_intent(last_payment_error=error)).failure

    assert failure is not None
    assert code == failure.code
    assert failure.message


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"object": "setup_intent"}, "payment_intent.object: not of the expected form"),
        ({"status": "secretly_new"}, "payment_intent.status: none of the 7 known words"),
        ({"amount": "500"}, "payment_intent.amount: expected int"),
        ({"amount": 5.5}, "payment_intent.amount: expected int"),
        ({"currency": None}, "payment_intent.currency: expected str"),
        ({"latest_charge": "ch_1"}, "payment_intent.latest_charge: expected object | null"),
        (
            {"latest_charge": {"id": "ch_1"}},
            "payment_intent.latest_charge.amount: missing",
        ),
    ],
)
def test_an_intent_in_an_unknown_form_is_drift(fields: dict[str, Any], message: str) -> None:
    """The field is named, its value is not: with money nothing is guessed."""
    with pytest.raises(SchemaDrift) as drift:
        intent_state(an_intent(**fields))

    assert message == str(drift.value)


def test_a_capture_time_beyond_the_calendar_is_drift() -> None:
    """Milliseconds where seconds are due, say."""
    card = {
        "payment_method_details": {
            "type": "card_present",
            "card_present": {"capture_before": 10**18},
        }
    }
    with pytest.raises(SchemaDrift, match=r"^charge\.capture_before: "):
        intent_state(an_intent(latest_charge=a_charge(**card)))


def test_a_reader_is_read() -> None:
    """Its last sign of life is in milliseconds, unlike every other time."""
    assert ReaderState(
        id="tmr_1",
        label="Front counter",
        location="tml_1",
        status=ReaderStatus.ONLINE,
        device_type="simulated_wisepos_e",
        last_seen_at=datetime.fromtimestamp(1_790_000_000.5, UTC),
    ) == reader_state(a_reader())


def test_a_reader_may_leave_much_open() -> None:
    """A reader that was never switched on, and one whose location is expanded."""
    new = a_reader(status=None, last_seen_at=None, label=None, location={"id": "tml_2"})
    state = reader_state(new)

    assert (ReaderStatus.UNKNOWN, None, "") == (state.status, state.last_seen_at, state.label)
    assert "tml_2" == state.location


@pytest.mark.parametrize(
    "kind", ["process_payment_intent", "collect_payment_method", "confirm_payment_intent"]
)
@pytest.mark.parametrize("intent", ["pi_1", {"id": "pi_1", "object": "payment_intent"}])
def test_an_action_tells_which_intent_it_is_about(kind: str, intent: Any) -> None:
    """Whoever cancels compares it first."""
    action = an_action(type=kind, **{kind: {"payment_intent": intent}})

    assert (
        ReaderAction(kind, ActionStatus.IN_PROGRESS, "pi_1")
        == reader_state(a_reader(action=action)).action
    )


@pytest.mark.parametrize(
    ("code", "message", "failure"),
    [
        ("card_declined", "Declined.", PaymentFailure("card_declined", "Declined.")),
        (None, "Mixed modes.", PaymentFailure("unknown", "Mixed modes.")),
    ],
)
def test_a_failed_action_says_why(code: str | None, message: str, failure: PaymentFailure) -> None:
    """Some failures of readers have a sentence and no code."""
    action = an_action(status="failed", failure_code=code, failure_message=message)
    found = reader_state(a_reader(action=action)).action

    assert found is not None
    assert (ActionStatus.FAILED, failure) == (found.status, found.failure)


@pytest.mark.parametrize("kind", ["set_reader_display", "collect_inputs", "something_new"])
def test_an_action_about_no_intent_names_none(kind: str) -> None:
    """The reader is busy all the same."""
    action = {"type": kind, "status": "succeeded", kind: {"cart": {}}}

    assert (
        ReaderAction(kind, ActionStatus.SUCCEEDED) == reader_state(a_reader(action=action)).action
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"status": "asleep"}, "reader.status: none of the 3 known words"),
        ({"action": an_action(status="stuck")}, "reader.action.status: none of the 3 known words"),
        ({"action": {}}, "reader.action.type: missing"),
        ({"location": 5}, "reader.location: expected an id"),
        ({"last_seen_at": 10**20}, "reader.last_seen_at: expected a time"),
        (
            {"action": an_action(process_payment_intent={"payment_intent": 5})},
            "reader.action.process_payment_intent.payment_intent: expected an id",
        ),
        (
            {"action": an_action(process_payment_intent="pi_1")},
            "reader.action.process_payment_intent: expected object",
        ),
    ],
)
def test_a_reader_in_an_unknown_form_is_drift(fields: dict[str, Any], message: str) -> None:
    """The field is named, its value is not."""
    with pytest.raises(SchemaDrift) as drift:
        reader_state(a_reader(**fields))

    assert message == str(drift.value)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("pending", RefundState.PENDING),
        ("requires_action", RefundState.PENDING),
        ("succeeded", RefundState.SUCCEEDED),
        ("failed", RefundState.FAILED),
        ("canceled", RefundState.FAILED),
        (None, RefundState.UNKNOWN),
    ],
)
def test_a_refund_is_read(status: str | None, state: RefundState) -> None:
    """A refund that was cancelled gave nothing back."""
    content = {"id": "re_1", "object": "refund", "amount": 120, "currency": "jpy", "status": status}

    assert ProviderRefund("re_1", state, yen(120)) == refund_state(content)


def test_a_failed_refund_says_why() -> None:
    """Refunds may fail days later."""
    content = {"id": "re_1", "object": "refund", "amount": 1, "currency": "usd", "status": "failed"}
    refund = refund_state({**content, "failure_reason": "lost_or_stolen_card"})

    assert refund.failure is not None
    assert "lost_or_stolen_card" == refund.failure.code


def test_a_refund_tells_who_asked_for_it_and_why() -> None:
    """Ours bears our id. A reason that Stripe keeps for itself is none."""
    content = {"id": "re_1", "object": "refund", "amount": 1, "currency": "usd", "status": None}
    ours = refund_state(
        {**content, "metadata": {"tillgraph_refund": "ref_1"}, "reason": "duplicate", "created": 9}
    )
    other = refund_state({**content, "metadata": None, "reason": "expired_uncaptured_charge"})

    assert ("ref_1", RefundReason.DUPLICATE) == (ours.reference, ours.reason)
    assert datetime.fromtimestamp(9, UTC) == ours.created_at
    assert (None, None, None) == (other.reference, other.reason, other.created_at)


@pytest.mark.parametrize(
    ("metadata", "reference"), [({"tillgraph_refund": "ref_1"}, "ref_1"), (None, None)]
)
def test_a_reader_that_gives_money_back_tells_of_what(
    metadata: dict[str, str] | None, reference: str | None
) -> None:
    """It takes no payment; whose refund it is stands in what we have noted there."""
    detail = {"payment_intent": "pi_1", "amount": 9, "metadata": metadata}
    action = {"type": "refund_payment", "status": "in_progress", "refund_payment": detail}
    found = reader_state(a_reader(action=action)).action

    assert found is not None
    assert (None, "pi_1", reference) == (found.intent, found.refund_of, found.reference)


def test_an_intent_tells_what_was_noted_and_which_card_paid() -> None:
    """Our payment's id is noted there; a card shown to a reader is another kind than one online."""
    card = {"payment_method_details": {"type": "interac_present"}}
    state = intent_state(
        an_intent(
            metadata={"tillgraph_payment": "pay_1", "order": "7"},
            created=9,
            latest_charge=a_charge(**card),
        )
    )

    assert ("pay_1", "7") == (state.reference, state.metadata["order"])
    assert datetime.fromtimestamp(9, UTC) == state.created_at
    assert state.was_at_reader
    assert state.is_given_back_at_reader
    assert not intent_state(an_intent()).was_at_reader


def test_an_unknown_state_of_a_refund_is_drift() -> None:
    """Money given back is not guessed."""
    with pytest.raises(SchemaDrift, match=r"^refund\.status: "):
        refund_state(
            {"id": "re_1", "object": "refund", "amount": 1, "currency": "usd", "status": "half"}
        )
