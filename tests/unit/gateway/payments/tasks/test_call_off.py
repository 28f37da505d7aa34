"""Tasks that are called off at awkward moments."""

import asyncio
from datetime import timedelta

from msgspec.structs import replace

from schema.domain.reader_task import ReaderTaskState
from schema.ports.payments import ReaderKey
from tests.unit.gateway.payments.tasks.counter import CART, EMAIL, Counter, codes, until
from tests.unit.gateway.payments.till import a_scope

COLLECT = "collect_inputs"
CANCELED, WAITING = ReaderTaskState.CANCELED, ReaderTaskState.WAITING


async def test_while_its_call_lasts(counter: Counter) -> None:
    """The reader stays ours until the call has come back, and is cleared of it then."""
    await counter.account.fault("delay", COLLECT, delay_s=1.0)
    asking = asyncio.create_task(counter.ask())
    await counter.account.came(COLLECT)

    canceling = asyncio.create_task(counter.cancel("tsk_1"))
    await asyncio.sleep(0.2)
    during = await counter.holder()
    await asyncio.gather(asking, canceling)
    await counter.reaches(CANCELED)

    assert "tsk_1" == during
    assert await counter.slot() is None
    assert await counter.holder() is None


async def test_while_a_cart_is_sent(counter: Counter) -> None:
    """It may be shown all the same, and the reader is free only then."""
    await counter.account.fault("delay", "set_reader_display", delay_s=0.5)
    showing = asyncio.create_task(counter.cart())
    await counter.account.came("set_reader_display")

    canceled = await counter.cancel("tsk_1")
    await showing

    assert canceled.state in {CANCELED, ReaderTaskState.SUCCEEDED}
    assert await counter.holder() is None


async def test_a_reader_that_cannot_be_cleared_at_once(counter: Counter) -> None:
    """It is asked again, each time under a key of its own."""
    asked = await counter.ask()
    await counter.account.fault("reader_busy", "cancel_action", times=2)

    await counter.cancel(asked.id)
    found = await counter.reaches(CANCELED)

    assert 3 == found.clears
    assert await counter.slot() is None


async def test_a_reader_that_is_never_cleared_is_left(counter: Counter) -> None:
    """A person has to look at it; the next one is told that it is busy."""
    asked = await counter.ask()
    await counter.account.fault("reader_busy", "cancel_action", times=None)

    await counter.cancel(asked.id)
    found = await counter.reaches(CANCELED)
    refused = await counter.tasks.show_cart(a_scope(), ReaderKey("ginza", "Front counter"), CART)

    assert 10 == found.clears
    assert ["READER_BUSY"] == codes(refused)


async def test_the_answer_to_giving_a_card_up_is_lost(counter: Counter) -> None:
    """It is read whether it has been."""
    asked = await counter.save()
    await counter.account.fault("reply_lost", "cancel_setup_intent")

    await counter.cancel(asked.id)
    await counter.reaches(CANCELED)

    assert 1 == await counter.calls("cancel_setup_intent")


async def test_a_card_that_was_announced_and_never_asked_for(counter: Counter) -> None:
    """Its setup is given up, and the reader is not touched."""
    await counter.account.fault("error_500", "process_setup_intent", times=None)
    await counter.close()
    counter._make()
    await counter.open()
    asked = await counter.save()
    task = await counter.reaches(ReaderTaskState.FAILED)

    assert asked.id == task.id
    setup = await counter.account.stripe.v1.setup_intents.retrieve_async(task.setup or "")
    assert "canceled" == setup.status


async def test_before_it_was_sent(counter: Counter) -> None:
    """A card that is announced is given up, and nobody is asked for it."""
    await counter.account.command("PUT", "/", {"mode": "ok"})
    asked = await counter.save()
    await counter.cancel(asked.id)
    done = await counter.reaches(CANCELED)
    other = await counter.account.stripe.v1.setup_intents.create_async(
        {"allowed_payment_method_types": ["card_present"]}
    )
    await counter.close()
    new = replace(
        done,
        id="tsk_2",
        idempotency_key="k2",
        state=ReaderTaskState.PENDING,
        ending=None,
        setup=None,
        attempt=0,
        version=1,
    )
    begun = await counter.journal.begin_task(new)
    assert isinstance(begun, type(done))
    ending = replace(begun, setup=other.id, ending=CANCELED, version=2)
    await counter.journal.advance_task(begun, ending)
    counter._make()
    await counter.open()
    await counter.reaches(CANCELED, name="tsk_2")

    setup = await counter.account.stripe.v1.setup_intents.retrieve_async(other.id)
    assert "canceled" == setup.status
    assert 1 == await counter.calls("process_setup_intent")


async def test_after_a_crash_the_old_call_is_given_a_moment(counter: Counter) -> None:
    """It may arrive yet, and would take the place of the next one there."""
    counter.timing = replace(counter.timing, settle_s=5.0)
    await counter.ask()
    task = await counter.task()
    await counter.close()
    await counter.account.readers.cancel_action_async("tmr_front")
    now = counter.clock.now()
    ending = replace(task, ending=CANCELED, version=task.version + 1, updated_at=now)
    await counter.journal.advance_task(task, ending)
    counter._make()
    await counter.open()
    await asyncio.sleep(0.3)
    early = await counter.task()
    counter.clock.forward(5)
    await counter.reaches(CANCELED)

    assert WAITING is early.state


async def test_it_was_too_late_before_anything_was_sent(counter: Counter) -> None:
    """Of a process that was away for long: the reader is not asked."""
    await counter.ask()
    task = await counter.task()
    await counter.cancel(task.id)
    done = await counter.reaches(CANCELED)
    await counter.close()
    past = counter.clock.now() - timedelta(seconds=1)
    new = replace(
        done,
        id="tsk_2",
        idempotency_key="k2",
        state=ReaderTaskState.PENDING,
        ending=None,
        attempt=0,
        version=1,
        deadline=past,
    )
    await counter.journal.begin_task(new)
    counter._make()
    await counter.open()
    await counter.reaches(ReaderTaskState.EXPIRED, name="tsk_2")

    assert 1 == await counter.calls(COLLECT)


async def test_a_reader_that_the_provider_does_not_know(counter: Counter) -> None:
    """The configuration is wrong, and says so at once."""
    refused = await counter.tasks.collect_inputs(
        a_scope(), ReaderKey("ginza", "Lost"), [EMAIL], "k1"
    )

    assert ["READER_UNKNOWN"] == codes(refused)


async def test_what_another_process_follows_is_called_off_there(counter: Counter) -> None:
    """It is told that there is news."""
    asked = await counter.ask()
    other = counter.other()
    await other.open()
    try:
        await other.cancel(asked.id)
        await other.reaches(CANCELED)
        await other.tasks._followers.take_up(["tsk_none", asked.id])
    finally:
        await other.close()

    async def is_clear() -> bool:
        return await counter.slot() is None

    await until(is_clear)
