"""What the simulator tells by no message is heard of all the same, by its list of events."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.sdk.payment_ledger import EventPage
from connectors.sdk.terminal import ProviderEvent
from gateway.payments.books import PaymentBooks
from gateway.payments.event_log import Arrival, EventBatch, EventQuery, KeptEvent
from gateway.payments.journal import Payment, Refund
from gateway.payments.reconcile.missed import Caught, MissedEvents, Pace
from schema.domain.errors import SourceError
from schema.domain.payment import PaymentChannel, RefundState
from schema.ports.payments import RefundReceipt
from tests.unit.connectors.stripe_terminal.simulator.account import SETUP, Account
from tests.unit.connectors.stripe_terminal.simulator.conftest import Open
from tests.unit.gateway.payments.reconcile.conftest import Office
from tests.unit.gateway.payments.till import a_scope, until, yen

pytestmark = [pytest.mark.timeout(60)]

DAY = 86_400
FAILING = "4000000000005126"


@pytest.fixture
async def account(opened: Open) -> Account:
    """The simulator, where a refund that fails does so after four days."""
    return await opened(replace(SETUP, refund_fails_after_s=4 * DAY))


def missed_of(books: PaymentBooks) -> MissedEvents:
    """What looks for them."""
    found = books._missed
    assert found is not None

    return found


def missed(office: Office) -> MissedEvents:
    """What looks for them, of the gateway that serves."""
    return missed_of(office.books)


async def given_back(office: Office) -> tuple[Payment, Refund]:
    """A payment of which something was given back; the bank will send that back in a while."""
    await office.account.command("PUT", "/clock", {"is_held": True})
    payment = await office.paid(card=FAILING)
    receipt = await office.service.refund(a_scope(), payment.id, yen(300), "r1")
    assert isinstance(receipt, RefundReceipt), receipt

    refund = (await office.journal.refunds([receipt.refund.id]))[receipt.refund.id]
    assert RefundState.SUCCEEDED is refund.state
    return payment, refund


async def how_it_stands(office: Office, payment: Payment, refund: Refund) -> tuple[Any, Any]:
    """The refund's state, and what was given back of its payment."""
    state = (await office.journal.refunds([refund.id]))[refund.id].state
    return state, (await office.journal.payments([payment.id]))[payment.id].refunded


async def kept(office: Office, **query: Any) -> list[KeptEvent]:
    """The messages on record."""
    return [*await office.journal.kept_events(EventQuery(**query))]


async def test_a_refund_that_fails_long_after(office: Office) -> None:
    """Its message was lost, and its payment is in no list any more: the journal follows."""
    payment, refund = await given_back(office)
    await office.books.reconciler.compare()
    await missed(office).look()
    before = await how_it_stands(office, payment, refund)
    await office.later(6 * DAY)
    count = await missed(office).look()

    assert (RefundState.SUCCEEDED, yen(300)) == before
    assert (RefundState.FAILED, yen(0)) == await how_it_stands(office, payment, refund)
    assert count
    assert "refund.failed" in {it.event.kind for it in await kept(office)}
    assert [] == await kept(office, is_unapplied=True)


async def test_a_comparison_hears_of_it_as_well(office: Office) -> None:
    """A gateway that was away for days, or a command beside one, needs no second look."""
    payment, refund = await given_back(office)
    await office.later(3 * DAY)
    await office.books.reconciler.compare()
    await office.later(3 * DAY)
    run = await office.another().reconciler.compare()

    assert run is not None
    assert (0, 0) == (run.intents, run.refunds), "its payment is older than what is listed"
    assert (RefundState.FAILED, yen(0)) == await how_it_stands(office, payment, refund)


async def test_what_is_on_record_is_not_heard_again(office: Office) -> None:
    """A payment that is paid needs no message, and one that came is not applied twice."""
    payment, _ = await given_back(office)
    first = await missed(office).look()
    again = await missed(office).look()

    told = {it.event.kind: it.event for it in await kept(office)}
    assert first
    assert 0 == again
    assert "payment_intent.succeeded" not in told
    assert payment.intent == told["refund.created"].intent


async def test_a_message_that_came_is_left_to_whoever_has_it(office: Office) -> None:
    """It waits on record with all others, and is not read by two."""
    payment, _ = await given_back(office)
    (listed,) = (await office.account.stripe.v1.events.list_async({"type": "refund.created"})).data
    came = ProviderEvent(listed.id, "refund.created", office.clock.now(), payment.intent)
    arrival = Arrival(came, b"{}", office.clock.now())
    await office.journal.record_events(EventBatch(arrivals=[arrival]), office.clock.now())
    await missed(office).look()

    assert [listed.id] == [it.event.id for it in await kept(office, is_unapplied=True)]


async def test_an_online_payment(office: Office) -> None:
    """It is taken in within minutes, so that a store can give it back the same day."""
    await missed(office).look()
    online = await office.account.stripe.v1.payment_intents.create_async(
        {"amount": 900, "currency": "jpy", "payment_method": "pm_card_visa", "confirm": True}
    )
    await missed(office).look()

    payment = (await office.journal.payments_of_intents([online.id]))[online.id]
    assert (PaymentChannel.ONLINE, yen(900)) == (payment.channel, payment.captured)


async def test_the_list_cannot_be_read(office: Office) -> None:
    """The next look begins where this one did, however late it is."""
    payment, refund = await given_back(office)
    await missed(office).look()
    await office.later(5 * DAY)
    await office.account.command("PUT", "/", {"mode": "dead"})
    assert 0 == await missed(office).look()
    with pytest.raises(SourceError):
        await missed(office).of_account(office.clock.now(), None, _nobody)
    await office.account.command("PUT", "/", {"mode": "ok"})
    await office.later(1)
    await missed(office).look()

    assert (RefundState.FAILED, yen(0)) == await how_it_stands(office, payment, refund)


async def test_an_event_in_an_unknown_form(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is counted and told of; nothing of it is kept."""

    async def pages(*_: object) -> AsyncIterator[EventPage]:
        yield EventPage((), None, ("evt_odd",))

    found = missed(office)
    monkeypatch.setattr(found._books, "event_pages", pages)
    caught = await found.of_account(office.clock.now(), None, _nobody)

    assert Caught(0, 1) == caught
    assert ["events are of no known form"] == [it.message for it in caplog.records]
    assert [] == await kept(office)


async def test_what_cannot_be_applied_waits_on_record(office: Office) -> None:
    """Whoever looks after messages takes it up, as any other."""
    payment, refund = await given_back(office)
    await missed(office).look()
    await office.later(5 * DAY)
    await office.account.fault("unavailable", "list_refunds")
    await missed(office).look()
    waiting = await kept(office, is_unapplied=True)
    await office.service.webhooks.replay(EventQuery(is_unapplied=True), lambda _: None)

    assert payment.intent in {it.event.intent for it in waiting}
    assert (RefundState.FAILED, yen(0)) == await how_it_stands(office, payment, refund)


async def test_one_looks_at_a_time(office: Office) -> None:
    """Of several gateways; the next one may when it is time for the next look."""
    other = missed_of(office.another())
    await missed(office).look()

    assert await other.look() is None
    await office.later(271)
    assert await other.look() is not None


async def test_a_restart_goes_back_to_the_last_comparison(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has heard of all that was before it. Without one, to the first payment."""
    since = []
    pages = office.driver.event_page

    async def noted(ctx: Any, begin: Any, *more: Any) -> Any:
        since.append(begin)
        return await pages(ctx, begin, *more)

    monkeypatch.setattr(office.driver, "event_page", noted)
    payment = await office.paid()
    await missed_of(office.another()).look()
    await office.later(5 * DAY)
    run = await office.books.reconciler.compare()
    await office.later(5 * DAY)
    await missed_of(office.another()).look()

    assert run is not None
    overlap = timedelta(seconds=Pace().overlap_s)
    assert [payment.created_at, run.since, run.started_at - overlap] == since


async def test_by_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Again and again; a mistake of ours is not the end of it."""
    books, looks = office.another(missed=Pace(look_s=0.01)), 0

    async def failing() -> Any:
        nonlocal looks
        looks += 1
        raise OSError("disk full")

    payment, refund = await given_back(office)
    await office.later(5 * DAY)
    with monkeypatch.context() as broken:
        broken.setattr(office.journal, "last_run", failing)
        books.open()
        await until(lambda: looks > 1)
    async with asyncio.timeout(10):
        while (await how_it_stands(office, payment, refund))[0] is not RefundState.FAILED:  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.01)
    await books.aclose()


async def _nobody() -> None:
    """Hears of each page."""
