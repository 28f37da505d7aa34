"""Tasks that a process leaves in the middle."""

import asyncio
import time
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from connectors.sdk.terminal import ProviderEvent
from gateway.payments.journal import StaleError
from gateway.payments.tasks.log import ReaderTask
from gateway.storage.tables import leases
from schema.domain.reader_task import Inputs, ReaderTaskKind, ReaderTaskState
from tests.unit.gateway.payments.tasks.counter import CART, EMAIL, ENTERED, Counter, until
from tests.unit.gateway.payments.till import FRONT as FRONT_KEY
from tests.unit.gateway.payments.till import a_scope

COLLECT = "collect_inputs"
WAITING, SUCCEEDED = ReaderTaskState.WAITING, ReaderTaskState.SUCCEEDED


async def test_a_task_that_waits_is_taken_up(counter: Counter) -> None:
    """It is found at the reader, and not sent again."""
    await counter.ask()
    await counter.restart()
    await counter.do("enter")

    found = await counter.reaches(SUCCEEDED)

    assert (1, 1) == (found.attempt, await counter.calls(COLLECT))


async def test_what_was_entered_meanwhile_is_found(counter: Counter) -> None:
    """The reader keeps it until something else is sent, which nobody does."""
    await counter.ask()
    await counter.close()
    await counter.do("enter")
    counter._make()
    await counter.open()

    assert (ENTERED,) == (await counter.reaches(SUCCEEDED)).answers


async def test_a_call_that_lasts_does_not_hold_the_reader_after_a_crash(counter: Counter) -> None:
    """The reader's action tells at once how it stands, whatever became of the call."""
    await counter.account.fault("delay", COLLECT, delay_s=1.0)
    asking = asyncio.create_task(counter.ask())
    await counter.account.came(COLLECT)
    begun = time.monotonic()
    await counter.restart()
    asking.cancel()
    found = await counter.reaches(WAITING)

    assert time.monotonic() - begun < 8
    await counter.do("enter")
    await counter.reaches(SUCCEEDED)
    assert "in_progress" != (await counter.slot())["status"]
    assert found.attempt <= 2


async def test_a_call_that_was_never_made_is_made(counter: Counter) -> None:
    """On record is that it was about to be: the same key, or a new one, wakes the reader."""
    await counter.close()
    counter._make()
    await _recorded(counter, attempt=1)
    await counter.open()

    await counter.reaches(WAITING)
    assert 1 == await counter.calls(COLLECT)


async def test_an_old_answer_does_not_pass_for_a_new_one(counter: Counter) -> None:
    """The provider replays it, and the reader is idle: only a reading counts."""
    await counter.ask()
    task = await counter.task()
    await counter.close()
    await counter.account.readers.cancel_action_async("tmr_front")
    back = replace(task, state=ReaderTaskState.UNKNOWN, version=task.version + 1)
    await counter.journal.advance_task(task, back)
    counter._make()
    await counter.open()

    found = await counter.reaches(WAITING)

    assert 2 == found.attempt
    assert "in_progress" == (await counter.slot())["status"]


async def test_a_cart_that_was_about_to_be_shown(counter: Counter) -> None:
    """It is settled at once, and holds the reader no longer."""
    await counter.account.fault("delay", "set_reader_display", delay_s=0.5)
    showing = asyncio.create_task(counter.tasks.show_cart(a_scope(), FRONT_KEY, CART))
    await counter.account.came("set_reader_display")
    await counter.restart()
    showing.cancel()

    found = await counter.reaches(SUCCEEDED, ReaderTaskState.FAILED)

    assert SUCCEEDED is found.state
    assert await counter.holder() is None


async def test_a_task_that_was_being_called_off(counter: Counter) -> None:
    """The next process clears the reader."""
    await counter.ask()
    task = await counter.task()
    await counter.close()
    ending = replace(task, ending=ReaderTaskState.CANCELED, version=task.version + 1)
    await counter.journal.advance_task(task, ending)
    counter._make()
    await counter.open()

    await counter.reaches(ReaderTaskState.CANCELED)

    assert await counter.slot() is None
    assert await counter.holder() is None


async def test_a_reader_that_was_given_to_another_is_left_alone(counter: Counter) -> None:
    """The lease is looked at with each step that leads to a call."""
    await counter.close()
    counter._make()
    await _recorded(counter, attempt=0, fence=7)
    await counter.open()

    found = await counter.reaches(ReaderTaskState.FAILED)

    assert found.failure is not None
    assert "replaced" == found.failure.code
    assert 0 == await counter.calls(COLLECT)


async def test_a_mistake_of_ours_does_not_end_a_task(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on when the mistake is mended."""
    real, broken = counter.journal.reader_tasks, True

    async def failing(ids: object) -> object:
        if broken:
            raise RuntimeError("disk full")
        return await real(ids)  # type: ignore[arg-type]

    await counter.ask()
    monkeypatch.setattr(counter.journal, "reader_tasks", failing)
    await asyncio.sleep(0.1)
    broken = False
    await counter.do("enter")

    await counter.reaches(SUCCEEDED)


async def test_a_process_that_may_have_lost_its_claims_calls_nobody(counter: Counter) -> None:
    """Another may be at the same task; it goes on when it is certain again."""
    keeper = counter.keeper
    assert keeper._task is not None
    keeper._task.cancel()
    keeper._valid_until = 0.0
    asking = asyncio.create_task(counter.ask())
    await asyncio.sleep(0.3)
    during = await counter.calls(COLLECT)
    keeper._valid_until = float("inf")
    await asking
    await counter.reaches(WAITING)

    assert (0, 1) == (during, await counter.calls(COLLECT))


async def test_news_of_a_reader_is_looked_at_at_once(counter: Counter) -> None:
    """A message of the provider is faster than looking."""
    asked = await counter.ask()
    await counter.sleeps(asked.id)
    await counter.do("enter")

    for reader in ("tmr_front", "tmr_gifts", None):
        event = ProviderEvent("evt_1", "action_succeeded", counter.clock.now(), reader=reader)
        await counter.tasks.told(event)

    await counter.tasks._followers.take_up([asked.id])

    async def is_through() -> bool:
        return (await counter.task()).state is SUCCEEDED

    await until(is_through, within_s=5)


async def _recorded(counter: Counter, *, attempt: int, fence: int | None = None) -> None:
    """A task on record, as a process that ended has left it."""
    now = counter.clock.now()
    new = ReaderTask(
        id="tsk_1",
        request_hash="",
        actor="till-1",
        store="ginza",
        reader="Front counter",
        device="tmr_front",
        kind=ReaderTaskKind.INPUTS,
        asked=Inputs((EMAIL,)),
        created_at=now,
        updated_at=now,
        deadline=now + timedelta(seconds=150),
    )
    begun = await counter.journal.begin_task(new)
    assert isinstance(begun, ReaderTask)
    if attempt:
        await counter.journal.advance_task(begun, replace(begun, attempt=attempt, version=2))
    if fence is not None:
        async with counter.database.write() as connection:
            await connection.execute(update(leases).values(holder="pay_1", fence=fence))


async def test_a_card_that_is_announced_waits_for_certain_claims(counter: Counter) -> None:
    """Its customer and its setup are made by the process that surely has the task."""
    keeper = counter.keeper
    assert keeper._task is not None
    keeper._task.cancel()
    keeper._valid_until = 0.0
    saving = asyncio.create_task(counter.save())
    await asyncio.sleep(0.3)
    during = await counter.calls("create_customer")
    keeper._valid_until = float("inf")
    await saving
    await counter.reaches(WAITING)

    assert (0, 1) == (during, await counter.calls("create_customer"))


async def test_a_stale_step_is_taken_anew(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read again, it is what follows from the latest state."""
    await counter.ask()
    advance, stale = counter.journal.advance_task, [StaleError()]

    async def racing(before: ReaderTask, after: ReaderTask) -> None:
        if stale:
            raise stale.pop()
        await advance(before, after)

    monkeypatch.setattr(counter.journal, "advance_task", racing)
    await counter.do("enter")

    assert (ENTERED,) == (await counter.reaches(SUCCEEDED)).answers
    assert [] == stale


async def test_what_nobody_knows_is_not_followed(counter: Counter) -> None:
    """A task that is not on record comes to nothing."""
    followers = counter.tasks._followers
    await followers.take_up(["tsk_9"])
    await asyncio.wait([*followers._tasks.values()], timeout=10)

    assert {} == followers._tasks


async def test_a_call_is_waited_for_when_its_task_is_through(counter: Counter) -> None:
    """Another process has ended it; whatever the reader answers, nothing follows from it."""
    await counter.account.fault("delay", COLLECT, delay_s=0.5)
    asking = asyncio.create_task(counter.ask())
    await counter.account.came(COLLECT)
    task, (follower,) = await counter.task(), counter.tasks._followers._tasks.values()
    ended = replace(task, state=ReaderTaskState.CANCELED, version=task.version + 1)
    await counter.journal.advance_task(task, ended)
    counter.tasks._followers.nudge(task.id)
    await asyncio.wait([follower], timeout=10)
    asking.cancel()

    assert follower.done()
    assert ReaderTaskState.CANCELED is (await counter.task()).state
