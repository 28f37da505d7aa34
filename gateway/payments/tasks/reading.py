"""What the provider's word means for a task that waits for somebody. Pure: no I/O, no clock.

Of a card to be kept its setup at the provider is the truth. Of inputs the reader's action is, known
by the name that it bears.
"""

from typing import Any

from msgspec import Struct, field

from connectors.sdk.reader_task import SetupState, SetupStatus, TaskAction, TaskReader
from connectors.sdk.terminal import ActionStatus
from gateway.payments.tasks import failures
from gateway.payments.tasks.log import ReaderTask
from schema.domain.reader_task import ReaderTaskFailure, ReaderTaskState

# The reader stumbled, and may not know what came of it.
_STUMBLED = ("connection_error", "terminal_reader_")
_CUSTOMER_CANCELED = "customer_canceled"
_BROKEN = "terminal_reader_hardware_fault"
_TIMED_OUT = frozenset({"card_read_timed_out", "collect_inputs_timed_out"})


class Finding(Struct, frozen=True):
    """The state that a task is found to be in; or an ending, which the reader is cleared for."""

    state: ReaderTaskState | None = None
    ending: ReaderTaskState | None = None
    fields: dict[str, Any] = field(default_factory=dict)


def judge(
    task: ReaderTask, setup: SetupState | None, reader: TaskReader | None, *, is_calling: bool
) -> Finding | None:
    """What has happened to a task; None for nothing new.

    `reader` is None where it could not be read. While a call to it is out, what failed there may be
    what was sent before.
    """
    match setup.status if setup else None:
        case SetupStatus.SUCCEEDED if setup is not None:
            return kept(setup)
        case SetupStatus.CANCELED:
            return _ending(ReaderTaskState.CANCELED, failures.VOIDED)
        case SetupStatus.PROCESSING:
            return None
        case _:
            pass
    if reader is None:
        return None
    if reader.action is None or not is_ours(task, reader.action):
        return _elsewhere(task, reader.action)
    return _at_reader(task, setup, reader.action, is_calling=is_calling)


def kept(setup: SetupState) -> Finding:
    """The card is kept."""
    return Finding(ReaderTaskState.SUCCEEDED, fields={"card": setup.card, **_NO_ENDING})


def entered(action: TaskAction) -> Finding:
    """Everything was entered, or skipped."""
    return Finding(ReaderTaskState.SUCCEEDED, fields={"answers": action.answers, **_NO_ENDING})


def is_ours(task: ReaderTask, action: TaskAction) -> bool:
    """Whether a reader's action is the task's."""
    if task.setup is not None:
        return action.setup == task.setup
    return action.reference == task.id


def holds(task: ReaderTask, reader: TaskReader) -> bool:
    """Whether the reader is at work on this task."""
    action = reader.action
    if action is None or action.status is not ActionStatus.IN_PROGRESS:
        return False
    return is_ours(task, action)


_NO_ENDING = {"ending": None, "failure": None}


def _at_reader(
    task: ReaderTask, setup: SetupState | None, action: TaskAction, *, is_calling: bool
) -> Finding | None:
    match action.status:
        case ActionStatus.IN_PROGRESS:
            is_known = task.state is ReaderTaskState.WAITING
            return None if is_known else Finding(ReaderTaskState.WAITING)
        case ActionStatus.SUCCEEDED:
            return entered(action) if setup is None else None
        case ActionStatus.FAILED if not is_calling:
            return _failed(task, setup, action)
        case _:
            return None


def _elsewhere(task: ReaderTask, action: TaskAction | None) -> Finding | None:
    """The reader is not at our task, or not any more."""
    if task.state is not ReaderTaskState.WAITING:
        return None
    if action is None:
        return _ending(ReaderTaskState.CANCELED, failures.READER_CLEARED)
    return _ending(ReaderTaskState.FAILED, failures.REPLACED)


def _failed(task: ReaderTask, setup: SetupState | None, action: TaskAction) -> Finding | None:
    told = action.failure or (setup.failure if setup else None)
    code = told.code if told else failures.DECLINED.code
    if code == _CUSTOMER_CANCELED:
        sentence = "The customer has called it off at the reader."
        return _ending(ReaderTaskState.CANCELED, ReaderTaskFailure(code, sentence))
    if code in _TIMED_OUT:
        return _ending(ReaderTaskState.EXPIRED, failures.NOBODY_CAME)
    if code == _BROKEN:
        return _ending(ReaderTaskState.FAILED, failures.READER_BROKEN)
    if code.startswith(_STUMBLED) and not (setup and setup.failure):
        is_known = task.state is ReaderTaskState.UNKNOWN
        return None if is_known else Finding(ReaderTaskState.UNKNOWN)
    message = told.message if told else failures.DECLINED.message
    return _ending(ReaderTaskState.FAILED, ReaderTaskFailure(code, message))


def _ending(ending: ReaderTaskState, failure: ReaderTaskFailure) -> Finding:
    return Finding(ending=ending, fields={"failure": failure})
