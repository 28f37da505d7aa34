"""Calling a task off: the reader is cleared of it first, and of nothing else."""

from contextlib import suppress

from connectors.sdk.reader_task import SetupStatus
from connectors.sdk.terminal import ActionStatus
from gateway.payments.following import AT_ONCE
from gateway.payments.tasks.course import TaskCourse, TaskDesk
from gateway.payments.tasks.log import ReaderTask
from gateway.payments.tasks.reading import Finding, entered, holds, is_ours, kept
from schema.domain.errors import Conflict, OutcomeUnknown, SourceError
from schema.domain.reader_task import ReaderTaskKind, ReaderTaskState

# A reader that asks a bank cannot be cleared for a few seconds. One that is lost never can.
_CLEARS = 10
_WAITING = frozenset({ReaderTaskKind.INPUTS, ReaderTaskKind.CARD_SETUP})


async def call_off(desk: TaskDesk, task: ReaderTask, course: TaskCourse) -> float:
    """Clear the reader if it still has this task, give a card up at the provider, and end.

    Who was faster has won: inputs that were entered, and a card that is kept, are the result.
    """
    ended = course.ended_call()
    if ended is not None:
        ended.exception()  # what it told is read from the provider below
    if task.attempt == 0 and task.setup is not None:
        with suppress(SourceError):  # nobody was asked for it: left open it does no harm
            await desk.provider.give_up(task)
    elif task.attempt and task.kind in _WAITING:
        pause_s = await _withdraw(desk, task, course)
        if pause_s is not None:
            return pause_s
    # The reader stays ours until its call has come back: one that arrives late would take the place
    # of the next one there. A call of a process that has ended is given a moment to arrive.
    if course.call is not None:
        return course.pause_s()
    if course.is_taken_up and task.attempt and not desk.is_settled(task):
        return course.pause_s()
    await desk.recorder.reach(task, task.ending or ReaderTaskState.CANCELED)
    return AT_ONCE


async def _withdraw(desk: TaskDesk, task: ReaderTask, course: TaskCourse) -> float | None:
    """Take the task from the reader; None when it is not there any more, else the pause."""
    setup = await desk.provider.truth(task) if task.setup is not None else None
    if setup is not None and setup.status is SetupStatus.SUCCEEDED:
        return await _succeed(desk, task, kept(setup))
    reader = await desk.provider.seen(task)
    if reader.action is not None and is_ours(task, reader.action):
        if setup is None and reader.action.status is ActionStatus.SUCCEEDED:
            return await _succeed(desk, task, entered(reader.action))
        if holds(task, reader) and task.clears < _CLEARS:
            return AT_ONCE if await _clear(desk, task) else course.pause_s()
    if setup is None or setup.status is SetupStatus.CANCELED:
        return None
    if setup.status is SetupStatus.PROCESSING:
        return course.pause_s()
    return await _give_up(desk, task, course)


async def _succeed(desk: TaskDesk, task: ReaderTask, finding: Finding) -> float:
    await desk.recorder.reach(task, ReaderTaskState.SUCCEEDED, **finding.fields)
    return AT_ONCE


async def _clear(desk: TaskDesk, task: ReaderTask) -> bool:
    """Ask the reader to leave the task; the next look tells whether it has."""
    numbered = await desk.recorder.reach(task, task.state, clears=task.clears + 1)
    try:
        await desk.provider.free(numbered)
    except (Conflict, OutcomeUnknown):
        return False
    return True


async def _give_up(desk: TaskDesk, task: ReaderTask, course: TaskCourse) -> float | None:
    try:
        answer = await desk.provider.give_up(task)
    except (Conflict, OutcomeUnknown):
        return course.pause_s()
    return None if answer.status is SetupStatus.CANCELED else course.pause_s()
