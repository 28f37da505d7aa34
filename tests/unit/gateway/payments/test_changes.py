import asyncio

from msgspec.structs import replace

from gateway.payments.changes import Changes
from schema.domain.payment import CaptureMethod, PaymentRecord, PaymentState
from tests.unit.gateway.payments.terminal import NOW
from tests.unit.gateway.payments.till import yen

PAYMENT = PaymentRecord(
    id="pay_1",
    state=PaymentState.PENDING,
    amount=yen(1),
    captured=yen(0),
    refunded=yen(0),
    store="ginza",
    reader_name="Front counter",
    created_at=NOW,
    updated_at=NOW,
    capture_method=CaptureMethod.AUTOMATIC,
)


async def test_each_follower_hears_each_change_in_order() -> None:
    """Two who follow one payment both get every state, oldest first."""
    changes = Changes()
    second = replace(PAYMENT, state=PaymentState.AWAITING_CARD)
    with changes.follow("pay_1") as one, changes.follow("pay_1") as two:
        changes.publish(PAYMENT)
        changes.publish(second)

        assert [PAYMENT, second] == [await one.next(), await one.next()]
        assert [PAYMENT, second] == [await two.next(), await two.next()]


async def test_a_slow_follower_keeps_the_newest() -> None:
    """What was not read in time gives way; memory is bounded, and the last state is never lost."""
    changes = Changes()
    states = [replace(PAYMENT, amount=yen(number)) for number in range(40)]
    with changes.follow("pay_1") as follower:
        for state in states:
            changes.publish(state)
        heard = [await follower.next() for _ in range(16)]

    assert states[-16:] == heard


async def test_a_follower_waits_for_news() -> None:
    """Nothing read twice: after the last state the follower waits for the next."""
    changes = Changes()
    with changes.follow("pay_1") as follower:
        changes.publish(PAYMENT)
        await follower.next()
        waiting = asyncio.create_task(follower.next())
        await asyncio.sleep(0)

        assert not waiting.done()

        changes.publish(PAYMENT)

        assert PAYMENT == await waiting


async def test_nobody_is_told_of_what_they_do_not_follow() -> None:
    """A payment that nobody follows (any more) is published to nobody."""
    changes = Changes()
    with changes.follow("pay_2") as other:
        with changes.follow("pay_1"):
            assert changes.followed("pay_1")
        changes.publish(PAYMENT)
        waiting = asyncio.create_task(other.next())
        await asyncio.sleep(0)

        assert not changes.followed("pay_1")
        assert not waiting.done()

        waiting.cancel()
