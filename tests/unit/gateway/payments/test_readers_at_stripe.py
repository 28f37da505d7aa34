"""Readers from the till to Stripe's API and back, as the simulator answers it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from msgspec.structs import replace

from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext
from connectors.stripe_terminal.client import StripeTerminal
from connectors.stripe_terminal.config import StripeTerminalConfig
from connectors.stripe_terminal.simulator.process import Listen, running
from gateway.payments.journal import Journal
from gateway.payments.reader_audit import doubts
from gateway.payments.reader_names import StoreReaders
from gateway.payments.service import PaymentService
from gateway.payments.states import State
from schema.domain.payment import PaymentRecord, UserErrorRecord
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.ports.payments import ReaderKey
from schema.ports.readers import ReaderRegister
from tests.unit.connectors.stripe_terminal.simulator.account import (
    FRONT,
    GIFTS,
    KEY,
    SETUP,
    Account,
)
from tests.unit.gateway.payments.till import QUICK, a_scope, a_start

# Ginza's readers have labels alone; Umeda's is configured.
STORES = (
    StoreReaders("ginza", "JPY", {}, "tml_ginza"),
    StoreReaders("umeda", "JPY", {"Counter": "tmr_umeda"}, "tml_umeda"),
)
FRONT_COUNTER, GIFT_DESK = ReaderKey("ginza", "Front counter"), ReaderKey("ginza", "Gift desk")
SHIRT = {"description": "Shirt", "quantity": 1, "amount": 500}
PATIENT = replace(QUICK, answer_within_s=10.0, list_s=0.2, follow_look_s=0.1)


class Shop:
    """A till, and Stripe's dashboard."""

    def __init__(self, account: Account, service: PaymentService, journal: Journal) -> None:
        self.account = account
        self.service = service
        self.readers = service.readers
        self.journal = journal

    async def named(self, *names: str) -> None:
        """Wait until Ginza's readers have these names, and no others."""
        end = time.monotonic() + 10
        while self.readers.names("ginza") != names:
            assert time.monotonic() < end, self.readers.names("ginza")

            await asyncio.sleep(0.02)

    async def waits(self, reader: ReaderKey, key: str = "k1") -> PaymentRecord:
        """A payment that waits for its card at a reader."""
        started = await self.service.start(a_scope(), a_start(key, reader=reader))
        assert isinstance(started, PaymentRecord), started

        await self.reaches(started.id, State.AWAITING_CARD)
        return started

    async def reaches(self, payment: str, state: State) -> None:
        """Wait until a payment is in a state."""
        end = time.monotonic() + 10
        while (found := (await self.journal.payments([payment]))[payment]).state is not state:
            assert time.monotonic() < end, found.state

            await asyncio.sleep(0.02)

    async def slot(self, device: str) -> Any:
        """What a reader is at, as Stripe has it."""
        return (await self.account.readers.retrieve_async(device)).to_dict()["action"]

    async def unplug(self, device: str) -> None:
        """Pull a reader's plug."""
        status, _ = await self.account.command("POST", f"/readers/{device}/unplug", {})
        assert 200 == status

    async def clear(self, expected: str | None = None) -> str | None:
        """Clear the front counter; the code of the user error."""
        done = await self.readers.clear(a_scope(), FRONT_COUNTER, expected)
        return done.code if isinstance(done, UserErrorRecord) else None


@pytest.fixture
async def shop(journal: Journal) -> AsyncIterator[Shop]:
    """A shop at a simulator of its own."""
    async with AsyncExitStack() as stack:
        ready = await stack.enter_async_context(running(SETUP, Listen()))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        config = {"api_key": KEY, "api_base": ready.url}
        driver = StripeTerminal(
            StripeTerminalConfig.model_validate(config),
            SourceContext("stripe", Limits(timeout_s=10), HttpClients()),
        )
        service = PaymentService(driver, journal, STORES, source="stripe", timing=PATIENT)
        await service.open()
        shop = Shop(Account(ready, session), service, journal)
        await shop.named("Front counter", "Gift desk")
        yield shop
        await service.aclose()
        await driver.aclose()


async def test_a_payment_goes_to_a_reader_by_its_label(shop: Shop) -> None:
    """And the reader is shown as Stripe tells of it, busy with the payment."""
    started = await shop.waits(FRONT_COUNTER)
    shown = (await shop.readers.by_keys(a_scope(), [FRONT_COUNTER]))[0]
    assert isinstance(shown, ReaderRecord)
    busy = (await shop.readers.busy_with(a_scope(), [shown]))[0]

    assert (FRONT, "tml_ginza", ReaderStatus.ONLINE, False) == (
        shown.device,
        shown.location,
        shown.status,
        shown.configured,
    )
    assert shown.last_seen_at is not None
    assert abs(shown.last_seen_at.timestamp() - time.time()) < 3600
    assert busy is not None
    assert (started.id,) == busy.parts


async def test_a_reader_that_is_labelled_anew_at_stripe_is_found_so(shop: Shop) -> None:
    """By what the dashboard calls it, without a restart; two of one label are found no more."""
    await shop.account.readers.update_async(GIFTS, {"label": "Second floor"})
    await shop.named("Front counter", "Second floor")
    await shop.account.readers.update_async(GIFTS, {"label": "Front counter"})
    await shop.named()
    error = await shop.service.start(a_scope(), a_start(reader=FRONT_COUNTER))

    assert isinstance(error, UserErrorRecord)
    assert "READER_AMBIGUOUS" == error.code
    assert [("ginza", "READER_AMBIGUOUS")] == [
        (it.store, it.code) for it in await doubts(shop.service.directory)
    ]


async def test_a_reader_is_registered_renamed_and_used(shop: Shop) -> None:
    """All that a new till needs, without Stripe's dashboard."""
    request = ReaderRegister("ginza", "simulated-s700", "Lift", "r1")
    registered = await shop.readers.register(a_scope(), request)
    again = await shop.readers.register(a_scope(), request)
    renamed = await shop.readers.rename(a_scope(), ReaderKey("ginza", "Lift"), "Stairs")
    await shop.waits(ReaderKey("ginza", "Stairs"))

    assert isinstance(registered, ReaderRecord)
    assert isinstance(again, ReaderRecord)
    assert isinstance(renamed, ReaderRecord)
    assert registered.device == again.device == renamed.device
    assert registered.serial_number
    await shop.named("Front counter", "Gift desk", "Stairs")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("red-green-blue", "REGISTRATION_CODE_INVALID"),
        ("simulated-wpe", "READER_WRONG_LOCATION"),  # in Japan there is the S700 alone
    ],
)
async def test_what_stripe_refuses_is_told(shop: Shop, code: str, expected: str) -> None:
    """So that somebody can mend it."""
    done = await shop.readers.register(a_scope(), ReaderRegister("ginza", code, "Lift", "r1"))

    assert expected == getattr(done, "code", None)


async def test_a_reader_that_was_unplugged_in_the_middle_is_cleared(shop: Shop) -> None:
    """Its slot stays as it was, and nobody tells: a person says which payment is stuck there."""
    started = await shop.waits(FRONT_COUNTER)
    await shop.unplug(FRONT)

    assert "READER_CHANGED" == await shop.clear()
    assert await shop.clear(started.id) is None
    await shop.reaches(started.id, State.CANCELED)
    assert await shop.slot(FRONT) is None


async def test_a_cart_on_the_screen_is_cleared_and_a_foreign_payment_is_not(shop: Shop) -> None:
    """What another system has sent may be a customer's who is about to pay."""
    cart = {"currency": "jpy", "line_items": [SHIRT], "total": 500}
    await shop.account.readers.set_reader_display_async(FRONT, {"type": "cart", "cart": cart})
    done = await shop.clear()
    slot = await shop.slot(FRONT)
    intent = await shop.account.intent()
    await shop.account.readers.process_payment_intent_async(FRONT, {"payment_intent": intent})

    assert (None, None) == (done, slot)
    assert "READER_CHANGED" == await shop.clear()
    assert "in_progress" == (await shop.slot(FRONT))["status"]


async def test_a_reader_that_goes_away_is_told_to_who_follows_it(shop: Shop) -> None:
    """Stripe says so after two minutes of silence."""
    events = shop.readers.updates(a_scope(), FRONT_COUNTER)
    first = await anext(events)
    await shop.unplug(FRONT)
    await shop.account.command("POST", "/clock/advance", {"seconds": 180})
    async with asyncio.timeout(10):
        second = await anext(events)

    assert (ReaderStatus.ONLINE, ReaderStatus.OFFLINE) == (first.status, second.status)
