"""What can be done about money that was taken."""

from typing import Annotated

import strawberry

from schema.domain.errors import InvalidRequest
from schema.domain.payment import RefundReason, UserErrorRecord
from schema.graphql.context import Info
from schema.graphql.money import MoneyInput
from schema.graphql.payload import DEAR, ERRORS, amount_invalid, payment_name, told
from schema.graphql.payment import Payment
from schema.graphql.reader import ReaderInput
from schema.graphql.refund import Refund
from schema.graphql.user_error import UserError


@strawberry.input(description="Captured money to give back.")
class PaymentRefundInput:
    """Names the payment, and how much of it for which reason."""

    payment: strawberry.ID = strawberry.field(description="The payment.")
    idempotency_key: str = strawberry.field(
        description="Of your making, 1 to 255 characters: the same key twice is one refund."
    )
    amount: MoneyInput | None = strawberry.field(
        default=None, description="How much; null gives back all that is left."
    )
    reason: RefundReason | None = strawberry.field(
        default=None, description="Why, for the payment provider's records; null says nothing."
    )
    reader: ReaderInput | None = strawberry.field(
        default=None,
        description="Where the card is asked for. Interac cards want that; all others must not have"
        " it.",
    )


@strawberry.type(description="What became of giving money back.")
class PaymentRefundPayload:
    """The refund and its payment, or why nothing is given back."""

    payment: Payment | None = strawberry.field(description="The payment; null with an error.")
    refund: Refund | None = strawberry.field(description="The refund; null with an error.")
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="What can be done about money that was taken.")
class RefundMutation:
    """Each answers within about two seconds; what it began goes on by itself."""

    @strawberry.mutation(
        description="Give captured money back to the card it came from.", metadata=DEAR
    )
    async def payment_refund(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            PaymentRefundInput, strawberry.argument(description="How much of which.")
        ],
    ) -> PaymentRefundPayload:
        """See `schema.ports.payments.Payments.refund`."""
        payments, scope = info.context.payments, info.context.scope
        try:
            amount = input.amount.record() if input.amount else None
        except InvalidRequest as error:
            wrong = amount_invalid(error, "amount")
            return PaymentRefundPayload(refund=None, **told(wrong))
        done = await payments.refund(
            scope,
            payment_name(input.payment),
            amount,
            input.idempotency_key,
            reason=input.reason,
            reader=input.reader.key() if input.reader else None,
        )
        if isinstance(done, UserErrorRecord):
            return PaymentRefundPayload(refund=None, **told(done))
        return PaymentRefundPayload(refund=done.refund, **told(done.payment))  # type: ignore[arg-type]
