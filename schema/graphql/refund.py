"""Money that is given back."""

from collections.abc import Sequence
from typing import Any

import strawberry

from schema.domain.payment import PaymentRecord, RefundReason, RefundRecord, RefundState
from schema.domain.reference import GlobalId
from schema.graphql.context import Info
from schema.graphql.level import level_field
from schema.graphql.node import ID_DESCRIPTION, Node
from schema.graphql.payment import Payment, PaymentFailure
from schema.graphql.record import shown_as, shows
from schema.graphql.write_back import WriteBack, write_backs

strawberry.enum(RefundState, description="Where a refund stands.")
shown_as(RefundState, RefundState)
strawberry.enum(
    RefundReason, description="Why money is given back, as the payment provider distinguishes it."
)
shown_as(RefundReason, RefundReason)


async def _payment(refunds: Sequence[RefundRecord], info: Info) -> Sequence[PaymentRecord | None]:
    return await info.context.payments.payments(info.context.scope, [it.payment for it in refunds])


def _ids(refunds: Sequence[RefundRecord], _: Info) -> Sequence[str]:
    return [GlobalId("Refund", (it.id,)).text for it in refunds]


@strawberry.type(description="Money given back from one payment.")
@shows(RefundRecord)
class Refund(Node):
    """Shows `schema.domain.payment.RefundRecord`."""

    id: strawberry.ID = level_field(_ids, description=ID_DESCRIPTION)
    payment: Payment | None = level_field(_payment, description="The payment it gives back.")
    write_back: WriteBack | None = level_field(
        write_backs,
        description="Whether the order's own system knows of it; null before the money was given"
        " back, and where it was of no order.",
    )
    failure: PaymentFailure | None = strawberry.field(
        description="Why the money was not given back, or came back later; null where it did not."
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        """Whether the record is a refund's."""
        return isinstance(value, RefundRecord)
