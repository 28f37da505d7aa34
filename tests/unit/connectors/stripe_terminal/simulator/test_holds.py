"""Money that is held before it is taken: `intents` and `charges`, without a server."""

from typing import Any

import pytest

from tests.unit.connectors.stripe_terminal.simulator.till import READER, Till

DAY_S = 86_400
RAISABLE: Any = {"card_present": {"request_incremental_authorization_support": "true"}}


def held(till: Till, amount: int = 1000, **form: Any) -> str:
    """A payment whose money is held; its id."""
    return till.paid(amount, capture_method="manual", **form)


def read(till: Till, intent: str) -> dict[str, Any]:
    """A payment, with its charge."""
    found = till.ask("retrieve_payment_intent", intent)
    return found | {"charge": till.ask("retrieve_charge", found["latest_charge"])}


def test_a_hold_runs_out() -> None:
    """After two days; the payment is canceled by itself, and nothing was taken."""
    till = Till()
    intent = held(till)
    before = read(till, intent)["charge"]["payment_method_details"]["card_present"]
    till.passes(2 * DAY_S - 10)
    waiting = till.status(intent)[0]
    till.passes(20)
    after = read(till, intent)

    assert 1_000_002 + 2 * DAY_S == before["capture_before"]
    assert "requires_capture" == waiting
    assert ("canceled", "automatic", 0) == (
        after["status"],
        after["cancellation_reason"],
        after["amount_capturable"],
    )
    assert (0, 1000) == (after["charge"]["amount_captured"], after["charge"]["amount_refunded"])
    assert ["charge.expired", "payment_intent.canceled"] == till.kinds()[-2:]
    assert (
        "payment_intent_unexpected_state" == till.refused("capture_payment_intent", intent)["code"]
    )


def test_a_hold_can_be_long() -> None:
    """Thirty days, if that was asked for."""
    till = Till()
    options: Any = {"card_present": {"request_extended_authorization": "true"}}
    intent = held(till, payment_method_options=options)
    till.passes(29 * DAY_S)

    assert "requires_capture" == till.status(intent)[0]
    till.passes(DAY_S)
    assert "canceled" == till.status(intent)[0]


def test_a_hold_that_was_taken_does_not_run_out() -> None:
    """What is due then finds nothing to do."""
    till = Till()
    intent = held(till)
    till.ask("capture_payment_intent", intent)
    till.passes(3 * DAY_S)

    assert "succeeded" == till.status(intent)[0]


def test_money_is_held_also_where_a_reader_is_asked_to() -> None:
    """By the options of cards at readers."""
    till = Till()
    options: Any = {"card_present": {"capture_method": "manual_preferred"}}
    intent = till.paid(payment_method_options=options)

    assert "requires_capture" == till.status(intent)[0]


def test_money_is_taken_in_parts() -> None:
    """Until the last part, which gives up the rest."""
    till = Till()
    intent = held(till)
    first = till.ask(
        "capture_payment_intent", intent, amount_to_capture="300", final_capture="false"
    )
    last = till.ask("capture_payment_intent", intent, amount_to_capture="500")

    assert ("requires_capture", 700, 300) == (
        first["status"],
        first["amount_capturable"],
        first["amount_received"],
    )
    assert ("succeeded", 0, 800) == (
        last["status"],
        last["amount_capturable"],
        last["amount_received"],
    )
    assert 200 == read(till, intent)["charge"]["amount_refunded"]


def test_what_was_taken_stays_taken_when_the_rest_is_given_up() -> None:
    """By a cancellation, or when the hold runs out."""
    till = Till()
    names = [held(till), held(till)]
    for name in names:
        till.ask("capture_payment_intent", name, amount_to_capture="300", final_capture="false")
    till.ask("cancel_payment_intent", names[0])
    till.passes(3 * DAY_S)

    assert [("succeeded", 300), ("succeeded", 300)] == [
        (it["status"], it["amount_received"]) for it in (read(till, name) for name in names)
    ]


def test_a_hold_is_raised() -> None:
    """To the new amount; the whole of it can be taken."""
    till = Till()
    intent = held(till, payment_method_options=RAISABLE)
    raised = till.ask("increment_authorization", intent, amount="1500")
    taken = till.ask("capture_payment_intent", intent)

    assert (1500, 1500) == (raised["amount"], raised["amount_capturable"])
    assert 1500 == taken["amount_received"]
    assert 1500 == read(till, intent)["charge"]["amount"]


def test_an_issuer_refuses_to_raise_a_hold() -> None:
    """With 402 and the payment as it was, which can still be taken; ten tries are all."""
    till = Till()
    intent = held(till, payment_method_options=RAISABLE)
    errors = [till.refused("increment_authorization", intent, amount="1501") for _ in range(10)]
    last = till.refused("increment_authorization", intent, amount="1500")

    assert {("card_declined", "call_issuer", 1000)} == {
        (it["code"], it["decline_code"], it["payment_intent"]["amount"]) for it in errors
    }
    assert "payment_intent_unexpected_state" == last["code"]
    assert 1000 == till.ask("capture_payment_intent", intent)["amount_received"]


@pytest.mark.parametrize(
    ("form", "card"),
    [({}, "4242424242424242"), ({"payment_method_options": RAISABLE}, "3566002020360505")],
)
def test_a_hold_that_cannot_be_raised(form: dict[str, Any], card: str) -> None:
    """Where that was not asked for, or the network does not do it."""
    till = Till()
    intent = till.waiting(1000, capture_method="manual", **form)
    till.ask("present_payment_method", READER, card_present={"number": card})
    till.passes(2)

    assert (
        "payment_intent_unexpected_state"
        == (till.refused("increment_authorization", intent, amount="1500")["code"])
    )
    too_much = till.refused("capture_payment_intent", intent, amount_to_capture="1001")
    assert "amount_too_large" == too_much["code"]


def test_more_than_is_held_is_asked_for_when_it_is_taken() -> None:
    """Where a hold can be raised; a refusal takes nothing."""
    till = Till()
    intent = held(till, payment_method_options=RAISABLE)
    error = till.refused("capture_payment_intent", intent, amount_to_capture="1205")
    taken = till.ask("capture_payment_intent", intent, amount_to_capture="1200")

    assert "card_declined" == error["code"]
    assert (1200, 1200, "succeeded") == (
        taken["amount"],
        taken["amount_received"],
        taken["status"],
    )


def test_a_hold_is_raised_by_more_than_nothing() -> None:
    """And only while the money is held."""
    till = Till()
    intent = held(till, payment_method_options=RAISABLE)

    assert "amount" == till.refused("increment_authorization", intent, amount="1000")["param"]
    till.ask("capture_payment_intent", intent)
    assert (
        "payment_intent_unexpected_state"
        == (till.refused("increment_authorization", intent, amount="1500")["code"])
    )


def test_a_payment_is_changed_while_it_waits() -> None:
    """Afterwards its texts alone."""
    till = Till()
    intent = till.intent(metadata={"order": "7", "till": "1"})
    till.ask("update_payment_intent", intent, amount="600", metadata={"till": "", "cart": "9"})
    changed = till.ask("retrieve_payment_intent", intent)
    till.ask("process_payment_intent", READER, payment_intent=intent)
    till.ask("present_payment_method", READER)
    till.passes(2)
    noted = till.ask("update_payment_intent", intent, description="Paid", metadata="")

    assert (600, {"order": "7", "cart": "9"}) == (changed["amount"], changed["metadata"])
    assert ("Paid", {}) == (noted["description"], noted["metadata"])
    assert (
        "payment_intent_unexpected_state"
        == (till.refused("update_payment_intent", intent, amount="700")["code"])
    )


def test_a_card_is_saved_with_a_payment() -> None:
    """Where that was asked for: a card for the online shop is made of it."""
    till = Till()
    intent = till.paid(setup_future_usage="off_session")
    card = read(till, intent)["charge"]["payment_method_details"]["card_present"]
    method = till.ask("retrieve_payment_method", card["generated_card"])

    assert ("card", "4242") == (method["type"], method["card"]["last4"])
    again = till.intent(allowed_payment_method_types=["card"])
    paid = till.ask("confirm_online", again, payment_method=method["id"])
    assert ("succeeded", method["id"]) == (paid["status"], paid["payment_method"])


def test_a_payment_is_made_online() -> None:
    """At once, or after it was announced; a decline is a 402, and another card may pay."""
    till = Till()
    types = ["card"]
    at_once = till.ask(
        "create_payment_intent",
        amount="500",
        currency="jpy",
        allowed_payment_method_types=types,
        confirm="true",
        payment_method="pm_card_visa",
    )
    intent = till.intent(1001, allowed_payment_method_types=types)
    error = till.refused("confirm_online", intent, payment_method="pm_card_chargeDeclined")
    paid = till.ask("confirm_online", intent, payment_method="pm_card_mastercard")

    assert ("succeeded", 500) == (at_once["status"], at_once["amount_received"])
    assert ("card_declined", "requires_payment_method") == (
        error["code"],
        error["payment_intent"]["status"],
    )
    assert "succeeded" == paid["status"]
    assert (
        "resource_missing"
        == (
            till.refused(
                "confirm_online",
                till.intent(allowed_payment_method_types=types),
                payment_method="pm_none",
            )["code"]
        )
    )
    assert (
        "payment_method"
        == (till.refused("confirm_online", till.intent(), payment_method="pm_card_visa")["param"])
    )
    assert (
        "payment_intent_unexpected_state"
        == (till.refused("confirm_online", intent, payment_method="pm_card_visa")["code"])
    )
