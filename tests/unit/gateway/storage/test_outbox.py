"""Entries for the orders' own systems, on record with the steps that they tell of."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from gateway.payments.journal import Journal, Payment, StaleError
from gateway.payments.outbox import OutboxEntry
from gateway.payments.states import State
from schema.domain.payment import RefundState
from schema.domain.payment_entry import PaymentEntry, PaymentEntryKind
from schema.domain.write_back import WriteBackState
from tests.unit.gateway.storage.records import NOW, ORDER, a_refund, begun, moved, paid, yen

LATER = NOW + timedelta(hours=1)


async def due(journal: Journal) -> list[OutboxEntry]:
    """The entries whose time has come in an hour."""
    return [*await journal.due_entries(LATER, 10)]


async def sent(journal: Journal, entry: OutboxEntry) -> None:
    """Let a system accept an entry."""
    taken = await journal.take_entry(entry, LATER)
    assert taken is not None
    settled = replace(taken, state=WriteBackState.SENT)
    assert await journal.settle_entry(taken, settled)


async def refunded(journal: Journal, number: int = 1, minor: int = 300) -> None:
    """Give some of the first payment back."""
    refund = a_refund(number, minor)
    assert refund == await journal.begin_refund(refund, whole=False)
    await journal.settle_refund(
        replace(refund, state=RefundState.SUCCEEDED, provider_id=f"re_{number}")
    )


async def test_a_paid_order(journal: Journal) -> None:
    """Its own system is to be told who paid what where, under the payment's id."""
    payment = await paid(journal, order=ORDER)

    (entry,) = await due(journal)
    told = PaymentEntry(
        reference="pay_1",
        kind=PaymentEntryKind.CAPTURE,
        amount=yen(1000),
        at=payment.updated_at,
        provider_reference="pi_1",
        store="ginza",
        reader="Front counter",
    )
    assert told == entry.entry
    assert (ORDER, "pay_1", WriteBackState.PENDING) == (entry.order, entry.payment, entry.state)


async def test_a_bare_amount(journal: Journal) -> None:
    """A payment of no order is nobody's entry."""
    await paid(journal)
    await refunded(journal)

    assert [] == await due(journal)


async def test_a_tip(journal: Journal) -> None:
    """The order is told what was taken for it, and no refund takes more than that back."""
    await paid(journal, order=ORDER, captured=yen(1200))
    await refunded(journal, 1, 900)
    await refunded(journal, 2, 300)

    (capture,) = await due(journal)
    await sent(journal, capture)
    (first,) = await due(journal)
    await sent(journal, first)
    (second,) = await due(journal)
    amounts = [it.entry.amount for it in (capture, first, second)]
    assert [yen(1000), yen(900), yen(100)] == amounts


async def test_money_read_again(journal: Journal) -> None:
    """A payment that is paid already is told once."""
    payment = await paid(journal, order=ORDER)
    await moved(journal, payment, State.PAID, refunded=yen(10))

    assert ["pay_1"] == [it.reference for it in await due(journal)]


async def test_in_their_order(journal: Journal) -> None:
    """A refund is told once its payment's own entry is through."""
    await paid(journal, order=ORDER)
    await refunded(journal)

    (capture,) = await due(journal)
    assert PaymentEntryKind.CAPTURE is capture.entry.kind
    await sent(journal, capture)
    (refund,) = await due(journal)
    assert ("ref_1", PaymentEntryKind.REFUND) == (refund.reference, refund.entry.kind)
    assert "re_1" == refund.entry.provider_reference


async def test_a_refund_that_is_still_asked_for(journal: Journal) -> None:
    """Nothing is told of it."""
    await paid(journal, order=ORDER)
    refund = a_refund()
    await journal.begin_refund(refund, whole=False)
    await journal.settle_refund(replace(refund, state=RefundState.UNKNOWN))

    assert ["pay_1"] == [it.reference for it in await journal.unsent_entries(10)]


async def test_a_refund_that_fails_untold(journal: Journal) -> None:
    """Its entry goes."""
    await paid(journal, order=ORDER)
    await refunded(journal)
    await journal.settle_refund(replace(a_refund(), state=RefundState.FAILED, provider_id="re_1"))

    assert ["pay_1"] == [it.reference for it in await journal.unsent_entries(10)]


async def test_a_refund_that_fails_later(journal: Journal) -> None:
    """What was told stands, and another entry takes it back: once."""
    await paid(journal, order=ORDER)
    await refunded(journal)
    for _ in range(2):
        await sent(journal, (await due(journal))[0])
    failed = replace(a_refund(), state=RefundState.FAILED, provider_id="re_1")
    await journal.settle_refund(failed)
    await journal.settle_refund(failed)

    (entry,) = await due(journal)
    assert ("ref_1:failed", PaymentEntryKind.CAPTURE) == (entry.reference, entry.entry.kind)
    assert yen(300) == entry.entry.amount


async def test_a_refund_after_one_that_failed(journal: Journal) -> None:
    """The money that was taken back may be given again."""
    await paid(journal, order=ORDER)
    await refunded(journal, 1, 1000)
    for _ in range(2):
        await sent(journal, (await due(journal))[0])
    await journal.settle_refund(
        replace(a_refund(1, 1000), state=RefundState.FAILED, provider_id="re_1")
    )
    await refunded(journal, 2, 1000)

    unsent = await journal.unsent_entries(10)
    assert ["ref_1:failed", "ref_2"] == [it.reference for it in unsent]
    assert yen(1000) == unsent[1].entry.amount


async def test_one_sender(journal: Journal, rival: Journal) -> None:
    """Of two gateways that would send an entry, one may."""
    await paid(journal, order=ORDER)
    (mine,), (theirs,) = await due(journal), await due(rival)

    taken = await journal.take_entry(mine, LATER)
    assert taken is not None
    assert await rival.take_entry(theirs, LATER) is None
    assert 1 == taken.tries


async def test_not_before_its_time(journal: Journal) -> None:
    """What is being sent is nobody else's until the sender is given up."""
    await paid(journal, order=ORDER)
    (entry,) = await due(journal)
    await journal.take_entry(entry, LATER)

    assert [] == await journal.due_entries(LATER - timedelta(seconds=1), 10)
    assert 1 == len(await due(journal))


async def test_a_sender_that_was_given_up(journal: Journal, rival: Journal) -> None:
    """Its word comes too late where another has taken the entry since."""
    await paid(journal, order=ORDER)
    (entry,) = await due(journal)
    slow = await journal.take_entry(entry, NOW)
    assert slow is not None
    assert await rival.take_entry(slow, LATER) is not None

    assert not await journal.settle_entry(slow, replace(slow, state=WriteBackState.REFUSED))


async def test_what_is_kept(journal: Journal) -> None:
    """The last error, the next try and the system's own name of the entry."""
    await paid(journal, order=ORDER)
    (entry,) = await due(journal)
    taken = await journal.take_entry(entry, LATER)
    assert taken is not None
    settled = replace(
        taken,
        state=WriteBackState.SENT,
        last_error="SOURCE_UNAVAILABLE",
        recorded_as="77-1",
        updated_at=LATER,
    )
    await journal.settle_entry(taken, settled)

    assert {"pay_1": settled} == await journal.entries(["pay_1", "pay_2"])
    assert [] == await journal.unsent_entries(10)


async def test_none_asked_for(journal: Journal) -> None:
    """No question, no answer."""
    assert {} == await journal.entries([])


async def test_a_step_that_was_too_late(journal: Journal) -> None:
    """Without the step there is no entry."""
    payment = await begun(journal, order=ORDER)
    await moved(journal, payment, State.CANCELED)
    stale: Payment = replace(payment, version=2, state=State.PAID, captured=yen(1000))
    with pytest.raises(StaleError):
        await journal.advance(payment, stale, "paid")

    assert [] == await due(journal)
