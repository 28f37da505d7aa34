"""Refunds from the till to Stripe's API and back, as the simulator answers it."""

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
from connectors.stripe_terminal.simulator.setup import LocationSetup
from gateway.payments.adopt import OnlineOrders
from gateway.payments.journal import Journal, Payment, Refund
from gateway.payments.reader_names import StoreReaders
from gateway.payments.service import PaymentService
from gateway.payments.states import State
from schema.domain.money import Money
from schema.domain.payment import (
    AT_PROVIDER,
    PaymentChannel,
    PaymentRecord,
    RefundReason,
    RefundState,
)
from schema.domain.reference import SourceRef
from schema.ports.payments import RefundReceipt
from tests.unit.connectors.stripe_terminal.simulator.account import (
    FRONT,
    GIFTS,
    KEY,
    SETUP,
    UMEDA,
    Account,
    until,
)
from tests.unit.gateway.payments.till import FRONT as FRONT_COUNTER
from tests.unit.gateway.payments.till import GIFT as GIFT_DESK
from tests.unit.gateway.payments.till import QUICK, a_scope, a_start

FAILING, INTERAC = "4000000000005126", "4506445006931933"
IN_CANADA = replace(
    SETUP,
    locations=tuple(LocationSetup(it.id, it.display_name, "CA") for it in SETUP.locations),
    refund_fails_after_s=60,
)
STORES = (
    StoreReaders("ginza", "CAD", {"Front counter": FRONT, "Gift desk": GIFTS}, "tml_ginza"),
    StoreReaders("umeda", "CAD", {"Front counter": UMEDA}, "tml_ginza"),
)
ORDER = SourceRef("oms", "W-9")


def dollars(cents: int) -> Money:
    """Canadian dollars, in cents."""
    return Money(cents, "CAD")


class Shop:
    """A till, the customers, and Stripe's dashboard."""

    def __init__(self, account: Account, service: PaymentService, journal: Journal) -> None:
        self.account = account
        self.service = service
        self.journal = journal

    async def sold(self, cents: int = 1000, number: str | None = None) -> str:
        """A payment at the front counter, paid with a card; its id."""
        started = await self.service.start(a_scope(), a_start("k1", amount=dollars(cents)))
        assert isinstance(started, PaymentRecord), started

        await self._reaches(started.id, State.AWAITING_CARD)
        kind = {"type": "interac_present"} if number == INTERAC else {}
        await self._present(FRONT, number, kind)
        await self._reaches(started.id, State.PAID)
        return started.id

    async def shown_again(self, number: str) -> None:
        """The card is shown at the gift desk."""
        await self._present(GIFTS, number, {"type": "interac_present"})

    async def _present(self, reader: str, number: str | None, kind: dict[str, str]) -> None:
        cards = {"interac_present": {"number": number}} if kind else {}
        if number and not kind:
            cards = {"card_present": {"number": number}}
        helpers = self.account.stripe.v1.test_helpers.terminal.readers
        content: Any = {**kind, **cards}
        await helpers.present_payment_method_async(reader, content)

    async def refunded(self, payment: str, cents: int, key: str = "r1", **more: Any) -> Refund:
        """Give something back; the refund as it is on record."""
        done = await self.service.refund(a_scope(), payment, dollars(cents), key, **more)
        assert isinstance(done, RefundReceipt), done

        return (await self.journal.refunds([done.refund.id]))[done.refund.id]

    async def found(self, payment: str) -> Payment:
        """A payment on record."""
        return (await self.journal.payments([payment]))[payment]

    async def counted(self, payment: str) -> list[Refund]:
        """What was given back of a payment, read once more at Stripe."""
        await self.service._refunds.count_anew(payment)
        return list(await self.journal.refunds_of(payment))

    def answers_soon(self) -> None:
        """Answer before the card is shown for which a refund waits."""
        self.service._timing = replace(QUICK, answer_within_s=0.1)

    async def ledger(self, intent: str | None) -> Any:
        """What Stripe's books say of a payment."""
        _, books = await self.account.command("GET", "/ledger")
        return books["payments"][intent or ""]

    async def _reaches(self, payment: str, state: State) -> None:
        async def reached() -> State:
            return (await self.found(payment)).state

        await until(state, reached)


@pytest.fixture
async def shop(journal: Journal) -> AsyncIterator[Shop]:
    """Payments over Stripe's own API."""
    async with AsyncExitStack() as stack:
        ready = await stack.enter_async_context(running(IN_CANADA, Listen()))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        config = StripeTerminalConfig.model_validate({"api_key": KEY, "api_base": ready.url})
        context = SourceContext("stripe", Limits(timeout_s=5), HttpClients())
        driver = StripeTerminal(config, context)
        stack.push_async_callback(driver.aclose)

        async def find(number: str) -> SourceRef | None:
            return SourceRef("oms", number)

        service = PaymentService(
            driver, journal, STORES, timing=QUICK, online_orders=OnlineOrders("order", find)
        )
        await service.open()
        stack.push_async_callback(service.aclose)
        yield Shop(Account(ready, session), service, journal)


async def test_a_refund_that_the_bank_sends_back(shop: Shop) -> None:
    """It succeeds, fails a minute later, and the money is the customer's to get once more."""
    payment = await shop.sold(1000, FAILING)
    refund = await shop.refunded(payment, 600, reason=RefundReason.REQUESTED_BY_CUSTOMER)
    given = await shop.found(payment)
    await shop.account.command("POST", "/clock/advance", {"seconds": 61})
    (failed,) = await shop.counted(payment)
    after = await shop.found(payment)
    again = await shop.refunded(payment, 1000, "r2")

    assert (RefundState.SUCCEEDED, dollars(600)) == (refund.state, given.refunded)
    assert (RefundState.FAILED, dollars(0)) == (failed.state, after.refunded)
    assert failed.failure is not None
    assert "expired_or_canceled_card" == failed.failure.code
    assert RefundState.SUCCEEDED is again.state
    assert 1000 == (await shop.ledger(after.intent))["refunded"]


async def test_refunds_made_in_stripes_dashboard(shop: Shop) -> None:
    """They are recorded once, beside ours, and our sum is Stripe's."""
    payment = await shop.sold()
    await shop.refunded(payment, 300)
    intent = (await shop.found(payment)).intent
    made: Any = {"payment_intent": intent, "amount": 200, "reason": "duplicate"}
    await shop.account.stripe.v1.refunds.create_async(made)
    await shop.counted(payment)
    refunds = await shop.counted(payment)

    other = next(it for it in refunds if it.actor == AT_PROVIDER)
    assert 2 == len(refunds)
    assert (dollars(200), RefundReason.DUPLICATE) == (other.amount, other.reason)
    assert dollars(500) == (await shop.found(payment)).refunded
    assert 500 == (await shop.ledger(intent))["refunded"]


async def test_an_interac_card_gets_its_money_at_a_reader(shop: Shop) -> None:
    """In two parts; by itself Stripe gives nothing back, and we do not ask it to."""
    payment = await shop.sold(1000, INTERAC)
    shop.answers_soon()
    without = await shop.service.refund(a_scope(), payment, None, "r0")
    refund = await shop.refunded(payment, 400, reader=GIFT_DESK)
    await shop.shown_again(INTERAC)
    await shop.service._refunds.wait(refund.id, 5)
    rest = await shop.refunded(payment, 600, "r2", reader=GIFT_DESK)
    await shop.shown_again(INTERAC)
    await shop.service._refunds.wait(rest.id, 5)
    refunds = await shop.counted(payment)
    found = await shop.found(payment)

    assert "REFUND_NEEDS_READER" == getattr(without, "code", None)
    assert RefundState.PENDING is refund.state
    assert {RefundState.SUCCEEDED} == {it.state for it in refunds}
    assert (dollars(1000), "interac_present") == (found.refunded, found.method)
    assert 1000 == (await shop.ledger(found.intent))["refunded"]
    assert {} == await shop.journal.leases([GIFTS])


@pytest.mark.parametrize("fault", ["reset", "reply_lost"])
async def test_a_call_to_the_reader_that_is_lost(shop: Shop, fault: str) -> None:
    """Whether it had arrived or not, the card is asked for once, and no time passes until then."""
    payment = await shop.sold(1000, INTERAC)
    shop.answers_soon()
    await shop.account.fault(fault, "refund_payment")
    refund = await shop.refunded(payment, 400, reader=GIFT_DESK)

    async def asking() -> Any:
        reader = await shop.account.readers.retrieve_async(GIFTS)
        return reader.action and reader.action.status

    await until("in_progress", asking)
    await shop.shown_again(INTERAC)
    await shop.service._refunds.wait(refund.id, 5)
    found = await shop.found(payment)

    assert [RefundState.SUCCEEDED] == [it.state for it in await shop.counted(payment)]
    assert 400 == (await shop.ledger(found.intent))["refunded"]
    assert {} == await shop.journal.leases([GIFTS])


async def test_a_part_that_the_cards_bank_refuses(shop: Shop) -> None:
    """Stripe's test amounts: one that ends in 05. The money stays, and can be given otherwise."""
    payment = await shop.sold(1000, INTERAC)
    shop.answers_soon()
    refund = await shop.refunded(payment, 505, reader=GIFT_DESK)
    await shop.shown_again(INTERAC)
    await shop.service._refunds.wait(refund.id, 5)
    failed = (await shop.journal.refunds([refund.id]))[refund.id]

    assert RefundState.FAILED is failed.state
    assert failed.failure is not None
    assert "refund_cleared" != failed.failure.code
    assert dollars(0) == (await shop.found(payment)).refunded


@pytest.mark.parametrize("reader", [FRONT_COUNTER, None])
async def test_readers_that_cannot_be_used(shop: Shop, reader: Any) -> None:
    """One that is unplugged, and one that stands in another place than it should."""
    payment = await shop.sold(1000, INTERAC)
    if reader is not None:
        await shop.account.command("POST", f"/readers/{FRONT}/unplug")
        await shop.account.command("POST", "/clock/advance", {"seconds": 121})
    elsewhere = replace(FRONT_COUNTER, store="umeda")
    refused = await shop.service.refund(a_scope(), payment, None, "r1", reader=reader or elsewhere)

    wanted = {None: "READER_WRONG_LOCATION"}.get(reader, "READER_OFFLINE")
    assert wanted == getattr(refused, "code", None), refused
    assert {} == await shop.journal.leases([FRONT, UMEDA])


async def test_an_online_order_is_refunded_in_a_store(shop: Shop) -> None:
    """Paid in the web site, taken in, and given back without the card."""
    wanted: Any = {
        "amount": 2000,
        "currency": "cad",
        "metadata": {"order": "W-9"},
    }
    payments = shop.account.stripe.v1.payment_intents
    intent = await payments.create_async(wanted)
    early = await shop.service.adoption.adopt(intent.id, None)
    paying: Any = {"payment_method": "pm_card_visa"}
    await payments.confirm_async(intent.id, paying)
    payment = await shop.service.adoption.adopt(intent.id, None)
    assert payment is not None
    refund = await shop.refunded(payment.id, 500)

    assert early is None
    assert (PaymentChannel.ONLINE, ORDER) == (payment.channel, payment.order)
    assert (dollars(2000), "card") == (payment.captured, payment.method)
    assert RefundState.SUCCEEDED is refund.state
    assert dollars(500) == (await shop.found(payment.id)).refunded
    assert 500 == (await shop.ledger(intent.id))["refunded"]
