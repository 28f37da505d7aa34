"""The connector against the simulator: both mean the same by Stripe's API."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from connectors.sdk.terminal import (
    ActionStatus,
    IntentRequest,
    IntentState,
    IntentStatus,
    ReaderAction,
    ReaderOptions,
    RefundRequest,
)
from connectors.stripe_terminal.client import StripeTerminal
from connectors.stripe_terminal.config import StripeTerminalConfig
from schema.domain.errors import Conflict, NotFound, OutcomeUnknown, Rejected
from schema.domain.money import Money
from schema.domain.payment import CaptureMethod, PaymentFailure, RefundState
from schema.domain.scope import Actor
from tests.unit.connectors.stripe_terminal.simulator.account import (
    FRONT,
    GIFTS,
    KEY,
    SETUP,
    Account,
)
from tests.unit.connectors.stripe_terminal.simulator.conftest import Open


@pytest.fixture
async def driver(account: Account) -> AsyncIterator[StripeTerminal]:
    """A driver of the simulator."""
    made = driver_of(account)
    yield made
    await made.aclose()


def driver_of(account: Account) -> StripeTerminal:
    """A driver of a simulator."""
    config = {"api_key": KEY, "api_base": account.url}
    return StripeTerminal(
        StripeTerminalConfig.model_validate(config),
        SourceContext("stripe", Limits(timeout_s=5), HttpClients()),
    )


def call(key: str | None = None) -> CallContext:
    """A call under an idempotency key."""
    return CallContext(time.monotonic() + 10, Actor("till", "staff"), "trace", idempotency_key=key)


async def announced(
    driver: StripeTerminal,
    amount: int = 500,
    capture: CaptureMethod = CaptureMethod.AUTOMATIC,
    key: str = "pay_1",
) -> IntentState:
    """A payment that is announced."""
    request = IntentRequest(Money(amount, "JPY"), capture, key)
    return await driver.create_intent(call(f"{key}:intent"), request)


async def test_a_payment_from_beginning_to_end(driver: StripeTerminal, account: Account) -> None:
    """Announced, sent, declined, sent again, paid, and given back in part."""
    yen = Money(500, "JPY")
    intent = await announced(driver)
    assert (IntentStatus.REQUIRES_PAYMENT_METHOD, yen) == (intent.status, intent.amount)

    reader = await driver.process(call("pay_1:proc:1"), FRONT, intent.id, ReaderOptions())
    kind = "process_payment_intent"
    assert ReaderAction(kind, ActionStatus.IN_PROGRESS, intent.id) == reader.action

    await account.present("4000000000000002")
    failure = PaymentFailure("card_declined", "Your card was declined.")
    reader = await driver.reader(call(), FRONT, None)
    assert ReaderAction(kind, ActionStatus.FAILED, intent.id, failure) == reader.action
    intent = await driver.intent(call(), intent.id, None)
    assert (IntentStatus.REQUIRES_PAYMENT_METHOD, failure) == (intent.status, intent.failure)

    await driver.process(call("pay_1:proc:2"), FRONT, intent.id, ReaderOptions())
    await account.present()
    intent = await driver.intent(call(), intent.id, None)
    assert (IntentStatus.SUCCEEDED, yen, None) == (intent.status, intent.received, intent.failure)

    part = Money(200, "JPY")
    refund = await driver.refund(call("ref_1"), RefundRequest(intent.id, part, "ref_1"))
    assert (RefundState.SUCCEEDED, part) == (refund.state, refund.amount)
    assert part == (await driver.intent(call(), intent.id, None)).refunded
    with pytest.raises(Rejected):
        await driver.refund(call("ref_2"), RefundRequest(intent.id, Money(301, "JPY"), "ref_2"))


async def test_a_part_is_captured(driver: StripeTerminal, account: Account) -> None:
    """Of what the card holds, within two days."""
    intent = await announced(driver, 1000, CaptureMethod.MANUAL)
    await driver.process(call("pay_1:proc:1"), FRONT, intent.id, ReaderOptions())
    await account.present()
    held = await driver.intent(call(), intent.id, None)
    taken = await driver.capture(call("pay_1:capture:1"), intent.id, Money(700, "JPY"), None)

    assert (IntentStatus.REQUIRES_CAPTURE, Money(1000, "JPY")) == (held.status, held.capturable)
    assert held.capture_before is not None
    assert (IntentStatus.SUCCEEDED, Money(700, "JPY"), Money(0, "JPY")) == (
        taken.status,
        taken.received,
        taken.capturable,
    )


async def test_a_payment_is_called_off(driver: StripeTerminal) -> None:
    """The reader first, and then the payment; a canceled one is sent nowhere."""
    intent = await announced(driver)
    await driver.process(call("pay_1:proc:1"), FRONT, intent.id, ReaderOptions())
    reader = await driver.cancel_action(call("pay_1:cancel:1"), FRONT, None)
    canceled = await driver.cancel_intent(call("pay_1:void:1"), intent.id, None)

    assert reader.action is None
    assert IntentStatus.CANCELED is canceled.status
    with pytest.raises(Conflict):
        await driver.process(call("pay_1:proc:2"), FRONT, intent.id, ReaderOptions())


async def test_a_tip_is_added(driver: StripeTerminal, account: Account) -> None:
    """It belongs to the amount."""
    intent = await announced(driver, 1000)
    options = ReaderOptions(Money(1000, "JPY"), skip_tipping=False)
    await driver.process(call("pay_1:proc:1"), FRONT, intent.id, options)
    await account.present(amount_tip=100)

    assert Money(1100, "JPY") == (await driver.intent(call(), intent.id, None)).received


async def test_a_busy_reader_is_a_conflict(opened: Open) -> None:
    """While the issuer thinks; nothing is unknown about it."""
    account = await opened(replace(SETUP, authorize_s=5))
    driver = driver_of(account)
    intent = await announced(driver)
    await driver.process(call("pay_1:proc:1"), FRONT, intent.id, ReaderOptions())
    await account.present()
    other = await announced(driver, key="pay_2")
    with pytest.raises(Conflict, match="terminal_reader_busy"):
        await driver.process(call("pay_2:proc:1"), FRONT, other.id, ReaderOptions())
    with pytest.raises(Conflict, match="terminal_reader_busy"):
        await driver.cancel_action(call("pay_1:cancel:1"), FRONT, None)
    await driver.aclose()


@pytest.mark.parametrize(
    ("fault", "is_shown"),
    [
        ("timeout_delivered", True),
        ("timeout_undelivered", False),
        ("reply_lost", True),
        ("error_500", False),
    ],
)
async def test_an_outcome_is_unknown_until_it_is_read(
    driver: StripeTerminal, account: Account, fault: str, *, is_shown: bool
) -> None:
    """Only the reader tells whether the payment is on it."""
    intent = await announced(driver)
    await account.fault(fault)
    with pytest.raises(OutcomeUnknown):
        await driver.process(call("pay_1:proc:1"), FRONT, intent.id, ReaderOptions())

    action = (await driver.reader(call(), FRONT, None)).action
    assert is_shown == (action is not None and action.intent == intent.id)


async def test_readers_are_known_by_their_place(driver: StripeTerminal) -> None:
    """One that does not exist is not found."""
    await driver.probe(call())
    found = await driver.readers(call(), "tml_ginza", None)

    assert [(FRONT, "Front counter"), (GIFTS, "Gift desk")] == [
        (reader.id, reader.label) for reader in found
    ]
    assert all(reader.last_seen_at for reader in found)
    with pytest.raises(NotFound):
        await driver.reader(call(), "tmr_none", None)


async def test_many_tills_at_once(driver: StripeTerminal) -> None:
    """Each gets its own payment, and the same key the same one."""
    keys = [f"pay_{number % 10}" for number in range(30)]
    found = await asyncio.gather(*(announced(driver, key=key) for key in set(keys)))
    again = await asyncio.gather(*(announced(driver, key=key) for key in set(keys)))

    assert 10 == len({intent.id for intent in found})
    assert {intent.id for intent in found} == {intent.id for intent in again}
