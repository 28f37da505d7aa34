"""What readers do besides payments, on record."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.payments.journal import KeyTaken, StaleError
from gateway.payments.leases import LeaseLostError, ReaderHeld
from gateway.payments.subject import Kind, Subject
from gateway.payments.tasks.log import ReaderTask
from gateway.storage.journal import SqlJournal
from schema.domain.reader_task import (
    Asked,
    CardSetup,
    Cart,
    CartClear,
    CartLine,
    InputAnswer,
    InputAsked,
    InputChoice,
    InputKind,
    Inputs,
    InputToggle,
    ReaderTaskFailure,
    ReaderTaskKind,
    ReaderTaskState,
    Redisplay,
    SavedCard,
)
from schema.domain.reference import SourceRef

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ANSWER = InputAnswer(InputKind.EMAIL, "Your e-mail", "mari@example.com", (True,))
SELECTION = InputAsked(
    InputKind.SELECTION,
    "Your size",
    "Of the shirt",
    is_required=True,
    choices=(InputChoice("s", "Small", is_primary=True),),
    toggles=(InputToggle("News", None, is_on=True),),
)
CUSTOMER = SourceRef("crm", "c1")


def a_task(name: str = "tsk_1", **fields: Any) -> ReaderTask:
    """A task at the front counter."""
    values: dict[str, Any] = {
        "id": name,
        "idempotency_key": name,
        "request_hash": "h",
        "actor": "till-1",
        "store": "ginza",
        "reader": "Front counter",
        "device": "tmr_1",
        "kind": ReaderTaskKind.INPUTS,
        "asked": Inputs((SELECTION,)),
        "created_at": NOW,
        "updated_at": NOW,
        "deadline": NOW + timedelta(seconds=150),
    }
    return ReaderTask(**(values | fields))


async def begun(journal: SqlJournal, task: ReaderTask | None = None) -> ReaderTask:
    """A task on record."""
    found = await journal.begin_task(task or a_task())
    assert isinstance(found, ReaderTask), found

    return found


def later(task: ReaderTask, state: ReaderTaskState, **fields: Any) -> ReaderTask:
    """The task after a step."""
    return replace(task, state=state, version=task.version + 1, **fields)


@pytest.mark.parametrize(
    "asked",
    [
        Inputs((SELECTION,)),
        Cart("JPY", (CartLine("Shirt", 2, -5),), 1, 2),
        CartClear(),
        CardSetup(CUSTOMER, Redisplay.LIMITED, "Keep my card."),
    ],
)
async def test_a_task_comes_back_as_it_was_recorded(journal: SqlJournal, asked: Asked) -> None:
    """Whatever was asked, and whatever came of it."""
    task = await begun(journal, a_task(asked=asked, location="tml_1", account="acct_1"))
    ended = later(
        task,
        ReaderTaskState.SUCCEEDED,
        ending=ReaderTaskState.CANCELED,
        failure=ReaderTaskFailure("replaced", "Something else was sent."),
        setup="seti_1",
        answers=(ANSWER,),
        card=SavedCard("pm_1", "visa", "4242"),
        attempt=2,
        clears=1,
    )
    await journal.advance_task(task, ended)

    assert {"tsk_1": ended} == await journal.reader_tasks(["tsk_1", "tsk_none"])
    assert {} == await journal.reader_tasks([])


async def test_a_task_has_the_reader_until_its_end(journal: SqlJournal) -> None:
    """The next one hears who has it; afterwards the fence has grown."""
    first = await begun(journal)
    held = await journal.begin_task(a_task("tsk_2"))
    await journal.advance_task(first, later(first, ReaderTaskState.WAITING))
    still = await journal.begin_task(a_task("tsk_2"))
    waiting = (await journal.reader_tasks(["tsk_1"]))["tsk_1"]
    await journal.advance_task(waiting, later(waiting, ReaderTaskState.CANCELED))
    second = await begun(journal, a_task("tsk_2"))

    assert held == still == ReaderHeld(Subject(Kind.TASK, "tsk_1"), "till-1", NOW)
    assert (first.fence, first.fence + 1) == (first.fence, second.fence)
    assert ["tsk_2"] == list(await journal.open_tasks())


async def test_a_key_is_one_task(journal: SqlJournal, rival: SqlJournal) -> None:
    """Of two gateways at once as well; another request under it is told."""
    first, second = await asyncio.gather(
        journal.begin_task(a_task(idempotency_key="k")),
        rival.begin_task(a_task("tsk_2", idempotency_key="k")),
    )
    other = await journal.begin_task(a_task("tsk_3", idempotency_key="k", request_hash="x"))

    assert first == second
    assert isinstance(first, ReaderTask)
    assert first == await journal.task_by_key("k")
    assert KeyTaken() == other
    assert await journal.task_by_key("none") is None


async def test_of_two_at_once_one_gets_the_reader(journal: SqlJournal, rival: SqlJournal) -> None:
    """Also where nobody has had it before."""
    found = await asyncio.gather(
        journal.begin_task(a_task("tsk_1", idempotency_key=None)),
        rival.begin_task(a_task("tsk_2", idempotency_key=None)),
    )

    assert [ReaderHeld, ReaderTask] == sorted(map(type, found), key=lambda it: it.__name__)


async def test_of_two_steps_one_is_stale(journal: SqlJournal) -> None:
    """The other looks again."""
    task = await begun(journal)
    await journal.advance_task(task, later(task, ReaderTaskState.WAITING))

    with pytest.raises(StaleError):
        await journal.advance_task(task, later(task, ReaderTaskState.FAILED))


async def test_no_step_leads_on_without_the_reader(journal: SqlJournal) -> None:
    """Nothing of it is recorded; to end it needs no reader."""
    task = await begun(journal)
    lost = replace(task, fence=task.fence + 1)

    with pytest.raises(LeaseLostError):
        await journal.advance_task(task, later(lost, ReaderTaskState.PENDING, attempt=1))
    assert {"tsk_1": task} == await journal.reader_tasks(["tsk_1"])
    await journal.advance_task(task, later(lost, ReaderTaskState.FAILED))


async def test_what_was_entered_is_erased_after_its_time(journal: SqlJournal) -> None:
    """And nothing else is."""
    old = await begun(journal)
    await journal.advance_task(old, later(old, ReaderTaskState.SUCCEEDED, answers=(ANSWER,)))
    new = await begun(journal, a_task("tsk_2"))
    at = NOW + timedelta(seconds=10)
    young = later(new, ReaderTaskState.SUCCEEDED, answers=(ANSWER,), updated_at=at)
    await journal.advance_task(new, young)

    count = await journal.erase_answers(NOW, at)
    found = await journal.reader_tasks(["tsk_1", "tsk_2"])

    assert 1 == count
    assert ((), at) == (found["tsk_1"].answers, found["tsk_1"].erased_at)
    assert young == found["tsk_2"]
    assert 0 == await journal.erase_answers(NOW, at)


async def test_a_customer_has_one_name_at_the_provider(
    journal: SqlJournal, rival: SqlJournal
) -> None:
    """The first that is recorded, for each account."""
    assert await journal.payer(CUSTOMER, None) is None
    kept = await asyncio.gather(
        journal.keep_payer(CUSTOMER, None, "cus_1"), rival.keep_payer(CUSTOMER, None, "cus_2")
    )
    other = await journal.keep_payer(CUSTOMER, "acct_1", "cus_3")

    assert 1 == len(set(kept))
    assert kept[0] == await journal.payer(CUSTOMER, None)
    assert (other, "cus_3") == (await rival.payer(CUSTOMER, "acct_1"), "cus_3")
