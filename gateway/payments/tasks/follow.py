"""Follows every task that is not final."""

from typing_extensions import override

from gateway.payments.following import AT_ONCE, Following
from gateway.payments.keeper import Keeper
from gateway.payments.leases import LeaseLostError
from gateway.payments.subject import Kind
from gateway.payments.tasks import at_reader, call_off, dispatch, failures
from gateway.payments.tasks.course import TaskCourse, TaskDesk
from schema.domain.reader_task import FINAL_TASK_STATES, ReaderTaskState


class TaskFollowers(Following[TaskCourse]):
    """The one caller of the provider for each task here; its steps come one by one."""

    kind = Kind.TASK

    def __init__(self, desk: TaskDesk, keeper: Keeper) -> None:
        super().__init__(keeper)
        self._desk = desk

    @override
    def _new(self, name: str, *, is_taken_up: bool) -> TaskCourse:
        return TaskCourse(name, self._desk.timing, is_taken_up=is_taken_up)

    @override
    async def _next(self, followed: TaskCourse) -> float | None:
        try:
            return await self._stepped(followed)
        except LeaseLostError:
            return await self._replaced(followed)

    async def _stepped(self, course: TaskCourse) -> float | None:
        task = (await self._desk.log.reader_tasks([course.id])).get(course.id)
        if task is None or (task.state in FINAL_TASK_STATES and not course.version):
            await self.drop(course)
            return None
        course.reached(task.version)
        if task.state in FINAL_TASK_STATES:
            return self._wind_up(course)
        if task.ending is not None:
            return await call_off.call_off(self._desk, task, course)
        if task.attempt == 0:
            return await dispatch.begin(self._desk, task, course)
        return await at_reader.look(self._desk, task, course)

    async def _replaced(self, course: TaskCourse) -> float:
        """Nothing more is sent to a reader that another has."""
        task = (await self._desk.log.reader_tasks([course.id]))[course.id]
        failed = ReaderTaskState.FAILED
        await self._desk.recorder.reach(task, failed, failure=failures.REPLACED)
        return AT_ONCE

    def _wind_up(self, course: TaskCourse) -> float | None:
        """Wait for the reader's call when the task was through before it came back."""
        ended = course.ended_call()
        if ended is not None:
            ended.exception()  # nobody needs to know any more
        return None if course.call is None else course.pause_s()
