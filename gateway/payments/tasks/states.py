"""The states of a task, and the one table of what may follow what."""

from collections.abc import Mapping
from types import MappingProxyType

from schema.domain.reader_task import FINAL_TASK_STATES
from schema.domain.reader_task import ReaderTaskState as State

_ENDS = frozenset(FINAL_TASK_STATES)
_TABLE: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        # A state that stays has another attempt, or is about to be called off.
        State.PENDING: _ENDS | {State.PENDING, State.WAITING, State.UNKNOWN},
        State.WAITING: _ENDS | {State.WAITING, State.UNKNOWN},
        State.UNKNOWN: _ENDS | {State.UNKNOWN, State.WAITING, State.PENDING},
        **{state: frozenset[State]() for state in _ENDS},
    }
)


class ForbiddenTaskStepError(Exception):
    """The table has no such step: a mistake of ours, never of a caller or a system."""


def allow(before: State, after: State) -> None:
    """Let a step pass that the table has.

    Raises:
        ForbiddenTaskStepError: It has none.
    """
    if after not in _TABLE[before]:
        raise ForbiddenTaskStepError(f"{after.name} cannot follow {before.name}")
