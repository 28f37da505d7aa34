"""Payments by QR code."""

import pytest

from connectors.stripe_terminal.simulator import scanning
from connectors.stripe_terminal.simulator.crowd import Crowd, Habits
from connectors.stripe_terminal.simulator.refusal import Refusal
from tests.unit.connectors.stripe_terminal.simulator.till import READER, Till


def shown(till: Till, kind: str = "paynow", currency: str = "sgd") -> str:
    """A payment whose code is on the reader's screen; its id."""
    return till.waiting(500, currency, allowed_payment_method_types=[kind])


def pay(till: Till, intent: str, *, is_paid: bool) -> None:
    """Let the telephone pay or decline."""
    scanning.pay(till.world, till.world.intents[intent], is_paid=is_paid)


@pytest.mark.parametrize(
    ("kind", "currency"),
    [("paynow", "sgd"), ("wechat_pay", "usd"), ("klarna", "eur"), ("affirm", "usd")],
)
def test_a_code_is_paid(kind: str, currency: str) -> None:
    """The payment waits for the telephone, and the reader with it."""
    till = Till()
    intent = shown(till, kind, currency)
    waiting = till.ask("retrieve_payment_intent", intent)
    between = till.status(intent)
    pay(till, intent, is_paid=True)
    paid = till.ask("retrieve_payment_intent", intent)
    charge = till.ask("retrieve_charge", paid["latest_charge"])

    assert waiting["next_action"]["type"] in waiting["next_action"]
    assert ("requires_action", "in_progress") == between
    assert ("succeeded", "succeeded") == till.status(intent)
    assert (500, None) == (paid["amount_received"], paid["next_action"])
    details = charge["payment_method_details"]
    assert (kind, READER) == (details["type"], details[kind]["reader"])
    assert "payment_intent.requires_action" in till.kinds()


def test_a_code_is_declined() -> None:
    """The payment may be tried again, in another way."""
    till = Till()
    intent = shown(till)
    pay(till, intent, is_paid=False)

    assert ("requires_payment_method", "failed") == till.status(intent)
    action = till.ask("retrieve_reader", READER)["action"]
    assert "payment_method_provider_decline" == action["failure_code"]


def test_a_reader_is_freed_while_the_customer_still_pays() -> None:
    """The payment decides, and the reader says nothing any more."""
    till = Till()
    intent = shown(till)
    till.ask("cancel_action", READER)
    other = till.waiting()
    pay(till, intent, is_paid=True)

    assert "succeeded" == till.world.intents[intent].status
    assert ("requires_payment_method", "in_progress") == till.status(other)
    assert "terminal.reader.action_succeeded" not in till.kinds()
    with pytest.raises(Refusal):
        pay(till, intent, is_paid=True)


def test_a_payment_that_waits_for_a_telephone_is_canceled() -> None:
    """Nobody can pay it then; until then no other reader takes it."""
    till = Till()
    intent = shown(till)
    busy = till.refused("process_payment_intent", READER, payment_intent=intent)
    till.ask("cancel_payment_intent", intent)

    assert "intent_invalid_state" == busy["code"]
    assert "canceled" == till.status(intent)[0]
    with pytest.raises(Refusal):
        pay(till, intent, is_paid=True)


def test_a_customer_chooses_between_card_and_code() -> None:
    """Of what the payment takes."""
    till = Till()
    types = ["card_present", "paynow"]
    intent = till.waiting(500, "sgd", allowed_payment_method_types=types)
    with pytest.raises(Refusal):
        scanning.scan(till.world, till.reader, "wechat_pay")
    waiting = till.status(intent)
    scanning.scan(till.world, till.reader, "paynow")

    assert ("requires_payment_method", "in_progress") == waiting
    assert ("requires_action", "in_progress") == till.status(intent)
    till.refused("present_payment_method", READER)
    assert ("requires_action", "in_progress") == till.status(intent)


@pytest.mark.parametrize("kind", ["paynow", "interac_present"])
def test_a_customer_who_has_no_such_card_goes_away(kind: str) -> None:
    """Those who come by themselves carry ordinary cards, and break nothing with them."""
    till = Till(crowd=Crowd(Habits(tap_after_s=3.0)))
    types = ["card_present", kind] if kind == "paynow" else [kind]
    currency = "sgd" if kind == "paynow" else "cad"
    intent = till.waiting(500, currency, allowed_payment_method_types=types)
    if kind == "paynow":
        scanning.scan(till.world, till.reader, kind)
    before = till.status(intent)
    till.passes(10)

    assert before == till.status(intent)


@pytest.mark.parametrize(
    ("currency", "kind", "capture"),
    [
        ("jpy", "wechat_pay", "automatic"),
        ("jpy", "paynow", "automatic"),
        ("sgd", "paynow", "manual"),
    ],
)
def test_codes_that_cannot_be_are_left_out(currency: str, kind: str, capture: str) -> None:
    """Of another currency, or where money is to be held; without a word."""
    till = Till()
    types = ["card_present", kind]
    intent = till.intent(500, currency, allowed_payment_method_types=types, capture_method=capture)

    assert ["card_present"] == till.world.intents[intent].method_types


def test_nothing_is_scanned_at_a_reader_without_a_payment() -> None:
    """Before one is sent, nor while it is busy with a card."""
    till = Till()
    with pytest.raises(Refusal):
        scanning.scan(till.world, till.reader, "paynow")
    till.waiting()
    till.ask("present_payment_method", READER)

    with pytest.raises(Refusal) as refused:
        scanning.scan(till.world, till.reader, "paynow")
    assert "terminal_reader_busy" == refused.value.error["code"]
