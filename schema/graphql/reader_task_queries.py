"""What can be read and followed of readers' tasks."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from schema.graphql.context import Info
from schema.graphql.payment import journal_id
from schema.graphql.reader_task import ReaderTask

TaskId = Annotated[strawberry.ID, strawberry.argument(description="The task's id.")]


@strawberry.type(description="What can be read of readers' tasks.")
class ReaderTaskQueries:
    """A part of the root."""

    @strawberry.field(
        description="Something that a reader does; null where there is none that you may see."
    )
    async def reader_task(self, info: Info, id: TaskId) -> ReaderTask | None:  # noqa: A002 - Relay's name
        """From our journal."""
        context = info.context
        found = await context.reader_tasks.tasks(context.scope, [journal_id(id, "ReaderTask")])
        return found[0]  # type: ignore[return-value]


@strawberry.type(description="What can be followed of readers' tasks.")
class ReaderTaskSubscription:
    """Each begins with the present state."""

    @strawberry.subscription(
        description="A reader's task: its present state, then each change until it is final."
    )
    async def reader_task_updated(
        self,
        info: Info,
        id: TaskId,  # noqa: A002 - Relay's name
    ) -> AsyncGenerator[ReaderTask, None]:
        """See `schema.ports.reader_tasks.ReaderTasks.updates`."""
        context = info.context
        tasks = context.reader_tasks
        async for record in tasks.updates(context.scope, journal_id(id, "ReaderTask")):
            yield record  # type: ignore[misc]
