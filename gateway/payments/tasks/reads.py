"""What may be asked about readers' tasks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress

from gateway.payments.changes import Changes, Follower
from gateway.payments.readers import may_see
from gateway.payments.tasks.log import ReaderTask, TaskLog
from gateway.payments.tasks.record import TaskRecorder
from gateway.payments.timing import Timing
from schema.domain.errors import InvalidRequest, NotPermitted
from schema.domain.reader_task import FINAL_TASK_STATES, ReaderTaskRecord, ReaderTaskState
from schema.domain.scope import Actor


class TaskReads:
    """Reads tasks for those who may see them. See `schema.ports.reader_tasks.ReaderTasks`."""

    def __init__(
        self,
        log: TaskLog,
        recorder: TaskRecorder,
        changes: Changes[ReaderTaskRecord],
        timing: Timing,
    ) -> None:
        self._log = log
        self._recorder = recorder
        self._changes = changes
        self._timing = timing

    async def tasks(self, actor: Actor, ids: Sequence[str]) -> Sequence[ReaderTaskRecord | None]:
        """See `ReaderTasks.tasks`."""
        found = await self._log.reader_tasks(ids)
        seen = {
            name: self._recorder.shown(task)
            for name, task in found.items()
            if may_see(actor, task.store)
        }
        return [seen.get(name) for name in ids]

    async def updates(self, actor: Actor, task: str) -> AsyncIterator[ReaderTaskRecord]:
        """See `ReaderTasks.updates`."""
        with self._changes.follow(task) as follower:
            found = (await self._log.reader_tasks([task])).get(task)
            if found is None:
                raise InvalidRequest("There is no such task.")
            if not may_see(actor, found.store):
                raise NotPermitted("the task belongs to a store that the actor may not see")
            record = self._recorder.shown(found)
            yield record
            while record.state not in FINAL_TASK_STATES:
                record = await self._newer(follower, record)
                yield record

    async def settled(self, task: str, is_enough: Callable[[ReaderTaskState], bool]) -> ReaderTask:
        """Wait until a task has come far enough, but only for a moment; return where it is."""
        with self._changes.follow(task) as follower:
            found = await self._now(task)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._timing.answer_within_s):
                    while not is_enough(found.state):
                        await follower.next()
                        found = await self._now(task)
            # It may be another process that has brought it further.
            return found if is_enough(found.state) else await self._now(task)

    async def _newer(
        self, follower: Follower[ReaderTaskRecord], than: ReaderTaskRecord
    ) -> ReaderTaskRecord:
        """Wait for a step that is later than one; it may be another process that takes it."""
        while True:
            try:
                async with asyncio.timeout(self._timing.follow_look_s):
                    record = await follower.next()
            except TimeoutError:
                record = self._recorder.shown(await self._now(than.id))
            if record.version > than.version:
                return record

    async def _now(self, task: str) -> ReaderTask:
        return (await self._log.reader_tasks([task]))[task]
