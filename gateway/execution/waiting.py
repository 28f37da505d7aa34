"""What an operation waits for, all at once, and what goes on when each of it has come."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

Then = Callable[[Any], None]
Failed = Callable[[Exception], None]

_abandoned: set[asyncio.Future[Any]] = set()


class Waiting:
    """Promises that are waited for together.

    Nothing runs until `settle` is awaited, so that whoever promises needs no event loop before.
    """

    def __init__(self) -> None:
        self._new: list[tuple[Awaitable[Any], Then, Failed]] = []
        self._tasks: dict[asyncio.Future[Any], tuple[Then, Failed]] = {}
        self._done: deque[asyncio.Future[Any]] = deque()
        self._wake: asyncio.Future[None] | None = None
        self._alone: Failed | None = None
        self._too_late: Callable[[], Exception] | None = None

    def __bool__(self) -> bool:
        return bool(self._new or self._tasks)

    def add(self, promise: Awaitable[Any], then: Then, failed: Failed) -> None:
        """Call `then` with the promise's value, or `failed` with its error, once it has come."""
        if self._too_late is None:
            self._new.append((promise, then, failed))
        else:
            _drop(promise)
            failed(self._too_late())

    async def settle(self, deadline: float | None, late: Callable[[], Exception]) -> None:
        """Wait until nothing is left to wait for.

        At the deadline, in the loop's time, what has not come fails with an error of `late`, and
        is cancelled; all that comes after it fails at once.
        """
        try:
            if deadline is None:
                await self._settle()
            else:
                await self._settle_until(deadline, late)
        finally:
            if self._tasks:
                await self._cancel()

    async def _settle_until(self, deadline: float, late: Callable[[], Exception]) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                await self._settle()
        except TimeoutError:
            self._too_late = late
            unmet = [failed for _, failed in self._tasks.values()]
            unmet += [failed for _, _, failed in self._new]
            if self._alone is not None:
                unmet.append(self._alone)
            for promise, _, _ in self._new:
                _drop(promise)
            for task in self._tasks:
                _abandon(task)
            self._new, self._tasks = [], {}
            for failed in unmet:
                failed(late())

    async def _settle(self) -> None:
        while self._new or self._tasks:
            if len(self._new) == 1 and not self._tasks:
                await self._settle_one()
                continue
            for promise, then, failed in self._new:
                # Who loads by key gives one future to all who ask for the key: each waits alone.
                is_shared = isinstance(promise, asyncio.Future)
                task = asyncio.ensure_future(_kept(promise) if is_shared else promise)
                self._tasks[task] = (then, failed)
                task.add_done_callback(self._came)
            self._new = []
            if not self._done:
                self._wake = asyncio.get_running_loop().create_future()
                await self._wake
            while self._done:
                self._go_on(self._done.popleft())

    async def _settle_one(self) -> None:
        """A promise that nothing else goes on beside needs no task of its own."""
        promise, then, failed = self._new.pop()
        self._alone = failed
        try:
            value = await promise
        except Exception as error:  # noqa: BLE001 - it is the field's
            self._alone = None
            failed(error)
        else:
            self._alone = None
            then(value)

    def _came(self, task: asyncio.Future[Any]) -> None:
        self._done.append(task)
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def _go_on(self, task: asyncio.Future[Any]) -> None:
        then, failed = self._tasks.pop(task)
        error = task.exception()  # raises if it was cancelled, and so cancels the operation
        if error is None:
            then(task.result())
        elif isinstance(error, Exception):
            failed(error)
        else:
            raise error

    async def _cancel(self) -> None:
        tasks = list(self._tasks)
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _kept(promise: Awaitable[Any]) -> Any:
    return await promise


def settle_aside(promises: Sequence[Awaitable[Any]]) -> None:
    """Let promises that nobody waits for come to their end."""
    for promise in promises:
        task = asyncio.ensure_future(promise)
        _abandoned.add(task)
        task.add_done_callback(_forget)


def _drop(promise: Awaitable[Any]) -> None:
    """Give up a promise that has not begun."""
    if asyncio.iscoroutine(promise):
        promise.close()
    elif isinstance(promise, asyncio.Future):
        promise.cancel()


def _abandon(task: asyncio.Future[Any]) -> None:
    """Cancel a task, and wait for it no longer: it may not obey."""
    task.cancel()
    _abandoned.add(task)
    task.add_done_callback(_forget)


def _forget(task: asyncio.Future[Any]) -> None:
    _abandoned.discard(task)
    if not task.cancelled():
        task.exception()  # nobody else asks, and asyncio would complain
