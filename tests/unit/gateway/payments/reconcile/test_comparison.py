"""The simulator's books are compared with the journal, after things happened behind our back."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from gateway.payments.reconcile.reconciler import BusyError, Rhythm
from gateway.payments.states import State
from gateway.storage.tables import payments
from schema.domain.errors import Conflict, SourceError
from schema.domain.payment import PaymentChannel
from schema.domain.reconciliation import FindingKind, FindingSeverity
from tests.unit.gateway.payments.reconcile.conftest import Office
from tests.unit.gateway.payments.till import a_scope, until, yen

pytestmark = [pytest.mark.timeout(60)]

DAY = 86_400


async def tampered(office: Office, name: str, **values: Any) -> None:
    """Let the journal say something else, as a database that was restored from a backup may."""
    async with office.database.write() as connection:
        await connection.execute(update(payments).where(payments.c.id == name).values(values))


async def test_books_that_agree(office: Office) -> None:
    """Nothing is found; the run tells how much was compared."""
    await office.paid()
    run = await office.books.reconciler.compare()

    assert run is not None
    assert (1, 0, 0, 0, 0) == (run.intents, run.refunds, run.adopted, run.unreadable, run.findings)
    assert run == await office.journal.last_run()
    assert {} == await office.found()


async def test_money_taken_at_a_reader_without_us(office: Office) -> None:
    """It is found, and gone when it was given back."""
    intent = await office.account.paid(700)
    await office.books.reconciler.compare()
    finding = (await office.found())[FindingKind.INTENT_UNKNOWN]
    await office.account.stripe.v1.refunds.create_async({"payment_intent": intent})
    await office.books.reconciler.sweep()

    assert (intent, FindingSeverity.ERROR, yen(700)) == (
        finding.provider_reference,
        finding.severity,
        finding.amount,
    )
    assert {} == await office.found()


async def test_no_money_no_finding(office: Office) -> None:
    """Intents that were never paid are nobody's matter, and lists have pages."""
    for _ in range(103):
        await office.account.intent()
    run = await office.books.reconciler.compare()

    assert run is not None
    assert (103, 0) == (run.intents, run.findings)


async def test_an_online_payment(office: Office) -> None:
    """It is taken in, so that a store can refund it."""
    online = await office.account.stripe.v1.payment_intents.create_async(
        {"amount": 900, "currency": "jpy", "payment_method": "pm_card_visa", "confirm": True}
    )
    run = await office.books.reconciler.compare()

    assert run is not None
    assert (1, 0) == (run.adopted, run.findings)
    payment = (await office.journal.payments_of_intents([online.id]))[online.id]
    assert (PaymentChannel.ONLINE, yen(900)) == (payment.channel, payment.captured)


async def test_an_online_payment_of_no_order(office: Office) -> None:
    """Where online payments tell their order, one that does not is found."""
    await office.account.stripe.v1.payment_intents.create_async(
        {"amount": 900, "currency": "jpy", "payment_method": "pm_card_visa", "confirm": True}
    )
    books = office.another(online_has_orders=True)
    await office.books.reconciler.compare()
    await books.reconciler.compare()

    finding = (await office.found())[FindingKind.MONEY_WITHOUT_ORDER]
    assert FindingSeverity.WARNING is finding.severity
    await books.reconciler.sweep()
    assert FindingKind.MONEY_WITHOUT_ORDER in await office.found()


async def test_a_refund_made_at_the_provider(office: Office) -> None:
    """It goes into the journal, the order's system is told, and nothing is left to find."""
    payment = await office.paid()
    await office.account.stripe.v1.refunds.create_async(
        {"payment_intent": payment.intent or "", "amount": 300}
    )
    run = await office.books.reconciler.compare()
    office.books.write_back.open()
    await until(lambda: len(office.orders.noted) > 1)

    assert run is not None
    assert (1, 0) == (run.refunds, run.findings)
    found = (await office.journal.payments([payment.id]))[payment.id]
    assert yen(300) == found.refunded
    assert [payment.id] == office.orders.noted[:1]


async def test_a_bare_amount(office: Office) -> None:
    """Money for no order is told of, and no more when it was given back."""
    payment = await office.paid(is_ordered=False)
    await office.books.reconciler.compare()
    finding = (await office.found())[FindingKind.MONEY_WITHOUT_ORDER]
    await office.service.refund(a_scope(), payment.id, None, "r1")
    await office.books.reconciler.sweep()

    assert (payment.id, FindingSeverity.INFO) == (finding.payment, finding.severity)
    assert {} == await office.found()


async def test_a_hold_that_runs_out(office: Office) -> None:
    """A day before its end it is found; once the money was taken it is not."""
    payment = await office.held()
    await office.later(1.2 * DAY)
    await office.books.reconciler.sweep()
    finding = (await office.found())[FindingKind.HOLD_EXPIRING]
    await office.service.capture(a_scope(), payment.id, None)
    await office.reached(payment.id, State.PAID)
    await office.later(1)
    await office.books.reconciler.sweep()

    assert (payment.id, yen(1000)) == (finding.payment, finding.amount)
    assert {} == await office.found()


async def test_a_hold_that_is_young(office: Office) -> None:
    """It is nobody's matter yet."""
    await office.held()
    await office.books.reconciler.sweep()

    assert {} == await office.found()


async def test_money_of_a_payment_that_was_called_off(office: Office) -> None:
    """The journal believes that there is none, and the provider has it."""
    payment = await office.paid()
    await tampered(office, payment.id, state=State.CANCELED, captured=0)
    await office.books.reconciler.compare()

    finding = (await office.found())[FindingKind.AMOUNT_DIFFERS]
    assert (payment.id, yen(1000), FindingSeverity.ERROR) == (
        finding.payment,
        finding.amount,
        finding.severity,
    )
    await tampered(office, payment.id, state=State.PAID, captured=1000)
    await office.books.reconciler.sweep()
    assert {} == await office.found()


async def test_what_reading_again_mends(office: Office) -> None:
    """The journal takes the provider's word for what was taken, and nothing is found."""
    payment = await office.paid()
    await tampered(office, payment.id, captured=1)
    await office.books.reconciler.compare()

    assert {} == await office.found()
    assert yen(1000) == (await office.journal.payments([payment.id]))[payment.id].captured


async def test_a_payment_that_the_provider_lacks(office: Office) -> None:
    """It is asked for by itself before it is said to be missing."""
    payment = await office.paid()
    await tampered(office, payment.id, intent="pi_gone")
    await office.books.reconciler.compare()

    found = await office.found()
    assert payment.id == found[FindingKind.PAYMENT_MISSING].payment
    assert payment.intent == found[FindingKind.INTENT_UNKNOWN].subject
    await tampered(office, payment.id, intent=payment.intent)
    await office.books.reconciler.sweep()
    assert {} == await office.found()


async def test_a_payment_before_the_span(office: Office) -> None:
    """What began before is not asked for."""
    payment = await office.paid()
    await tampered(office, payment.id, intent="pi_gone")
    since = office.clock.now() + timedelta(seconds=1)
    run = await office.books.reconciler.compare(since)

    assert run is not None
    assert (0, 0) == (run.intents, run.findings)


async def test_an_entry_that_is_refused(office: Office) -> None:
    """It is found with the system's name, and stays until somebody has dealt with it."""
    office.orders.fault = Conflict("voided")
    payment = await office.paid()
    await office.later(1)
    await office.books.write_back.send_due()
    await office.books.reconciler.sweep()

    finding = (await office.found())[FindingKind.WRITE_BACK_STUCK]
    assert (payment.id, FindingSeverity.ERROR) == (finding.payment, finding.severity)
    assert "pos refuses the entry (CONFLICT)" in finding.message


async def test_the_provider_is_down(office: Office) -> None:
    """Nothing is let go of, and the run does not count as one."""
    await office.account.paid(700)
    await office.books.reconciler.compare()
    before = await office.journal.last_run()
    await office.account.command("PUT", "/", {"mode": "dead"})
    with pytest.raises(SourceError):
        await office.books.reconciler.compare()
    await office.books.reconciler.sweep()
    await office.account.command("PUT", "/", {"mode": "ok"})

    assert before == await office.journal.last_run()
    assert FindingKind.INTENT_UNKNOWN in await office.found()


async def test_a_call_that_fails(office: Office) -> None:
    """It is made again."""
    await office.account.fault("unavailable", "list_payment_intents", times=2)
    await office.account.fault("rate_limited", "list_refunds")

    assert await office.books.reconciler.compare() is not None


async def test_one_at_a_time(office: Office) -> None:
    """While one gateway compares, another does not; nor when it is asked whether it should."""
    other = office.another()
    heard = []

    async def ask(_: object) -> None:
        with pytest.raises(BusyError):
            await other.reconciler.compare()
        heard.append(await other.reconciler.compare_if_due())

    await office.paid()
    await office.later(2 * DAY)
    await office.books.reconciler.compare(told=ask)

    assert [None, None] == heard
    assert await other.reconciler.compare() is not None


async def test_a_gateway_that_died_comparing(office: Office) -> None:
    """Another takes its turn when it has not been heard of for long enough."""

    async def die(_: object) -> None:
        raise OSError("killed")

    with pytest.raises(OSError, match="killed"):
        await office.books.reconciler.compare(told=die)
    other = office.another()
    with pytest.raises(BusyError):
        await other.reconciler.compare()
    await office.later(301)

    assert await other.reconciler.compare() is not None


async def test_each_day(office: Office) -> None:
    """Not before there is anything, once after the day's time has come, and by one gateway."""
    reconciler, other = office.books.reconciler, office.another().reconciler
    assert await reconciler.compare_if_due() is None
    await office.paid()
    assert await reconciler.compare_if_due() is None
    await office.later(DAY)

    assert await reconciler.compare_if_due() is not None
    assert await other.compare_if_due() is None
    await office.later(DAY)
    assert await other.compare_if_due() is not None


async def test_by_itself(office: Office) -> None:
    """An open reconciler sweeps and compares; a provider that is down is waited for."""
    await office.paid()
    await office.later(DAY)
    await office.account.command("PUT", "/", {"mode": "dead"})
    office.books.open()
    await until(lambda: office.books.reconciler._not_before > office.clock.now())
    await office.account.command("PUT", "/", {"mode": "ok"})
    await office.later(601)
    end = time.monotonic() + 10
    while await office.journal.last_run() is None:
        assert time.monotonic() < end

        await asyncio.sleep(0.02)


async def test_a_provider_without_books(office: Office) -> None:
    """Only what stands still is found."""
    office.books.reconciler._comparison = None

    assert await office.books.reconciler.compare() is None
    assert await office.books.reconciler.compare_if_due() is None
    assert [] == await office.books.reconciler.sweep()


async def test_two_that_sweep(office: Office) -> None:
    """In each minute one does; what it finds is there for both."""
    other = office.another(rhythm=Rhythm(sweep_s=60))
    assert [] == await other.reconciler.sweep()

    assert await office.books.reconciler.sweep() is None
    await office.later(55)
    assert [] == await office.books.reconciler.sweep()


async def test_a_mistake_of_ours(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that fails is not the last."""
    look = office.journal.unfinished
    looks = 0

    async def failing() -> Any:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise OSError("disk full")
        return await look()

    monkeypatch.setattr(office.journal, "unfinished", failing)
    office.books.open()
    await until(lambda: looks > 1)
