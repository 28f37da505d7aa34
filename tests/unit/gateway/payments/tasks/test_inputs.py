"""Inputs that customers enter at a reader."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from schema.domain.errors import InvalidRequest, NotPermitted
from schema.domain.payment import UserErrorRecord
from schema.domain.reader_task import (
    FINAL_TASK_STATES,
    InputAsked,
    InputChoice,
    InputKind,
    InputToggle,
    ReaderTaskState,
)
from tests.unit.gateway.payments.tasks.counter import EMAIL, ENTERED, PHONE, Counter, codes, until
from tests.unit.gateway.payments.till import FRONT as FRONT_KEY
from tests.unit.gateway.payments.till import a_scope

COLLECT = "collect_inputs"
WAITING, SUCCEEDED = ReaderTaskState.WAITING, ReaderTaskState.SUCCEEDED


async def test_inputs_from_beginning_to_end(counter: Counter) -> None:
    """The reader waits, somebody enters, and the reader is free again."""
    asked = await counter.ask()
    held = await counter.holder()
    await counter.do("enter")
    found = await counter.reaches(SUCCEEDED)

    assert (WAITING, asked.id) == (asked.state, held)
    assert (ENTERED,) == found.answers
    assert await counter.holder() is None
    (shown,) = await counter.tasks.tasks(a_scope(), [asked.id])
    assert shown is not None
    assert (ENTERED,) == shown.inputs


async def test_an_answer_that_comes_after_a_look(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader was seen to wait before its call came back: that tells nothing new."""
    gate, collect = asyncio.Event(), counter.driver.collect_inputs

    async def late(*arguments: Any) -> Any:
        answer = await collect(*arguments)
        await gate.wait()
        return answer

    async def has_ended() -> bool:
        return followed.call is None

    monkeypatch.setattr(counter.driver, COLLECT, late)
    asked = await counter.ask()
    followed = counter.tasks._followers._followed[asked.id]
    gate.set()
    await until(has_ended)
    await counter.do("enter")

    assert (ENTERED,) == (await counter.reaches(SUCCEEDED)).answers
    assert 1 == await counter.calls(COLLECT)


async def test_what_is_skipped_is_null(counter: Counter) -> None:
    """And what is required is there."""
    await counter.ask(EMAIL, PHONE)
    await counter.do("enter", {"skips": True})

    found = await counter.reaches(SUCCEEDED)

    assert ["customer@example.com", None] == [it.value for it in found.answers]


async def test_the_same_key_is_one_task(counter: Counter) -> None:
    """Also when it comes at once, and after the end; with another request it is refused."""
    first, second = await asyncio.gather(counter.ask(), counter.ask())
    await counter.do("enter")
    await counter.reaches(SUCCEEDED, name=first.id)
    again = await counter.ask()
    other = await counter.tasks.collect_inputs(a_scope(), FRONT_KEY, [PHONE], "k1")
    empty = await counter.tasks.collect_inputs(a_scope(), FRONT_KEY, [PHONE], "")

    assert {first.id} == {second.id, again.id}
    assert 1 == await counter.calls(COLLECT)
    assert ["IDEMPOTENCY_CONFLICT", "IDEMPOTENCY_KEY_INVALID"] == codes(other, empty)


async def test_a_second_one_hears_who_has_the_reader(counter: Counter) -> None:
    """A cart as well: a reader that asks for something shows nothing else."""
    first = await counter.ask()

    refused = await counter.tasks.collect_inputs(a_scope(), FRONT_KEY, [PHONE], "k2")

    assert ["READER_BUSY"] == codes(refused)
    assert first.id in str(refused)
    assert 1 == await counter.calls(COLLECT)


async def test_a_customer_calls_off(counter: Counter) -> None:
    """At the reader, and it says so."""
    await counter.ask()
    await counter.do("cancel")

    found = await counter.reaches(ReaderTaskState.CANCELED)

    assert found.failure is not None
    assert "customer_canceled" == found.failure.code
    assert await counter.holder() is None


async def test_staff_call_off(counter: Counter) -> None:
    """The reader is cleared first; canceling what is canceled changes nothing."""
    asked = await counter.ask()

    canceled = await counter.cancel(asked.id)
    again = await counter.cancel(asked.id)

    assert {ReaderTaskState.CANCELED} == {canceled.state, again.state}
    assert await counter.slot() is None
    assert await counter.holder() is None


async def test_what_was_entered_before_it_was_called_off_counts(counter: Counter) -> None:
    """Nobody has to enter it twice."""
    asked = await counter.ask()
    await counter.sleeps(asked.id)
    await counter.do("enter")

    canceled = await counter.cancel(asked.id)

    assert SUCCEEDED is canceled.state
    assert (ENTERED,) == canceled.inputs


async def test_what_cannot_be_called_off(counter: Counter) -> None:
    """What has ended, what is unknown, and what is of another store."""
    asked = await counter.ask()
    await counter.do("enter")
    await counter.reaches(SUCCEEDED)

    ended = await counter.tasks.cancel(a_scope(), asked.id)
    unknown = await counter.tasks.cancel(a_scope(), "tsk_none")
    foreign = await counter.tasks.cancel(a_scope("umeda"), asked.id)

    assert ["TASK_STATE", "TASK_UNKNOWN", "NOT_PERMITTED"] == codes(ended, unknown, foreign)


async def test_nobody_comes(counter: Counter) -> None:
    """After its time the reader is cleared, and given to the next."""
    await counter.ask()
    counter.clock.forward(counter.timing.attempt_deadline_s)

    found = await counter.reaches(ReaderTaskState.EXPIRED)

    assert await counter.slot() is None
    assert found.failure is not None
    assert "expired" == found.failure.code
    assert WAITING is (await counter.ask(key="k2")).state


async def test_the_reader_gives_up_by_itself(counter: Counter) -> None:
    """As it does after a while."""
    await counter.ask()
    await counter.do("timeout")

    await counter.reaches(ReaderTaskState.EXPIRED)


async def test_somebody_clears_the_reader(counter: Counter) -> None:
    """With another program; the task is over, and says so."""
    await counter.ask()
    await counter.account.readers.cancel_action_async("tmr_front")

    found = await counter.reaches(ReaderTaskState.CANCELED)

    assert found.failure is not None
    assert "reader_cleared" == found.failure.code


async def test_something_else_takes_its_place(counter: Counter) -> None:
    """Of another program: what it has sent is left alone."""
    await counter.ask()
    await counter.account.process(await counter.account.intent())

    found = await counter.reaches(ReaderTaskState.FAILED)

    assert found.failure is not None
    assert "replaced" == found.failure.code
    assert "process_payment_intent" == (await counter.slot())["type"]
    assert 0 == await counter.calls("cancel_action")


@pytest.mark.parametrize(
    "fault", ["reply_lost", "truncated", "timeout_delivered", "error_500_after"]
)
async def test_the_answer_is_lost_and_the_reader_waits(counter: Counter, fault: str) -> None:
    """It is found there, and not sent again."""
    await counter.account.fault(fault, COLLECT)

    await counter.ask()
    found = await counter.reaches(WAITING)

    assert (1, 1) == (found.attempt, await counter.calls(COLLECT))


@pytest.mark.parametrize("fault", ["timeout_undelivered", "error_500"])
async def test_the_reader_was_never_told(counter: Counter, fault: str) -> None:
    """The provider keeps its answer for the key, so the reader wakes under a new one alone."""
    await counter.account.fault(fault, COLLECT)

    await counter.ask()
    found = await counter.reaches(WAITING)

    assert 2 == found.attempt
    assert "in_progress" == (await counter.slot())["status"]


async def test_a_reader_that_never_answers_is_given_up(counter: Counter) -> None:
    """After three attempts a person should look at it."""
    await counter.account.fault("timeout_undelivered", COLLECT, times=None)

    await counter.ask()
    found = await counter.reaches(ReaderTaskState.FAILED)

    assert found.failure is not None
    assert ("reader_timeout", 3) == (found.failure.code, found.attempt)
    assert await counter.holder() is None


async def test_a_reader_that_is_busy_for_a_moment(counter: Counter) -> None:
    """It is asked again."""
    await counter.account.fault("reader_busy", COLLECT)

    await counter.ask()

    assert WAITING is (await counter.reaches(WAITING)).state


async def test_a_reader_is_lost_while_it_waits(counter: Counter) -> None:
    """Its action would stay for ever; after its time it is cleared all the same."""
    await counter.ask()
    await counter.do("unplug")
    counter.clock.forward(counter.timing.attempt_deadline_s)

    await counter.reaches(ReaderTaskState.EXPIRED)
    assert await counter.slot() is None


async def test_the_provider_is_away_while_it_waits(counter: Counter) -> None:
    """Nobody may think that the reader waits still; when it is back, it is found out."""
    await counter.ask()
    await counter.account.command("PUT", "/", {"mode": "dead"})
    counter.clock.forward(counter.timing.attempt_deadline_s)
    await counter.reaches(ReaderTaskState.UNKNOWN)
    await asyncio.sleep(0.2)  # it is looked at all the time, and stays unknown
    await counter.account.command("PUT", "/", {"mode": "ok"})

    await counter.reaches(ReaderTaskState.EXPIRED)


async def test_what_was_entered_is_erased(counter: Counter) -> None:
    """After an hour, from the record as from the answer."""
    asked = await counter.ask()
    await counter.do("enter")
    await counter.reaches(SUCCEEDED)
    counter.clock.forward(counter.timing.inputs_kept_s)
    (hidden,) = await counter.tasks.tasks(a_scope(), [asked.id])
    await counter.restart()

    async def is_erased() -> bool:
        return (await counter.task()).erased_at is not None

    await until(is_erased)
    found = await counter.task()
    (shown,) = await counter.tasks.tasks(a_scope(), [asked.id])

    assert hidden is not None
    assert shown is not None
    assert ((), (), ()) == (hidden.inputs, found.answers, shown.inputs)
    assert shown.inputs_erased_at == found.erased_at


async def test_nothing_that_was_entered_is_logged(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even in detail; what libraries tell of each step is left out (`gateway.logging`)."""
    caplog.set_level(logging.DEBUG)
    for name in ("aiosqlite", "stripe"):
        caplog.set_level(logging.WARNING, logger=name)
    await counter.ask()
    await counter.do("enter")
    found = await counter.reaches(SUCCEEDED)

    assert "customer@example.com" not in caplog.text
    assert "customer@example.com" not in repr(found)


async def test_a_task_is_followed_to_its_end(counter: Counter) -> None:
    """Its present state, then each change."""
    asked = await counter.ask()
    states: list[ReaderTaskState] = []

    async def follow() -> None:
        states.extend([it.state async for it in counter.tasks.updates(a_scope(), asked.id)])

    following = asyncio.create_task(follow())
    await asyncio.sleep(0.05)
    await counter.do("enter")
    await asyncio.wait_for(following, 5)

    assert (WAITING, SUCCEEDED) == (states[0], states[-1])


async def test_a_task_that_another_process_ends_is_followed_too(counter: Counter) -> None:
    """The journal is looked into now and then."""
    asked = await counter.ask()
    updates = counter.tasks.updates(a_scope(), asked.id)
    await anext(updates)
    task = await counter.task()
    ended = replace(task, state=ReaderTaskState.CANCELED, version=task.version + 1)
    await counter.journal.advance_task(task, ended)

    assert ReaderTaskState.CANCELED is (await anext(updates)).state


async def test_who_may_follow(counter: Counter) -> None:
    """Those of its store."""
    asked = await counter.ask()

    with pytest.raises(NotPermitted):
        await anext(counter.tasks.updates(a_scope("umeda"), asked.id))
    with pytest.raises(InvalidRequest):
        await anext(counter.tasks.updates(a_scope(), "tsk_none"))
    assert [None, None] == await counter.tasks.tasks(a_scope("umeda"), [asked.id, "tsk_none"])


CHOICE = InputChoice("s", "Small")
SELECTION = InputAsked(InputKind.SELECTION, "Your size", choices=(CHOICE,))


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ([], ()),
        ([EMAIL] * 6, ()),
        ([EMAIL, replace(EMAIL, title="")], ("1",)),
        ([replace(EMAIL, title="x" * 41)], ("0",)),
        ([replace(EMAIL, description="")], ("0",)),
        ([replace(EMAIL, choices=(CHOICE,))], ("0",)),
        ([replace(SELECTION, choices=())], ("0",)),
        ([replace(SELECTION, choices=(CHOICE, CHOICE))], ("0",)),
        ([replace(SELECTION, choices=(replace(CHOICE, text=""),))], ("0",)),
        ([replace(SELECTION, choices=(CHOICE, InputChoice("m", "")))], ("0",)),
        ([replace(SELECTION, choices=(replace(CHOICE, id="x" * 51),))], ("0",)),
        ([replace(SELECTION, choices=tuple(InputChoice(f"{n}", "x") for n in range(11)))], ("0",)),
        ([replace(EMAIL, toggles=(InputToggle(),))], ("0",)),
        ([replace(EMAIL, toggles=(InputToggle("x" * 51),))], ("0",)),
        ([replace(EMAIL, toggles=(InputToggle("x"), InputToggle()))], ("0",)),
        ([replace(EMAIL, toggles=(InputToggle("x"),) * 6)], ("0",)),
    ],
)
async def test_inputs_that_no_reader_can_ask_for(
    counter: Counter, inputs: Sequence[InputAsked], path: tuple[str, ...]
) -> None:
    """Are refused with their place, and nothing is sent."""
    refused = await counter.tasks.collect_inputs(a_scope(), FRONT_KEY, inputs, "k1")

    assert isinstance(refused, UserErrorRecord)
    assert ("INPUTS_INVALID", ("input", "inputs", *path)) == (refused.code, refused.path)
    assert 0 == await counter.calls("retrieve_reader")


async def test_every_end_is_final(counter: Counter) -> None:
    """A table says so, for each of them."""
    asked = await counter.ask()
    await counter.cancel(asked.id)

    assert (await counter.task()).state in FINAL_TASK_STATES
    assert [] == list(await counter.journal.open_tasks())


@pytest.mark.parametrize("fault", ["unavailable", "rate_limited", "reset"])
async def test_a_call_that_never_arrived_is_made_again(counter: Counter, fault: str) -> None:
    """Under the same key: nothing has happened."""
    await counter.account.fault(fault, COLLECT)

    await counter.ask()
    found = await counter.reaches(WAITING)

    assert (1, 2) == (found.attempt, await counter.calls(COLLECT))


async def test_a_reader_that_must_be_replaced(counter: Counter) -> None:
    """It is not asked again, and staff are told to take another."""
    await counter.account.fault("hardware_fault", COLLECT)

    refused = await counter.tasks.collect_inputs(a_scope(), FRONT_KEY, (EMAIL,), "k1")
    found = await counter.reaches(ReaderTaskState.FAILED)

    assert ["READER_HARDWARE_FAULT"] == codes(refused)
    assert found.failure is not None
    assert "reader_hardware_fault" == found.failure.code
    assert 1 == await counter.calls(COLLECT)
