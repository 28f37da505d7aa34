"""Follows every task that is not final, each in a task of its own."""

import asyncio
import logging
from collections.abc import Sequence

from gateway.payments.claims import ClaimLostError
from gateway.payments.journal import StaleError
from gateway.payments.keeper import Keeper
from gateway.payments.leases import LeaseLostError
from gateway.payments.subject import Kind, Subject
from gateway.payments.tasks import at_reader, call_off, dispatch, failures
from gateway.payments.tasks.course import AT_ONCE, TaskCourse, TaskDesk
from schema.domain.errors import SourceError
from schema.domain.reader_task import FINAL_TASK_STATES, ReaderTaskState

log = logging.getLogger(__name__)


class TaskFollowers:
    """The one caller of the provider for each task in this process: its steps come one by one.

    `keeper` sees to it that no other process follows the same task.
    """

    def __init__(self, desk: TaskDesk, keeper: Keeper) -> None:
        self._desk = desk
        self._keeper = keeper
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._courses: dict[str, TaskCourse] = {}

    def begin(self, task: str) -> None:
        """Follow a task that has just been recorded: nobody has called the provider for it."""
        self._follow(task, is_taken_up=False)

    def nudge(self, task: str) -> None:
        """Look at a task now, here or in the process that follows it."""
        course = self._courses.get(task)
        if course is None:
            self._keeper.reach(Subject(Kind.TASK, task))
        else:
            course.nudge()

    async def take_up(self, tasks: Sequence[str]) -> None:
        """Follow tasks that this process has got; those that it follows are looked at now."""
        for task in tasks:
            course = self._courses.get(task)
            if course is None:
                self._follow(task, is_taken_up=True)
            else:
                course.nudge()

    async def aclose(self) -> None:
        """End every task; they are taken up again by the next start."""
        tasks = [*self._tasks.values()]
        calls = [course.call for course in self._courses.values() if course.call]
        for task in (*tasks, *calls):
            task.cancel()
        await asyncio.gather(*tasks, *calls, return_exceptions=True)

    def _follow(self, task: str, *, is_taken_up: bool) -> None:
        course = TaskCourse(task, self._desk.timing, is_taken_up=is_taken_up)
        follower = asyncio.create_task(self._run(course), name=f"follow {task}")
        self._courses[task], self._tasks[task] = course, follower
        follower.add_done_callback(lambda _: self._forget(task))

    def _forget(self, task: str) -> None:
        del self._tasks[task], self._courses[task]

    async def _run(self, course: TaskCourse) -> None:
        while (pause_s := await self._step(course)) is not None:
            if pause_s:
                await course.wait(pause_s)

    async def _step(self, course: TaskCourse) -> float | None:
        """Take the next step; return the pause after it, None when there is nothing left to do."""
        try:
            return await self._next(course)
        except StaleError:
            return AT_ONCE
        except ClaimLostError:
            return course.pause_s()
        except LeaseLostError:
            return await self._replaced(course)
        except SourceError as error:
            log.info("a reader's task waits for its provider", extra=_named(course, error.code))
            return course.pause_s(error)
        except Exception as error:
            # A reader must not be held for ever because of a mistake of ours.
            name = type(error).__name__
            log.exception("a step of a reader's task failed", extra=_named(course, name))
            return course.pause_s()

    async def _next(self, course: TaskCourse) -> float | None:
        task = (await self._desk.log.reader_tasks([course.task])).get(course.task)
        if task is None or (task.state in FINAL_TASK_STATES and not course.version):
            await self._keeper.drop(Subject(Kind.TASK, course.task))
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
        task = (await self._desk.log.reader_tasks([course.task]))[course.task]
        failed = ReaderTaskState.FAILED
        await self._desk.recorder.reach(task, failed, failure=failures.REPLACED)
        return AT_ONCE

    def _wind_up(self, course: TaskCourse) -> float | None:
        """Wait for the reader's call when the task was through before it came back."""
        ended = course.answer()
        if ended is not None:
            ended.exception()  # nobody needs to know any more
        return None if course.call is None else course.pause_s()


def _named(course: TaskCourse, code: str) -> dict[str, str]:
    return {"task": course.task, "code": code}
