"""Whether an order's own system knows of its money."""

from collections.abc import Sequence

import strawberry

from schema.domain.payment import PaymentRecord, RefundRecord
from schema.domain.write_back import WriteBackRecord, WriteBackState
from schema.graphql.context import Info
from schema.graphql.record import shown_as, shows

strawberry.enum(
    WriteBackState,
    description="How far an order's own system has been told. What is REFUSED or NOT_SUPPORTED is"
    " left to a person.",
)
shown_as(WriteBackState, WriteBackState)


@strawberry.type(description="What came of telling an order's own system of money.")
@shows(WriteBackRecord)
class WriteBack:
    """Shows `schema.domain.write_back.WriteBackRecord`."""


async def write_backs(
    records: Sequence[PaymentRecord | RefundRecord], info: Info
) -> Sequence[WriteBackRecord | None]:
    """Of payments or of refunds, all of them in one go."""
    return await info.context.books.write_backs(info.context.scope, [it.id for it in records])
