"""Cards at readers, without a server: two steps, saved cards, Interac, lost readers."""

from typing import Any

import pytest

from tests.unit.connectors.stripe_terminal.simulator.till import READER, Till

INTERAC: Any = {
    "type": "interac_present",
    "interac_present": {"number": "4506445006931933"},
}
BOTH: Any = ["card_present", "interac_present"]


def test_a_payment_is_made_in_two_steps() -> None:
    """The card is shown after the first, and pays in the second; a tip is added then."""
    till = Till()
    intent = till.intent(1000)
    till.ask("collect_payment_method", READER, payment_intent=intent)
    collected = till.ask("present_payment_method", READER, amount_tip="100")["action"]
    between = till.status(intent)
    till.ask("confirm_payment_intent", READER, payment_intent=intent)
    till.passes(2)
    paid = till.ask("retrieve_payment_intent", intent)

    shown = collected["collect_payment_method"]["payment_method"]
    assert ("succeeded", "4242") == (collected["status"], shown["card_present"]["last4"])
    assert ("requires_payment_method", "succeeded") == between
    assert ("succeeded", 1100, shown["id"]) == (
        paid["status"],
        paid["amount_received"],
        paid["payment_method"],
    )
    assert "terminal.reader.action_updated" in till.kinds()


def test_a_second_step_needs_its_first() -> None:
    """Of the same payment, and not half an hour ago; a card confirms once."""
    till = Till()
    first, second = till.intent(), till.intent()
    none = till.refused("confirm_payment_intent", READER, payment_intent=first)
    till.ask("collect_payment_method", READER, payment_intent=first)
    till.ask("present_payment_method", READER)
    other = till.refused("confirm_payment_intent", READER, payment_intent=second)
    till.passes(1801)
    late = till.refused("confirm_payment_intent", READER, payment_intent=first)

    assert ["intent_invalid_state"] * 3 == [it["code"] for it in (none, other, late)]


def test_a_card_is_saved() -> None:
    """Without a payment; one that is declined leaves the wish open."""
    till = Till()
    types = ["card_present"]
    name = till.ask("create_setup_intent", allowed_payment_method_types=types)["id"]
    told = {"setup_intent": name, "allow_redisplay": "always"}
    till.ask("process_setup_intent", READER, **told)
    till.ask("present_payment_method", READER, card_present={"number": "4000000000000002"})
    failed = till.ask("retrieve_setup_intent", name)
    till.ask("process_setup_intent", READER, **told)
    action = till.ask("present_payment_method", READER)["action"]

    assert ("requires_payment_method", "card_declined") == (
        failed["status"],
        failed["last_setup_error"]["code"],
    )
    made = action["process_setup_intent"]["generated_card"]
    assert "card" == till.ask("retrieve_payment_method", made)["type"]
    assert "succeeded" == till.ask("retrieve_setup_intent", name)["status"]
    assert till.ask("retrieve_setup_intent", name)["latest_attempt"].startswith("setatt_")
    assert "intent_invalid_state" == till.refused("process_setup_intent", READER, **told)["code"]
    assert "setup_intent_unexpected_state" == till.refused("cancel_setup_intent", name)["code"]
    assert {"setup_intent.created", "setup_intent.setup_failed", "setup_intent.succeeded"} <= {
        *till.kinds()
    }


def test_a_card_is_kept_for_a_customer() -> None:
    """The one for the online shop is theirs; somebody unknown has none."""
    till = Till()
    wish: dict[str, Any] = {"allowed_payment_method_types": ["card_present"]}
    customer = till.ask("create_customer", email="mari@example.com", metadata={"number": "7"})
    name = till.ask("create_setup_intent", customer=customer["id"], **wish)["id"]
    till.ask("process_setup_intent", READER, setup_intent=name, allow_redisplay="always")
    action = till.ask("present_payment_method", READER)["action"]

    made = action["process_setup_intent"]["generated_card"]
    assert customer["id"] == till.ask("retrieve_payment_method", made)["customer"]
    assert customer == till.ask("retrieve_customer", customer["id"])
    assert "customer" == till.refused("create_setup_intent", customer="cus_none", **wish)["param"]
    assert "resource_missing" == till.refused("retrieve_customer", "cus_none")["code"]


def test_a_card_comes_too_late_to_be_saved() -> None:
    """The wish was called off meanwhile."""
    till = Till()
    name = till.ask("create_setup_intent", allowed_payment_method_types=["card_present"])["id"]
    till.ask("process_setup_intent", READER, setup_intent=name, allow_redisplay="limited")
    till.ask("cancel_setup_intent", name)

    action = till.ask("present_payment_method", READER)["action"]
    assert ("failed", "intent_invalid_state") == (action["status"], action["failure_code"])


def test_interac_pays_at_once_whatever_was_asked() -> None:
    """And money goes back to its card alone, which has to be there."""
    till = Till()
    intent = till.waiting(5000, "cad", capture_method="manual", allowed_payment_method_types=BOTH)
    till.ask("present_payment_method", READER, **INTERAC)
    till.passes(2)
    paid = till.ask("retrieve_payment_intent", intent)
    online = till.refused("create_refund", payment_intent=intent)
    till.ask("refund_payment", READER, payment_intent=intent, amount="1000")
    refused = till.refused("present_payment_method", READER)
    action = till.ask("present_payment_method", READER, **INTERAC)["action"]
    refund = till.ask("retrieve_refund", action["refund_payment"]["refund"])

    assert ("succeeded", 5000) == (paid["status"], paid["amount_received"])
    assert "charge_not_refundable" == online["code"]
    assert "interac_present" == refused["param"]
    assert ("succeeded", 1000, intent) == (
        refund["status"],
        refund["amount"],
        refund["payment_intent"],
    )


def test_a_part_of_interac_money_is_declined_by_its_amount() -> None:
    """The whole is not."""
    till = Till()
    intent = till.waiting(5001 + 99, "cad", allowed_payment_method_types=BOTH)
    till.ask("present_payment_method", READER, **INTERAC)
    till.passes(2)
    till.ask("refund_payment", READER, payment_intent=intent, amount="1001")
    part = till.ask("present_payment_method", READER, **INTERAC)["action"]
    till.ask("refund_payment", READER, payment_intent=intent)
    whole = till.ask("present_payment_method", READER, **INTERAC)["action"]

    assert ("failed", "card_declined", "call_issuer") == (
        part["status"],
        part["failure_code"],
        part["api_error"]["decline_code"],
    )
    assert "succeeded" == whole["status"]


def test_other_money_goes_back_without_a_reader() -> None:
    """A reader refuses it."""
    till = Till()
    intent = till.paid()

    assert (
        "charge_not_refundable"
        == (till.refused("refund_payment", READER, payment_intent=intent)["code"])
    )


@pytest.mark.parametrize(
    "form",
    [
        INTERAC,  # the payment does not take it
        {"type": "card", "card": {"number": "4", "exp_month": "1", "exp_year": "2030"}},
        {"card_present": {"number": "4506445006931933"}},  # it is no card of this type
        {"type": "interac_present", "interac_present": {"number": "4242424242424242"}},
    ],
)
def test_a_card_of_another_type_is_refused(form: dict[str, Any]) -> None:
    """The payment goes on waiting."""
    till = Till()
    intent = till.waiting()
    error = till.refused("present_payment_method", READER, **form)

    assert "type" == error["param"]
    assert ("requires_payment_method", "in_progress") == till.status(intent)


def test_the_plug_is_pulled_while_the_issuer_thinks() -> None:
    """The card pays, and nobody hears of it from the reader; a person clears it."""
    till = Till()
    intent = till.waiting()
    till.ask("present_payment_method", READER)
    till.reader.unplugged_at = till.clock.now
    till.passes(2)

    assert ("succeeded", "in_progress") == till.status(intent)
    assert "terminal.reader.action_succeeded" not in till.kinds()
    assert till.ask("cancel_action", READER)["action"] is None


def test_no_card_is_presented_to_a_reader_without_power() -> None:
    """Nor does it hear of anything, until Stripe notices that it is offline."""
    till = Till()
    intent = till.waiting()
    till.reader.unplugged_at = till.clock.now
    at_once = till.refused("process_payment_intent", READER, payment_intent=intent)["code"]
    presented = till.refused("present_payment_method", READER)["code"]
    till.passes(121)

    assert ["terminal_reader_timeout"] * 2 == [at_once, presented]
    assert (
        "terminal_reader_offline"
        == (till.refused("process_payment_intent", READER, payment_intent=intent)["code"])
    )
    shown = till.ask("retrieve_reader", READER)
    assert ("offline", 1_000_000_000) == (shown["status"], shown["last_seen_at"])


def test_nobody_comes() -> None:
    """A reader that waits in vain says so in the end; the payment stays open."""
    till = Till(action_timeout_s=60.0)
    intent = till.waiting()
    till.passes(30)
    other = till.waiting()
    till.passes(59)
    between = till.status(other)[1]
    till.passes(1)

    assert "in_progress" == between
    assert ("requires_payment_method", "failed") == till.status(other)
    assert "requires_payment_method" == till.world.intents[intent].status
    action = till.ask("retrieve_reader", READER)["action"]
    assert "card_read_timed_out" == action["failure_code"]
