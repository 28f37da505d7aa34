"""Money that is given back."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.connectors.stripe_terminal.simulator.account import (
    SETUP,
    Account,
    code,
    refusal,
    until,
)
from tests.unit.connectors.stripe_terminal.simulator.conftest import Open


async def test_a_payment_is_given_back_in_parts(account: Account) -> None:
    """Until nothing is left of it."""
    name = await account.paid(1000)
    refunds = account.stripe.v1.refunds
    first = await refunds.create_async({"payment_intent": name, "amount": 300})
    too_much = await refusal(refunds.create_async({"payment_intent": name, "amount": 701}))
    rest = await refunds.create_async(
        {"payment_intent": name, "reason": "requested_by_customer", "metadata": {"return": "7"}}
    )
    again = await refusal(refunds.create_async({"payment_intent": name}))

    assert ("succeeded", 300, name) == (first.status, first.amount, first.payment_intent)
    assert (400, "amount") == (too_much.http_status, getattr(too_much, "param", None))
    assert 700 == rest.amount
    assert "charge_already_refunded" == code(again)
    charge = (await account.read(name)).latest_charge
    assert (True, 1000) == (charge.refunded, charge.amount_refunded)
    found = await refunds.retrieve_async(rest.id, {"expand": ["charge", "payment_intent"]})
    expanded: Any = found
    assert (charge.id, name, "7") == (
        expanded.charge.id,
        expanded.payment_intent.id,
        expanded.metadata["return"],
    )
    page = await refunds.list_async({"payment_intent": name})
    assert [rest.id, first.id] == [refund.id for refund in page.data]


async def test_only_what_was_captured_is_given_back(account: Account) -> None:
    """Not what was held and given up."""
    name = await account.paid(1000, capture_method="manual")
    refunds = account.stripe.v1.refunds
    held = await refusal(refunds.create_async({"payment_intent": name}))
    await account.stripe.v1.payment_intents.capture_async(name, {"amount_to_capture": 700})
    charge = (await account.read(name)).latest_charge.id

    assert "payment_intent_unexpected_state" == code(held)
    await refusal(refunds.create_async({"charge": charge, "amount": 701}))
    assert 700 == (await refunds.create_async({"charge": charge})).amount


@pytest.mark.parametrize("card", [None, "4000000000000002"])
async def test_nothing_is_given_back_that_was_not_paid(account: Account, card: str | None) -> None:
    """Neither before a card was presented nor after it was declined."""
    name = await account.paid(number=card) if card else await account.intent()
    refunds = account.stripe.v1.refunds

    assert 400 == (await refusal(refunds.create_async({"payment_intent": name}))).http_status
    assert "parameter_missing" == code(await refusal(refunds.create_async({"amount": 500})))


async def test_a_refund_fails_later(opened: Open) -> None:
    """Of one card: what looked given back is the retailer's again."""
    account = await opened(replace(SETUP, refund_fails_after_s=0.1))
    name = await account.paid(number="4000000000005126")
    refund = await account.stripe.v1.refunds.create_async({"payment_intent": name})

    async def status() -> str | None:
        return (await account.stripe.v1.refunds.retrieve_async(refund.id)).status

    await until("failed", status)
    failed = await account.stripe.v1.refunds.retrieve_async(refund.id)

    assert ("succeeded", "failed") == (refund.status, failed.status)
    assert "expired_or_canceled_card" == failed.failure_reason
    assert 0 == (await account.read(name)).latest_charge.amount_refunded
