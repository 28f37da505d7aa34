"""Steps of tasks: by the table, on record, and told to those who follow."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from gateway.payments.changes import Changes
from gateway.payments.clock import Clock
from gateway.payments.tasks.log import ReaderTask, TaskLog
from gateway.payments.tasks.states import allow
from schema.domain.reader_task import ReaderTaskFailure, ReaderTaskRecord, ReaderTaskState


class TaskRecorder:
    """The one way by which a task changes its state. `kept_s` is how long answers may be seen.

    Concurrency: any number of callers; of two that take a step from the same version, one gets
    `StaleError`.
    """

    def __init__(
        self, log: TaskLog, changes: Changes[ReaderTaskRecord], clock: Clock, kept_s: float
    ) -> None:
        self._log = log
        self._changes = changes
        self._clock = clock
        self._kept = timedelta(seconds=kept_s)

    async def reach(self, task: ReaderTask, state: ReaderTaskState, **fields: Any) -> ReaderTask:
        """Take one step; `fields` of the task change with it.

        Raises:
            ForbiddenTaskStepError: The table has no such step.
            StaleError: The task has taken another step in between.
            LeaseLostError: The task goes on, and another holder has the reader.
        """
        allow(task.state, state)
        version = task.version + 1
        reached = replace(
            task, state=state, version=version, updated_at=self._clock.now(), **fields
        )
        await self._log.advance_task(task, reached)
        self._changes.publish(self.shown(reached))
        return reached

    async def call_off(
        self, task: ReaderTask, ending: ReaderTaskState, failure: ReaderTaskFailure | None = None
    ) -> ReaderTask:
        """Begin to call a task off; `ending` is what it will have come to. Raises as `reach`."""
        return await self.reach(task, task.state, ending=ending, failure=failure)

    def shown(self, task: ReaderTask) -> ReaderTaskRecord:
        """A task as clients see it. What was entered is not shown for longer than it is kept."""
        is_past = self._clock.now() >= task.updated_at + self._kept
        return ReaderTaskRecord(
            id=task.id,
            kind=task.kind,
            state=task.state,
            store=task.store,
            reader_name=task.reader,
            created_at=task.created_at,
            updated_at=task.updated_at,
            version=task.version,
            failure=task.failure,
            inputs=() if is_past else task.answers,
            inputs_erased_at=task.erased_at,
            card=task.card,
        )
