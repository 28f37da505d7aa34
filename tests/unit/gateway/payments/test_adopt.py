"""Payments that were made online, taken in so that a store can refund them."""

import asyncio
from typing import Any

import pytest

from connectors.sdk.terminal import IntentStatus, ProviderRefund
from gateway.payments.adopt import OnlineOrders
from gateway.payments.journal import Payment
from gateway.payments.states import State
from schema.domain.errors import Unavailable
from schema.domain.money import Money
from schema.domain.payment import (
    AT_PROVIDER,
    CaptureMethod,
    PaymentChannel,
    PaymentState,
    RefundState,
)
from schema.domain.reference import SourceRef
from schema.ports.payment_lists import PaymentQuery
from schema.ports.payments import RefundReceipt
from tests.unit.gateway.payments.terminal import NOW, Intent, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, GIFT, Till, a_scope, yen

ORDER = SourceRef("oms", "9")
KEY = "order_number"


@pytest.fixture(autouse=True)
def online(terminal: ScriptedTerminal) -> Intent:
    """A payment of 2,000 yen that a customer has made in the shop's web site."""
    intent = Intent(
        id="pi_web",
        amount=yen(2000),
        capture=CaptureMethod.AUTOMATIC,
        reference="",
        status=IntentStatus.SUCCEEDED,
        received=2000,
        method="card",
        metadata={KEY: " W-9 "},
    )
    terminal.intents[intent.id] = intent
    return intent


class Numbers:
    """Which order has which number, as its own system tells."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_down = False

    async def find(self, number: str) -> SourceRef | None:
        """See `gateway.payments.adopt.FindOrder`."""
        self.asked.append(number)
        if self.is_down:
            raise Unavailable("connection refused")
        return ORDER if number == "W-9" else None


@pytest.fixture(autouse=True)
def numbers(till: Till) -> Numbers:
    """The orders' numbers, which the till's service knows how to ask for."""
    numbers = Numbers()
    till.service.adoption.orders = OnlineOrders(KEY, numbers.find)
    return numbers


async def adopted(till: Till, intent: str = "pi_web") -> Payment:
    """A payment that was taken in."""
    found = await till.service.adoption.adopt(intent, None)
    assert found is not None

    return found


async def taken_in(till: Till) -> Payment:
    """The payment once it is on record."""
    async with asyncio.timeout(5):
        while True:
            found = await till.journal.by_intent("pi_web")
            if found is not None:
                return found
            await asyncio.sleep(0.01)


async def test_an_online_payment_is_on_record_once(till: Till, online: Intent) -> None:
    """With its sums, its order and without a reader, however often it is found."""
    online.give_back(ProviderRefund("re_web", RefundState.SUCCEEDED, yen(500)))
    payment = await adopted(till)
    again = await adopted(till)
    steps = (await till.journal.steps([payment.id]))[payment.id]
    refunds = await till.journal.refunds_of(payment.id)

    assert payment == again
    assert (State.PAID, PaymentChannel.ONLINE, "card") == (
        payment.state,
        payment.channel,
        payment.method,
    )
    assert (yen(2000), yen(2000), yen(500)) == (payment.amount, payment.captured, payment.refunded)
    assert (ORDER, AT_PROVIDER, NOW) == (payment.order, payment.actor, payment.created_at)
    assert ("", "", "") == (payment.store, payment.reader, payment.device)
    assert ["found at the provider"] == [it.note for it in steps]
    assert [("re_web", AT_PROVIDER)] == [(it.id, it.actor) for it in refunds]


async def test_any_store_gives_its_money_back(till: Till, online: Intent) -> None:
    """Without a reader and without the card; to the card that paid."""
    payment = await adopted(till)
    umeda = a_scope("umeda")
    receipt = await till.service.refund(umeda, payment.id, yen(500), "r1")
    too_much = await till.service.refund(umeda, payment.id, yen(1501), "r2")
    with_reader = await till.service.refund(a_scope(), payment.id, yen(1), "r3", reader=GIFT)

    assert isinstance(receipt, RefundReceipt)
    assert (RefundState.SUCCEEDED, yen(500)) == (receipt.refund.state, receipt.payment.refunded)
    assert 500 == online.refunded
    assert "REFUND_TOO_LARGE" == getattr(too_much, "code", None)
    assert "REFUND_NEEDS_NO_READER" == getattr(with_reader, "code", None)


async def test_it_is_seen_like_any_other(till: Till) -> None:
    """By its id, with its order, in lists, and by whichever store."""
    payment = await adopted(till)
    umeda = a_scope("umeda")
    (shown,) = await till.service.payments(umeda, [payment.id])
    ((of_order,),) = await till.service.of_orders(umeda, [ORDER])
    query = PaymentQuery(channel=PaymentChannel.ONLINE)
    listed = await till.service.lists.payments(umeda, query, 5, None)

    assert shown == of_order == listed.edges[0].node
    assert shown is not None
    assert (PaymentState.CAPTURED, PaymentChannel.ONLINE) == (shown.state, shown.channel)


async def test_neither_captured_nor_canceled(till: Till) -> None:
    """Its money is taken already: a refund is what is left to do."""
    payment = await adopted(till)
    captured = await till.service.capture(a_scope(), payment.id, None)
    canceled = await till.service.cancel(a_scope(), payment.id)

    assert "PAYMENT_STATE" == getattr(captured, "code", None)
    assert "PAYMENT_STATE" == getattr(canceled, "code", None)


@pytest.mark.parametrize(
    "fields",
    [
        {"method": "card_present"},
        {"method": "interac_present"},
        {"reference": "pay_lost"},
        {"status": IntentStatus.REQUIRES_CAPTURE, "received": 0},
        {"status": IntentStatus.REQUIRES_PAYMENT_METHOD, "received": 0},
        {"status": IntentStatus.CANCELED, "received": 0},
    ],
)
async def test_what_is_not_online_money_of_others_is_left(
    till: Till, online: Intent, fields: dict[str, Any]
) -> None:
    """A reader's, our own, or one that may still come to nothing."""
    for name, value in fields.items():
        setattr(online, name, value)

    assert await till.service.adoption.adopt("pi_web", None) is None
    assert await till.journal.by_intent("pi_web") is None


async def test_our_own_payments_are_not_taken_in(till: Till, terminal: ScriptedTerminal) -> None:
    """They are on record, and stay as they are; an intent that nobody knows is none."""
    await till.start()
    terminal.present(DEVICE)
    before = await till.reaches(State.PAID)

    assert await till.service.adoption.adopt(before.intent or "", None) is None
    assert await till.service.adoption.adopt("pi_nobody", None) is None
    assert before == await till.payment()


async def test_an_order_that_cannot_be_found_now_is_found_later(
    till: Till, numbers: Numbers, online: Intent
) -> None:
    """Its system was dead; the payment can be refunded all the same."""
    numbers.is_down = True
    without = await adopted(till)
    numbers.is_down = False
    linked = await adopted(till)
    asked = len(numbers.asked)
    await adopted(till)

    assert without.order is None
    assert (without.id, ORDER) == (linked.id, linked.order)
    assert asked == len(numbers.asked)


@pytest.mark.parametrize("metadata", [{}, {KEY: ""}, {KEY: "W-404"}, {"other": "W-9"}])
async def test_a_payment_may_name_no_order(
    till: Till, online: Intent, metadata: dict[str, str]
) -> None:
    """It is known without one."""
    online.metadata = metadata

    assert (await adopted(till)).order is None
    assert (await adopted(till)).order is None


async def test_without_a_configured_key_there_are_no_orders(till: Till) -> None:
    """Nobody is asked for any."""
    till.service.adoption.orders = None

    assert (await adopted(till)).order is None


async def test_a_dead_provider_is_told_to_whoever_asks(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """They come again; nothing is on record."""
    terminal.is_down = True
    with pytest.raises(Unavailable):
        await till.service.adoption.adopt("pi_web", None)
    terminal.is_down = False

    assert await till.journal.by_intent("pi_web") is None


async def test_an_amount_of_any_currency_is_taken_in(till: Till, online: Intent) -> None:
    """It is no store's, and so has no store's currency."""
    online.amount = Money(1999, "EUR")
    online.received = 1999

    assert Money(1999, "EUR") == (await adopted(till)).captured


async def test_a_message_about_an_unknown_intent_takes_it_in(till: Till, online: Intent) -> None:
    """So a webhook of an online payment is enough."""
    body = till.terminal.message("evt_1", "pi_web")
    await till.service.webhooks.receive(body, {"signature": "good"})
    found = await taken_in(till)

    assert PaymentChannel.ONLINE is found.channel
