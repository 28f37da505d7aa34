"""Makes calls side by side, each for one key or some."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import TypeVar

from schema.domain.errors import SourceError

K = TypeVar("K")
T = TypeVar("T")


async def each(calls: Mapping[K, Awaitable[T]]) -> dict[K, T | SourceError]:
    """What each call gives. One that fails hurts itself alone, unless all of them fail.

    Raises:
        SourceError: The first failure, where every call failed.
    """
    failures: list[SourceError] = []

    async def outcome(call: Awaitable[T]) -> T | SourceError:
        try:
            return await call
        except SourceError as error:
            failures.append(error)
            return error

    async with asyncio.TaskGroup() as group:
        tasks = {key: group.create_task(outcome(call)) for key, call in calls.items()}
    if failures and len(failures) == len(tasks):
        raise failures[0]
    return {key: task.result() for key, task in tasks.items()}
