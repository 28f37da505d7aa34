"""What one process remembers of a task while it follows it."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from connectors.sdk.reader_task import TaskReader
from gateway.payments.clock import Clock
from gateway.payments.journal import Journal
from gateway.payments.tasks.log import ReaderTask
from gateway.payments.tasks.provider import TaskProvider
from gateway.payments.tasks.record import TaskRecorder
from gateway.payments.timing import Backoff, Timing
from schema.domain.errors import SourceError
from schema.domain.reader_task import ReaderTaskFailure

AT_ONCE = 0.0
"""The pause after a step that leads straight to the next."""

Call = asyncio.Task[TaskReader | None]


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


class TaskCourse:
    """One task that is being followed. Nothing in here is needed after a crash.

    `is_taken_up` tells that another process may have begun a call of which this one knows nothing;
    `repeats` counts how often the present attempt was sent again under its key.
    """

    trouble: ReaderTaskFailure | None = None
    repeats = 0

    def __init__(self, task: str, timing: Timing, *, is_taken_up: bool) -> None:
        self.task = task
        self.is_taken_up = is_taken_up
        self.call: Call | None = None
        self._backoff = Backoff(timing.first_look_s, timing.slowest_look_s)
        self.version = 0
        self._tries = 0
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Let the next look happen now, and those after it soon."""
        self._backoff.reset()
        self._nudged.set()

    def reached(self, version: int) -> None:
        """Begin anew with short pauses when the task has taken a step."""
        if version != self.version:
            self.version = version
            self._tries = 0
            self._backoff.reset()

    def pause_s(self, error: SourceError | None = None) -> float:
        """How long to wait for the next look; no less than the provider asks for."""
        asked_s = error.retry_after_s if error else None
        return max(self._backoff.pause_s(), asked_s or 0.0)

    def tried(self) -> int:
        """Count a call that came to nothing; the count begins anew with each step."""
        self._tries += 1
        return self._tries

    async def wait(self, pause_s: float) -> None:
        """Return after the pause, or as soon as there may be news."""
        with suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._nudged.wait()
        self._nudged.clear()

    def send(self, call: Call) -> None:
        """Remember a call to the reader that is under way; its end is news."""
        self.call = call
        call.add_done_callback(lambda _: self.nudge())

    def answer(self) -> Call | None:
        """Hand over the call to the reader once it has ended."""
        if self.call is None or not self.call.done():
            return None
        ended, self.call = self.call, None
        return ended
