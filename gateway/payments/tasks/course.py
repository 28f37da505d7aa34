"""What one process remembers of a task while it follows it."""

from datetime import timedelta

from connectors.sdk.reader_task import TaskReader
from gateway.payments.clock import Clock
from gateway.payments.following import Followed
from gateway.payments.journal import Journal
from gateway.payments.tasks.log import ReaderTask
from gateway.payments.tasks.provider import TaskProvider
from gateway.payments.tasks.record import TaskRecorder
from gateway.payments.timing import Timing
from schema.domain.reader_task import ReaderTaskFailure


class TaskDesk:
    """What every step of a task needs."""

    def __init__(
        self,
        provider: TaskProvider,
        log: Journal,
        recorder: TaskRecorder,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self.provider = provider
        self.log = log
        self.recorder = recorder
        self.clock = clock
        self.timing = timing

    def is_overdue(self, task: ReaderTask) -> bool:
        """Whether somebody should have come by now."""
        return self.clock.now() >= task.deadline

    def is_settled(self, task: ReaderTask) -> bool:
        """Whether the task has been in its state long enough to trust an idle reader."""
        return self.clock.now() >= task.updated_at + timedelta(seconds=self.timing.settle_s)


class TaskCourse(Followed[TaskReader | None]):
    """One task that is being followed.

    `is_taken_up` tells that another process may have begun a call of which this one knows nothing;
    `repeats` counts how often the present attempt was sent again under its key.
    """

    trouble: ReaderTaskFailure | None = None
    repeats = 0

    def __init__(self, task: str, timing: Timing, *, is_taken_up: bool) -> None:
        super().__init__(task, timing)
        self.is_taken_up = is_taken_up
