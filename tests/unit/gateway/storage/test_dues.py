"""What is due of an order, on both databases and for two gateways at once."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from connectors.sdk.terminal import AmountRule
from gateway.payments.due_log import OrderPart
from gateway.payments.journal import Journal, NotChargeable, NothingDue, PartTooLarge, Payment
from gateway.payments.states import State
from schema.domain.money import Money
from schema.domain.payment import RefundState
from schema.domain.reference import SourceRef
from schema.domain.write_back import WriteBackState
from tests.unit.gateway.storage.records import NOW, ORDER, a_payment, a_refund, begun, paid, yen

OTHER = SourceRef("oms", "77")
LATER = NOW + timedelta(hours=1)


async def told(journal: Journal, number: int = 1) -> None:
    """Let the order's own system accept what it is to be told, an hour from now."""
    (entry,) = await journal.due_entries(LATER, 1)
    taken = await journal.take_entry(entry, LATER + timedelta(minutes=number))
    assert taken is not None

    settled = replace(taken, state=WriteBackState.SENT, updated_at=LATER)
    assert await journal.settle_entry(taken, settled)


async def committed(journal: Journal, read_at_s: float | None = None) -> int:
    """What our payments take off the order, read so long after its system was told."""
    read_at = None if read_at_s is None else LATER + timedelta(seconds=read_at_s)
    found = await journal.committed({ORDER: read_at, OTHER: None})

    return found.get(ORDER, {}).get("JPY", 0)


async def test_what_payments_take_off_their_orders(journal: Journal) -> None:
    """Each order and each currency by itself; what is paid without an order is nobody's."""
    await paid(journal, 1, order=ORDER, captured=yen(1200))
    await begun(journal, 2, order=ORDER, amount=yen(3000))
    dollars = {name: Money(0, "SGD") for name in ("captured", "refunded")}
    await begun(journal, 3, order=OTHER, amount=Money(700, "SGD"), **dollars)
    await begun(journal, 4)

    assert {ORDER: {"JPY": 3000}, OTHER: {"SGD": 700}} == await journal.committed(
        {ORDER: None, OTHER: None}
    )
    assert {} == await journal.committed({})


async def test_a_known_tip_pays_nothing(journal: Journal) -> None:
    """What was taken less the tip is the order's, also where that is more than was asked for."""
    await paid(journal, 1, order=ORDER, amount=yen(1000), captured=yen(900), tip=yen(100))

    assert 800 == await committed(journal)


@pytest.mark.parametrize(
    ("read_at_s", "counts"), [(None, 1000), (-5, 1000), (0.5, 1000), (1.5, 0), (60, 0)]
)
async def test_what_the_order_knows_counts_once(
    journal: Journal, read_at_s: float | None, counts: int
) -> None:
    """What its own system had accepted when it was read is in what it says.

    Clocks of two gateways may differ by a second: in doubt the order's rest is too small.
    """
    await paid(journal, order=ORDER)
    await told(journal)

    assert counts == await committed(journal, read_at_s)


async def test_what_was_given_back_is_not_due_again(journal: Journal) -> None:
    """The order's system counts the refund as well, and what it says then is less by it."""
    await paid(journal, order=ORDER)
    await told(journal)
    refund = a_refund()
    await journal.begin_refund(refund, whole=False)
    await journal.settle_refund(replace(refund, state=RefundState.SUCCEEDED, provider_id="re_1"))
    before = await committed(journal, 60)
    await told(journal, 2)

    assert (0, 300) == (before, await committed(journal, 60))


async def test_parts_at_once_from_two_gateways(journal: Journal, rival: Journal) -> None:
    """Eight tills want 1,500 yen each of 5,000: three get it, five are told what is left."""
    wanted = OrderPart(part=yen(1500))
    answers = await asyncio.gather(
        *(
            log.begin(a_payment(number, order=ORDER, amount=yen(5000)), wanted)
            for number, log in enumerate([journal, rival] * 4)
        )
    )
    won = [it for it in answers if isinstance(it, Payment)]
    refused = [it for it in answers if isinstance(it, PartTooLarge)]

    assert (3, 5) == (len(won), len(refused))
    assert {yen(1500)} == {it.amount for it in won}
    assert {yen(500)} == {it.due for it in refused}
    assert 4500 == await committed(journal)


async def test_a_refused_part_leaves_nothing_behind(journal: Journal) -> None:
    """Neither a payment nor a reader that it has."""
    payment = a_payment(order=ORDER)
    too_large = await journal.begin(payment, OrderPart(part=yen(1001)))
    too_small = await journal.begin(payment, OrderPart(rule=AmountRule(1001, 9999)))
    nothing = await journal.begin(replace(payment, amount=yen(0)))

    assert (PartTooLarge(yen(1000)), NothingDue()) == (too_large, nothing)
    assert isinstance(too_small, NotChargeable)
    assert ("AMOUNT_TOO_SMALL", ("input", "order")) == (too_small.why.code, too_small.why.path)
    assert [] == list(await journal.unfinished())
    assert State.NEW is (await begun(journal, order=ORDER)).state
