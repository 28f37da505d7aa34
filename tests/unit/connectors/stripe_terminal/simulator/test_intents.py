"""What becomes of payments, as the official package sees it."""

from typing import Any

import pytest
import stripe

from connectors.stripe_terminal.simulator import intents
from connectors.stripe_terminal.simulator.records import Intent
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.setup import DEFAULT_SETUP
from connectors.stripe_terminal.simulator.world import World
from tests.unit.connectors.stripe_terminal.simulator.account import Account, code, refusal


async def test_a_card_pays_at_once(account: Account) -> None:
    """Automatic capture takes the money with the issuer's approval."""
    name = await account.intent(metadata={"tillgraph_payment": "pay_1"}, description="A sale")
    waiting = await account.process(name)
    shown = await account.present()
    intent = await account.read(name)

    assert ("in_progress", name) == (
        waiting.action.status,
        waiting.action.process_payment_intent.payment_intent,
    )
    assert "succeeded" == shown.action.status
    assert ("succeeded", 500, 500, 0) == (
        intent.status,
        intent.amount,
        intent.amount_received,
        intent.amount_capturable,
    )
    assert ({"tillgraph_payment": "pay_1"}, "A sale", ["card_present"]) == (
        intent.metadata.to_dict(),
        intent.description,
        intent.payment_method_types,
    )
    charge = intent.latest_charge
    assert (500, True, True, "succeeded", name) == (
        charge.amount_captured,
        charge.captured,
        charge.paid,
        charge.status,
        charge.payment_intent,
    )
    assert "4242" == charge.payment_method_details.card_present.last4


async def test_after_a_decline_the_same_payment_is_tried_again(account: Account) -> None:
    """The payment waits for another card; why the last one failed is told until one pays."""
    name = await account.paid(number="4000000000009995")
    reader = await account.readers.retrieve_async("tmr_front")
    declined = await account.read(name)

    assert ("failed", "card_declined", "insufficient_funds") == (
        reader.action.status,
        reader.action.failure_code,
        reader.action.api_error.decline_code,
    )
    assert ("requires_payment_method", "card_declined", "failed", 0) == (
        declined.status,
        declined.last_payment_error.code,
        declined.latest_charge.status,
        declined.amount_received,
    )

    await account.process(name)
    await account.present()
    paid = await account.read(name)

    assert ("succeeded", None) == (paid.status, paid.last_payment_error)
    assert declined.latest_charge.id != paid.latest_charge.id


@pytest.mark.parametrize(
    ("amount", "reason"),
    [(1001, "call_issuer"), (1005, "generic_decline"), (2055, "incorrect_pin"), (1000, None)],
)
async def test_amounts_decide_what_the_issuer_says(
    account: Account, amount: int, reason: str | None
) -> None:
    """The last two digits of the smallest unit, with a card that is good."""
    intent = await account.read(await account.paid(amount))
    error = intent.last_payment_error

    assert reason == (error.decline_code if error else None)


async def test_a_part_of_what_is_held_is_captured(account: Account) -> None:
    """The rest is given up, and Stripe counts it as refunded."""
    name = await account.paid(1000, capture_method="manual")
    held = await account.read(name)
    too_much = await refusal(
        account.stripe.v1.payment_intents.capture_async(name, {"amount_to_capture": 1001})
    )
    taken = await account.stripe.v1.payment_intents.capture_async(
        name, {"amount_to_capture": 700, "expand": ["latest_charge"]}
    )

    assert ("requires_capture", 1000, 0) == (
        held.status,
        held.amount_capturable,
        held.amount_received,
    )
    before = held.latest_charge.payment_method_details.card_present.capture_before
    assert 2 * 86_400 == before - held.latest_charge.created
    assert "amount_too_large" == code(too_much)
    assert ("succeeded", 700, 0) == (
        taken.status,
        taken.amount_received,
        taken.amount_capturable,
    )
    charge: Any = taken.latest_charge
    assert (1000, 700, 300) == (charge.amount, charge.amount_captured, charge.amount_refunded)


async def test_a_payment_that_is_taken_is_neither_captured_nor_canceled(account: Account) -> None:
    """Money that was taken can only be given back."""
    name = await account.paid()
    calls = account.stripe.v1.payment_intents

    assert "payment_intent_unexpected_state" == code(await refusal(calls.capture_async(name)))
    assert "payment_intent_unexpected_state" == code(await refusal(calls.cancel_async(name)))


async def test_a_hold_is_given_up_when_the_payment_is_canceled(account: Account) -> None:
    """Nothing was received; the charge says it was refunded."""
    name = await account.paid(capture_method="manual")
    intent = await account.stripe.v1.payment_intents.cancel_async(
        name, {"cancellation_reason": "abandoned", "expand": ["latest_charge"]}
    )

    charge: Any = intent.latest_charge
    assert ("canceled", "abandoned", 0, 0) == (
        intent.status,
        intent.cancellation_reason,
        intent.amount_received,
        intent.amount_capturable,
    )
    assert (False, True, 500) == (charge.captured, charge.refunded, charge.amount_refunded)


async def test_the_old_parameter_is_refused(account: Account) -> None:
    """At this version of the API the account is asked for what it allows."""
    content: Any = {"amount": 500, "currency": "jpy", "payment_method_types": ["card_present"]}
    error = await refusal(account.stripe.v1.payment_intents.create_async(content))

    assert "payment_method_types_no_longer_supported" == code(error)


async def test_types_that_the_account_does_not_accept_are_left_out(account: Account) -> None:
    """Without an error, so that callers have to look."""
    content = ["card_present", "paypay"]
    intent = await account.read(await account.intent(allowed_payment_method_types=content))
    plain = await account.stripe.v1.payment_intents.create_async({"amount": 500, "currency": "JPY"})

    assert ["card_present"] == intent.payment_method_types
    assert (["card"], "jpy") == (plain.payment_method_types, plain.currency)
    assert isinstance(await refusal(account.process(plain.id)), stripe.InvalidRequestError)


@pytest.mark.parametrize("name", ["capture", "cancel"])
def test_a_payment_is_locked_while_the_issuer_thinks(name: str) -> None:
    """What was asked of the card cannot be taken back halfway."""
    world = World(DEFAULT_SETUP)
    intent = Intent(
        id="pi_1",
        amount=500,
        currency="jpy",
        capture_method="manual",
        method_types=["card_present"],
        created=0,
        is_authorizing=True,
    )
    with pytest.raises(Refusal) as refused:
        getattr(intents, name)(world, intent, None)

    assert ("lock_timeout", 429) == (refused.value.error["code"], refused.value.status)
    assert not refused.value.is_kept
