"""Every way to take money, through the real connector to the simulator, down to its books."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.payments.states import State
from schema.domain.money import Money
from schema.domain.payment import CaptureMethod, PaymentRecord, UserErrorRecord
from schema.domain.payment_method import PaymentMethodKind
from schema.ports.payments import PaymentIncrease
from tests.e2e.money import Shop, opened, scope

pytestmark = [pytest.mark.timeout(60)]

HELD: dict[str, Any] = {"capture": CaptureMethod.MANUAL, "incrementable": True}
BY_CODE = (PaymentMethodKind.CARD, PaymentMethodKind.PAYNOW)


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop of the test's own."""
    async with opened(tmp_path) as shop:
        yield shop


async def captured(shop: Shop, name: str, amount: Money | None = None) -> PaymentRecord:
    """Take money that is held."""
    answer = await shop.service.capture(scope(), name, amount)
    assert isinstance(answer, PaymentRecord), answer
    return answer


async def test_a_tip_is_told_apart_and_the_receipt_names_the_card(shop: Shop) -> None:
    """What was taken holds the tip; the receipt has the chip's fields, and no number."""
    name = await shop.started("ginza", 4000, tip_eligible=Money(4000, "JPY"))
    await shop.gesture("ginza", "tap", tip=500)
    await shop.reaches(name, State.PAID)
    found = await shop.shown(name)

    assert (Money(4000, "JPY"), Money(500, "JPY")) == (found.amount, found.tip)
    assert Money(4500, "JPY") == found.captured
    assert found.receipt is not None
    assert ("visa", "4242", "VISA CREDIT", "A0000000031010") == (
        found.receipt.brand,
        found.receipt.last4,
        found.receipt.application_name,
        found.receipt.application_id,
    )
    assert 4500 == (await shop.ledger())[name]["captured"]


async def test_a_part_of_a_hold_is_taken_and_the_rest_released(shop: Shop) -> None:
    """The hold says until when; what is not taken is held no more."""
    name = await shop.started("ginza", 4000, capture=CaptureMethod.MANUAL)
    await shop.gesture("ginza", "tap")
    held = await shop.reaches(name, State.AUTHORIZED)
    too_much = await shop.service.capture(scope(), name, Money(4001, "JPY"))
    taken = await captured(shop, name, Money(2500, "JPY"))
    books = (await shop.ledger())[name]

    assert held.capture_before is not None
    assert timedelta(days=1) < held.capture_before - held.created_at < timedelta(days=3)
    assert isinstance(too_much, UserErrorRecord)
    assert "CAPTURE_TOO_LARGE" == too_much.code
    assert Money(2500, "JPY") == taken.captured
    assert (2500, 0) == (books["captured"], books["held"])


async def test_a_hold_grows_and_a_refusal_leaves_it(shop: Shop) -> None:
    """The issuer refuses one amount, and takes the next; then all of it is captured."""
    name = await shop.started("ginza", 4000, **HELD)
    await shop.gesture("ginza", "tap")
    await shop.reaches(name, State.AUTHORIZED)
    answers = [
        await shop.service.increase(scope(), PaymentIncrease(name, Money(minor, "JPY"), key))
        for minor, key in ((6005, "i1"), (6000, "i2"), (6000, "i2"))
    ]
    taken = await captured(shop, name)

    declined, grown, again = answers
    assert isinstance(declined, PaymentRecord)
    assert declined.failure is not None
    assert ("card_declined", Money(4000, "JPY")) == (declined.failure.code, declined.authorized)
    assert isinstance(grown, PaymentRecord)
    assert (Money(6000, "JPY"), None) == (grown.authorized, grown.failure)
    assert again == grown
    assert Money(6000, "JPY") == taken.captured
    assert 6000 == (await shop.ledger())[name]["captured"]


@pytest.mark.parametrize("fault", ["reply_lost", "error_500", "error_500_after", "reset"])
async def test_a_hold_grows_once_whatever_becomes_of_the_call(shop: Shop, fault: str) -> None:
    """An answer that is lost is asked for again, and the intent is the truth."""
    name = await shop.started("ginza", 4000, **HELD)
    await shop.gesture("ginza", "tap")
    await shop.reaches(name, State.AUTHORIZED)
    await shop.command("PUT", "/faults", {"call": "increment_authorization", "fault": fault})
    await shop.service.increase(scope(), PaymentIncrease(name, Money(6000, "JPY"), "i1"))
    payment = await shop.reaches(name, State.AUTHORIZED)

    assert Money(6000, "JPY") == payment.authorized
    assert 6000 == (await shop.ledger())[name]["held"]


async def test_a_network_whose_holds_do_not_grow(shop: Shop) -> None:
    """It is known from the charge, and nothing is asked for."""
    name = await shop.started("ginza", 4000, **HELD)
    await shop.gesture("ginza", "tap", card="3566002020360505")
    await shop.reaches(name, State.AUTHORIZED)
    answer = await shop.service.increase(scope(), PaymentIncrease(name, Money(6000, "JPY"), "i1"))

    assert isinstance(answer, UserErrorRecord)
    assert "INCREASE_UNSUPPORTED" == answer.code


async def test_a_hold_that_ran_out(shop: Shop) -> None:
    """The money is given back to the card, and nothing is captured."""
    name = await shop.started("ginza", 4000, capture=CaptureMethod.MANUAL)
    await shop.gesture("ginza", "tap")
    await shop.reaches(name, State.AUTHORIZED)
    await shop.command("POST", "/clock/advance", {"seconds": 3 * 86_400})
    await shop.reaches(name, State.CANCELED)
    answer = await shop.service.capture(scope(), name, None)

    assert isinstance(answer, UserErrorRecord)
    assert "PAYMENT_STATE" == answer.code  # by our clock the hold had not run out yet
    assert 0 == (await shop.ledger())[name]["captured"]


async def test_interac_is_taken_at_once_though_held_was_asked_for(shop: Shop) -> None:
    """The payment is captured, and asking for that changes nothing."""
    name = await shop.started("yonge", 4000, capture=CaptureMethod.MANUAL)
    await shop.gesture("yonge", "tap", card="4506445006931933")
    await shop.reaches(name, State.PAID)
    taken = await captured(shop, name)

    assert Money(4000, "CAD") == taken.captured
    assert taken.receipt is not None
    assert ("interac", "1933") == (taken.receipt.brand, taken.receipt.last4)
    assert 4000 == (await shop.ledger())[name]["captured"]


async def test_a_code_is_paid_while_the_reader_serves_the_next(shop: Shop) -> None:
    """The telephone pays the one, a card the other; each intent decides about its own."""
    name = await shop.started("orchard", 4000, methods=BY_CODE)
    await shop.gesture("orchard", "scan", kind="paynow")
    await shop.reaches(name, State.AWAITING_CUSTOMER)
    await shop.gesture("orchard", "cancel")
    await shop.reaches(name, State.AWAITING_WALLET)
    other = await shop.started("orchard", 700, "k2")
    await shop.gesture("orchard", "tap")
    await shop.reaches(other, State.PAID)
    intent = (await shop.journal.payments([name]))[name].intent
    await shop.command("POST", f"/intents/{intent}/pay", {})
    await shop.reaches(name, State.PAID)
    books = await shop.ledger()

    assert (4000, 700) == (books[name]["captured"], books[other]["captured"])
    assert "paynow" == getattr((await shop.shown(name)).receipt, "brand", None)


@pytest.mark.parametrize(
    ("store", "minor", "fields", "code"),
    [
        ("ginza", 49, {}, "AMOUNT_TOO_SMALL"),
        ("ginza", 100_000_000, {}, "AMOUNT_TOO_LARGE"),
        ("orchard", 500, {"methods": BY_CODE, "capture": CaptureMethod.MANUAL}, ""),
        ("ginza", 500, {"incrementable": True}, "MANUAL_CAPTURE_REQUIRED"),
    ],
)
async def test_what_the_provider_would_refuse_is_not_sent(
    shop: Shop, store: str, minor: int, fields: dict[str, Any], code: str
) -> None:
    """Not one call that would announce a payment."""
    answer = await shop.start(store, minor, **fields)
    calls = await shop.command("GET", "/calls")

    assert isinstance(answer, UserErrorRecord)
    assert (code or "AUTOMATIC_CAPTURE_REQUIRED") == answer.code
    assert 0 == calls.get("create_payment_intent", 0)


async def test_a_wallet_that_the_currency_lacks(shop: Shop) -> None:
    """Stripe leaves it out without a word; the payment is refused, and no reader asks for it."""
    answer = await shop.start("ginza", 500, methods=BY_CODE)

    assert isinstance(answer, UserErrorRecord)
    assert ("METHOD_UNAVAILABLE", ("input", "methods")) == (answer.code, answer.path)
