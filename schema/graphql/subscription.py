"""What can be followed."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from schema.graphql.context import Info
from schema.graphql.payment import Payment, journal_id
from schema.graphql.reader_subscription import ReaderSubscription
from schema.graphql.reader_task_queries import ReaderTaskSubscription


@strawberry.type(description="What can be followed.")
class Subscription(ReaderTaskSubscription, ReaderSubscription):
    """Each begins with the present state."""

    @strawberry.subscription(
        description="A payment: its present state, then each change until it is final."
    )
    async def payment_updated(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The payment's id.")],  # noqa: A002 - Relay's name
    ) -> AsyncGenerator[Payment, None]:
        """See `schema.ports.payments.Payments.updates`."""
        context = info.context
        async for record in context.payments.updates(context.scope, journal_id(id, "Payment")):
            yield record  # type: ignore[misc]
