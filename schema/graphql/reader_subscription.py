"""What can be followed of card readers."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from schema.graphql.context import Info
from schema.graphql.reader import Reader
from schema.graphql.store import known_stores
from schema.ports.payments import ReaderKey


@strawberry.type(description="What can be followed of card readers.")
class ReaderSubscription:
    """Each begins with the present state."""

    @strawberry.subscription(
        description="A reader: as it is, then each time that its status or its holder changes."
    )
    async def reader_updated(
        self,
        info: Info,
        store: Annotated[
            str, strawberry.argument(description="The store's code, such as `ginza`.")
        ],
        name: Annotated[
            str, strawberry.argument(description='What staff call it, such as "Front counter".')
        ],
    ) -> AsyncGenerator[Reader, None]:
        """See `schema.ports.readers.Readers.updates`."""
        context = info.context
        known_stores(context.stores, [store])
        async for record in context.readers.updates(context.scope, ReaderKey(store, name)):
            yield record  # type: ignore[misc]
