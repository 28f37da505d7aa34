"""The whole flow against Stripe itself (`make stripe-smoke`), and against our simulator.

With `STRIPE_TEST_KEY` (and `STRIPE_TEST_COUNTRY`, `STRIPE_TEST_CURRENCY` where the account is none
of the United States) it runs in that sandbox, at a simulated reader; nothing real is charged.
"""

import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from connectors.stripe_terminal.config import StripeTerminalConfig
from tests.killing.clerk import Clerk
from tests.smoke.sandbox import CURRENCY, KEY_VARIABLE, Account, Shop, opened, simulated

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]

GOOD, DECLINED = "4242424242424242", "4000000000000002"


@pytest.fixture(params=["simulator", "stripe"])
async def account(request: pytest.FixtureRequest) -> AsyncIterator[Account]:
    """An account in test mode."""
    if request.param == "simulator":
        async with simulated() as found:
            yield found
        return
    key = os.environ.get(KEY_VARIABLE, "")
    if not key:
        pytest.skip(f"{KEY_VARIABLE} is not set: give it a secret key of a Stripe sandbox")
    assert "_live_" not in key, "this is for test mode: nobody's money is taken here"

    yield Account("https://api.stripe.com", key)


@pytest.fixture
async def shop(account: Account, tmp_path: Path) -> AsyncIterator[Shop]:
    """A gateway over the account, with a reader of its own."""
    async with opened(account, tmp_path) as found:
        yield found


@pytest.fixture
async def till(shop: Shop) -> AsyncIterator[Clerk]:
    """A till in the shop."""
    clerk = Clerk([shop.graphql], patience_s=60)
    yield clerk
    await clerk.aclose()


async def begun(till: Clerk, **more: Any) -> str:
    """A payment that waits for its card; returns its id."""
    name = await till.started(
        uuid.uuid4().hex,
        reader={"store": "smoke", "name": "Front counter"},
        amount="12",
        currency=CURRENCY,
        **more,
    )
    await till.reached(name, "AWAITING_CARD")
    return name


async def test_a_card_pays_and_gets_a_part_back(shop: Shop, till: Clerk) -> None:
    """The amount is taken once; a refund is a part of it."""
    name = await begun(till)
    await shop.present(GOOD)
    paid = await till.reached(name, "CAPTURED")
    refund = await till.refund(name, uuid.uuid4().hex, "5", CURRENCY)
    found = await till.payment(name)

    assert paid["amount"] == paid["captured"]
    assert [] == refund["userErrors"]
    assert 0 < found["refunded"]["minor"] < found["captured"]["minor"]


async def test_a_declined_card_gives_way_to_another(shop: Shop, till: Clerk) -> None:
    """One payment, whose second card pays it."""
    name = await begun(till)
    await shop.present(DECLINED)
    declined = await till.reached(name, "DECLINED")
    await till.change("terminalPaymentRetry", "TerminalPaymentRetryInput", payment=name)
    await till.reached(name, "AWAITING_CARD")
    await shop.present(GOOD)
    paid = await till.reached(name, "CAPTURED")

    assert declined["failure"]["code"]
    assert paid["amount"] == paid["captured"]


async def test_money_is_held_and_a_part_of_it_taken(shop: Shop, till: Clerk) -> None:
    """The rest is released."""
    name = await begun(till, captureMethod="MANUAL")
    await shop.present(GOOD)
    held = await till.reached(name, "AUTHORIZED")
    part = {"amount": "7", "currency": CURRENCY}
    await till.change(
        "terminalPaymentCapture", "TerminalPaymentCaptureInput", payment=name, amount=part
    )
    taken = await till.reached(name, "CAPTURED")

    assert 0 == held["captured"]["minor"]
    assert 0 < taken["captured"]["minor"] < taken["amount"]["minor"]


async def test_a_payment_is_called_off_while_it_waits(shop: Shop, till: Clerk) -> None:
    """The reader is free at once, for the next one."""
    name = await begun(till)
    await till.change("terminalPaymentCancel", "TerminalPaymentCancelInput", payment=name)
    canceled = await till.reached(name, "CANCELED")
    following = await begun(till)
    await till.change("terminalPaymentCancel", "TerminalPaymentCancelInput", payment=following)
    await till.reached(following, "CANCELED")

    assert 0 == canceled["captured"]["minor"]


def test_a_live_key_is_refused() -> None:
    """Unless the configuration says that real money is meant."""
    with pytest.raises(ValueError, match="allow_live_keys"):
        StripeTerminalConfig.model_validate({"api_key": "sk_live_4242"})
