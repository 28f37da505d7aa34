"""While the reader has a task: sent, waiting for somebody, or not known."""

import asyncio

from connectors.sdk.reader_task import SetupState, SetupStatus, TaskReader
from connectors.sdk.terminal import ActionStatus
from gateway.payments.claims import ClaimLostError
from gateway.payments.following import AT_ONCE
from gateway.payments.tasks import failures
from gateway.payments.tasks.course import TaskCourse, TaskDesk
from gateway.payments.tasks.dispatch import dispatch, refused, send
from gateway.payments.tasks.log import ReaderTask
from gateway.payments.tasks.reading import is_ours, judge
from schema.domain.errors import (
    Conflict,
    OutcomeUnknown,
    RateLimited,
    SourceError,
    Unavailable,
)
from schema.domain.reader_task import ReaderTaskKind, ReaderTaskState

# The same key again tells what came of a call whose answer was lost, and lets one that is still on
# its way have no effect of its own when it comes.
_REPEATS = 2
_ATTEMPTS = 3
_DISPLAYS = frozenset({ReaderTaskKind.CART, ReaderTaskKind.CART_CLEAR})


async def look(desk: TaskDesk, task: ReaderTask, course: TaskCourse) -> float:
    """Learn how the task stands, and take the step that follows from it."""
    ended = course.ended_call()
    if ended is not None:
        return await _answered(desk, task, course, ended)
    if task.kind in _DISPLAYS:
        return await _again(desk, task, course) if course.call is None else course.pause_s()
    try:
        setup, reader = await _read(desk, task)
    except SourceError:
        # Nobody may think that the reader still waits when that cannot be known.
        if desk.is_overdue(task) and task.state is ReaderTaskState.WAITING:
            await desk.recorder.reach(task, ReaderTaskState.UNKNOWN)
        raise
    if await _found(desk, task, setup, reader, is_calling=course.call is not None):
        return AT_ONCE
    if desk.is_overdue(task) and (setup is None or setup.status is not SetupStatus.PROCESSING):
        await desk.recorder.call_off(task, ReaderTaskState.EXPIRED, failures.NOBODY_CAME)
        return AT_ONCE
    if _may_send_again(desk, task, course, reader):
        return await _again(desk, task, course)
    return course.pause_s()


async def _answered(
    desk: TaskDesk, task: ReaderTask, course: TaskCourse, call: asyncio.Task[TaskReader | None]
) -> float:
    try:
        reader = call.result()
    except OutcomeUnknown as error:
        return await _lost(desk, task, course, error)
    except Conflict:
        course.trouble = failures.READER_BUSY
        if task.kind not in _DISPLAYS:
            return course.pause_s()
        refusal = failures.READER_BUSY
    except (ClaimLostError, Unavailable, RateLimited) as error:
        return _unsent(course, error)
    except SourceError as error:
        refusal = failures.failure_of(error)
    else:
        return await _told(desk, task, course, reader)
    await desk.recorder.call_off(task, ReaderTaskState.FAILED, refusal)
    return AT_ONCE


def _unsent(course: TaskCourse, error: ClaimLostError | Unavailable | RateLimited) -> float:
    if isinstance(error, ClaimLostError):
        course.repeats = max(0, course.repeats - 1)  # it is no failure of the reader's
        return course.pause_s()
    course.trouble = failures.PROVIDER_UNAVAILABLE
    return course.pause_s(error)


async def _lost(
    desk: TaskDesk, task: ReaderTask, course: TaskCourse, error: OutcomeUnknown
) -> float:
    course.trouble = failures.READER_TIMEOUT
    if error.is_running and course.repeats:
        course.repeats -= 1  # what was sent first is still on its way: the reader stays ours
    if task.state is ReaderTaskState.PENDING:
        await desk.recorder.reach(task, ReaderTaskState.UNKNOWN)
    return course.pause_s()


async def _told(
    desk: TaskDesk, task: ReaderTask, course: TaskCourse, reader: TaskReader | None
) -> float:
    """The reader has it. What a repeated call tells may be old: only a reading counts then."""
    if task.kind in _DISPLAYS:
        await desk.recorder.reach(task, ReaderTaskState.SUCCEEDED)
    elif course.repeats or reader is None:
        course.repeats = _REPEATS
    elif task.state is ReaderTaskState.PENDING:
        await _found(desk, task, None if task.setup is None else _OPEN, reader, is_calling=False)
    return AT_ONCE


# Of a card the action alone tells nothing but that the reader asks for it.
_OPEN = SetupState("", SetupStatus.REQUIRES_PAYMENT_METHOD)


async def _found(
    desk: TaskDesk,
    task: ReaderTask,
    setup: SetupState | None,
    reader: TaskReader | None,
    *,
    is_calling: bool,
) -> bool:
    finding = judge(task, setup, reader, is_calling=is_calling)
    if finding is None:
        return False
    if finding.ending is not None:
        await desk.recorder.call_off(task, finding.ending, **finding.fields)
    else:
        await desk.recorder.reach(task, finding.state or task.state, **finding.fields)
    return True


async def _read(desk: TaskDesk, task: ReaderTask) -> tuple[SetupState | None, TaskReader | None]:
    """The truth of a card, and the reader's action."""
    if task.setup is None:
        return None, await desk.provider.seen(task)
    setup = await desk.provider.truth(task)
    if setup.status is not SetupStatus.REQUIRES_PAYMENT_METHOD:
        return setup, None
    try:
        return setup, await desk.provider.seen(task)
    except SourceError:
        return setup, None


def _may_send_again(
    desk: TaskDesk, task: ReaderTask, course: TaskCourse, reader: TaskReader | None
) -> bool:
    """Whether the reader is certain not to be at the task, and nobody is calling it."""
    if course.call is not None or reader is None or task.state is ReaderTaskState.WAITING:
        return False
    action = reader.action
    if action is not None and is_ours(task, action) and action.status is not ActionStatus.FAILED:
        return False
    return task.state is ReaderTaskState.PENDING or desk.is_settled(task)


async def _again(desk: TaskDesk, task: ReaderTask, course: TaskCourse) -> float:
    refusal = await refused(desk, task, await desk.provider.seen(task))
    if refusal is None and course.repeats < _REPEATS:
        course.repeats += 1
        # The step says that the reader is still ours, or else does not succeed.
        return send(desk, await desk.recorder.reach(task, task.state), course)
    if refusal is None and task.kind not in _DISPLAYS and task.attempt < _ATTEMPTS:
        return await dispatch(desk, task, course)
    failure = refusal or course.trouble or failures.READER_TIMEOUT
    await desk.recorder.call_off(task, ReaderTaskState.FAILED, failure)
    return AT_ONCE
