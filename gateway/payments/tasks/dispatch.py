"""From the journal to the reader: it is looked at, and the task is sent."""

import asyncio

from connectors.sdk.reader_task import DISPLAY, TaskAction, TaskReader
from connectors.sdk.terminal import ActionStatus
from gateway.payments.following import AT_ONCE
from gateway.payments.states import FINAL
from gateway.payments.tasks import failures
from gateway.payments.tasks.course import TaskCourse, TaskDesk
from gateway.payments.tasks.log import ReaderTask
from gateway.payments.tasks.reading import is_ours
from schema.domain.errors import OutcomeUnknown, RateLimited, SourceError, Unavailable
from schema.domain.reader_task import (
    CardSetup,
    ReaderTaskFailure,
    ReaderTaskKind,
    ReaderTaskState,
)

_TRIES = 3


async def begin(desk: TaskDesk, task: ReaderTask, course: TaskCourse) -> float:
    """Look at the reader, announce what needs it, and send the task.

    The reader is ours by its lease all the while, so nothing of ours can begin in between.
    """
    if desk.is_overdue(task):
        await desk.recorder.call_off(task, ReaderTaskState.EXPIRED, failures.NOBODY_CAME)
        return AT_ONCE
    try:
        reader = await desk.provider.seen(task)
        refusal = await refused(desk, task, reader)
        if refusal is None:
            if task.kind is ReaderTaskKind.CART_CLEAR and not _shows(reader.action):
                await desk.recorder.reach(task, ReaderTaskState.SUCCEEDED)
                return AT_ONCE
            return await _announced(desk, task, course)
    except (OutcomeUnknown, Unavailable, RateLimited) as error:
        if course.tried() < _TRIES:
            return course.pause_s(error)
        refusal = failures.PROVIDER_UNAVAILABLE
    except SourceError as error:
        refusal = failures.failure_of(error)
    await desk.recorder.call_off(task, ReaderTaskState.FAILED, refusal)
    return AT_ONCE


async def dispatch(desk: TaskDesk, task: ReaderTask, course: TaskCourse) -> float:
    """Send the task to its reader as a new attempt, which is on record first."""
    sent = await desk.recorder.reach(task, ReaderTaskState.PENDING, attempt=task.attempt + 1)
    course.repeats = 0
    return send(desk, sent, course)


def send(desk: TaskDesk, task: ReaderTask, course: TaskCourse) -> float:
    """Send the present attempt, in a task that nobody's leaving ends."""
    course.reached(task.version)
    name = f"task {task.id}:{task.attempt}"
    course.await_call(asyncio.create_task(desk.provider.send(task), name=name))
    return course.pause_s()


async def refused(desk: TaskDesk, task: ReaderTask, reader: TaskReader) -> ReaderTaskFailure | None:
    """Why the reader cannot have the task: all that it would replace, but for what it shows.

    A final payment of ours that was left there may be replaced; anybody else's may not.
    """
    if task.location is not None and reader.location != task.location:
        return failures.READER_WRONG_LOCATION
    action = reader.action
    if action is None or action.status is not ActionStatus.IN_PROGRESS:
        return None
    if action.kind == DISPLAY or is_ours(task, action):
        return None
    other = await desk.log.by_intent(action.intent) if action.intent else None
    return None if other and other.state in FINAL else failures.READER_BUSY


async def _announced(desk: TaskDesk, task: ReaderTask, course: TaskCourse) -> float:
    if not isinstance(task.asked, CardSetup) or task.setup is not None:
        return await dispatch(desk, task, course)
    customer = task.asked.customer
    payer = await desk.log.payer(customer, task.account)
    if payer is None:
        made = await desk.provider.create_payer(customer, task.account)
        payer = await desk.log.keep_payer(customer, task.account, made)
    setup = await desk.provider.announce(task, payer)
    await desk.recorder.reach(task, ReaderTaskState.PENDING, setup=setup.id)
    return AT_ONCE


def _shows(action: TaskAction | None) -> bool:
    if action is None or action.kind != DISPLAY:
        return False
    return action.status is ActionStatus.IN_PROGRESS
