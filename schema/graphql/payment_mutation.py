"""What can be done about payments on readers."""

from typing import Annotated

import strawberry

from schema.domain.errors import InvalidRequest, TillgraphError
from schema.domain.order import OrderRecord
from schema.domain.payment import CaptureMethod, PaymentRecord, UserErrorRecord
from schema.domain.payment_method import PaymentMethodKind
from schema.domain.reference import GlobalId
from schema.graphql.context import Context, Info
from schema.graphql.identified import identified
from schema.graphql.money import MoneyInput
from schema.graphql.payload import DEAR, ERRORS, amount_invalid, amounts, payment_name, told
from schema.graphql.payment import Payment
from schema.graphql.reader import ReaderInput
from schema.graphql.user_error import UserError, user_error
from schema.ports.payments import PaymentIncrease, PaymentStart


@strawberry.input(description="A payment to send to a reader: of an order, or of an amount.")
class TerminalPaymentStartInput:
    """Becomes `schema.ports.payments.PaymentStart`."""

    reader: ReaderInput = strawberry.field(description="The reader, as staff name it.")
    idempotency_key: str = strawberry.field(
        description="Of your making, 1 to 255 characters: the same key twice is one payment."
    )
    order: strawberry.ID | None = strawberry.field(
        default=None, description="The order to pay; its own system tells what is due."
    )
    part: MoneyInput | None = strawberry.field(
        default=None, description="How much of the order; null pays all that is due."
    )
    amount: MoneyInput | None = strawberry.field(
        default=None, description="The amount, where no order is paid. Never both."
    )
    capture_method: CaptureMethod = strawberry.field(
        default=CaptureMethod.AUTOMATIC, description="When the money is taken."
    )
    tip_eligible: MoneyInput | None = strawberry.field(
        default=None,
        description="The amount that the reader suggests tips on; null asks for no tip.",
    )
    methods: list[PaymentMethodKind] | None = strawberry.field(
        default=None, description="What the customer may pay with; null takes cards alone."
    )
    incrementable: bool = strawberry.field(
        default=False,
        description="Whether the hold may grow later (`terminalPaymentIncrease`); only MANUAL.",
    )


@strawberry.type(description="What became of a payment's start.")
class TerminalPaymentStartPayload:
    """The payment in the state it has reached, or why there is none."""

    payment: Payment | None = strawberry.field(description="The payment; null with an error.")
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.input(description="A payment whose card was refused, to be tried with another.")
class TerminalPaymentRetryInput:
    """Names the payment, and the reader that is to ask for the card."""

    payment: strawberry.ID = strawberry.field(description="The payment.")
    reader: ReaderInput | None = strawberry.field(
        default=None,
        description="Another reader of the same store; null stays at the one it was at.",
    )


@strawberry.type(description="What became of trying a payment again.")
class TerminalPaymentRetryPayload:
    """The payment in the state it has reached, or why no other card is asked for."""

    payment: Payment | None = strawberry.field(description="The payment; null with an error.")
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.input(description="A payment to call off.")
class TerminalPaymentCancelInput:
    """Names the payment."""

    payment: strawberry.ID = strawberry.field(description="The payment.")


@strawberry.type(description="What became of calling a payment off.")
class TerminalPaymentCancelPayload:
    """The payment in the state it has reached, or why it goes on."""

    payment: Payment | None = strawberry.field(description="The payment; null with an error.")
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.input(description="Authorized money to take.")
class TerminalPaymentCaptureInput:
    """Names the payment, and how much of it."""

    payment: strawberry.ID = strawberry.field(description="The payment.")
    amount: MoneyInput | None = strawberry.field(
        default=None, description="How much; null takes all, and what is not taken is released."
    )


@strawberry.type(description="What became of taking authorized money.")
class TerminalPaymentCapturePayload:
    """The payment in the state it has reached, or why nothing was taken."""

    payment: Payment | None = strawberry.field(description="The payment; null with an error.")
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.input(description="A hold that shall grow.")
class TerminalPaymentIncreaseInput:
    """Becomes `schema.ports.payments.PaymentIncrease`."""

    payment: strawberry.ID = strawberry.field(description="The payment.")
    amount: MoneyInput = strawberry.field(
        description="What the payment shall be of in all, tips aside; not what is added."
    )
    idempotency_key: str = strawberry.field(
        description="Of your making, 1 to 255 characters: the same key twice is one request."
    )


@strawberry.type(description="What became of letting a hold grow.")
class TerminalPaymentIncreasePayload:
    """The payment in the state it has reached, or why nothing was asked for."""

    payment: Payment | None = strawberry.field(
        description="The payment; null with an error. Its `failure` tells of a refusal."
    )
    user_errors: list[UserError] = strawberry.field(description=ERRORS)


@strawberry.type(description="What can be done about payments on readers.")
class PaymentMutation:
    """Each answers within about two seconds; what it began goes on by itself."""

    @strawberry.mutation(
        description="Send a payment to a reader; a card is asked for there.", metadata=DEAR
    )
    async def terminal_payment_start(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            TerminalPaymentStartInput, strawberry.argument(description="The payment.")
        ],
    ) -> TerminalPaymentStartPayload:
        """See `schema.ports.payments.Payments.start`."""
        request = await _request(info.context, input)
        if isinstance(request, PaymentStart):
            done = await info.context.payments.start(info.context.scope, request)
        else:
            done = request
        return TerminalPaymentStartPayload(**told(done))

    @strawberry.mutation(
        description="Ask for another card after one was refused: the same payment, no second one.",
        metadata=DEAR,
    )
    async def terminal_payment_retry(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            TerminalPaymentRetryInput, strawberry.argument(description="The payment.")
        ],
    ) -> TerminalPaymentRetryPayload:
        """See `schema.ports.payments.Payments.retry`."""
        payments, scope = info.context.payments, info.context.scope
        reader = input.reader.key() if input.reader else None
        done = await payments.retry(scope, payment_name(input.payment), reader)
        return TerminalPaymentRetryPayload(**told(done))

    @strawberry.mutation(
        description="Call a payment off, or release the money it holds.", metadata=DEAR
    )
    async def terminal_payment_cancel(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            TerminalPaymentCancelInput, strawberry.argument(description="The payment.")
        ],
    ) -> TerminalPaymentCancelPayload:
        """See `schema.ports.payments.Payments.cancel`."""
        payments, scope = info.context.payments, info.context.scope
        payment = payment_name(input.payment)
        done = await payments.cancel(scope, payment)
        return TerminalPaymentCancelPayload(**told(done))

    @strawberry.mutation(
        description="Hold more of the customer's money; a refusal leaves what is held.",
        metadata=DEAR,
    )
    async def terminal_payment_increase(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            TerminalPaymentIncreaseInput, strawberry.argument(description="How much in all.")
        ],
    ) -> TerminalPaymentIncreasePayload:
        """See `schema.ports.payments.Payments.increase`."""
        payments, scope = info.context.payments, info.context.scope
        request = await _increase(info.context, input)
        done: PaymentRecord | UserErrorRecord
        if isinstance(request, UserErrorRecord):
            done = request
        else:
            done = await payments.increase(scope, request)
        return TerminalPaymentIncreasePayload(**told(done))

    @strawberry.mutation(description="Take authorized money, all or part of it.", metadata=DEAR)
    async def terminal_payment_capture(
        self,
        info: Info,
        input: Annotated[  # noqa: A002 - the field's standard name
            TerminalPaymentCaptureInput, strawberry.argument(description="How much of which.")
        ],
    ) -> TerminalPaymentCapturePayload:
        """See `schema.ports.payments.Payments.capture`."""
        payments, scope = info.context.payments, info.context.scope
        given = amounts(amount=input.amount)
        done: PaymentRecord | UserErrorRecord
        if isinstance(given, UserErrorRecord):
            done = given
        else:
            name = payment_name(input.payment)
            done = await payments.capture(scope, name, given["amount"])
        return TerminalPaymentCapturePayload(**told(done))


async def _request(
    context: Context, asked: TerminalPaymentStartInput
) -> PaymentStart | UserErrorRecord:
    """The request in domain terms, its order read from the system that owns it."""
    given = amounts(amount=asked.amount, part=asked.part, tip_eligible=asked.tip_eligible)
    if isinstance(given, UserErrorRecord):
        return given
    order = await _order(context, asked.order) if asked.order is not None else None
    if isinstance(order, UserErrorRecord):
        return order
    return PaymentStart(
        reader=asked.reader.key(),
        idempotency_key=asked.idempotency_key,
        order=order,
        capture=asked.capture_method,
        methods=(PaymentMethodKind.CARD,) if asked.methods is None else tuple(asked.methods),
        incrementable=asked.incrementable,
        **given,
    )


async def _increase(
    context: Context, asked: TerminalPaymentIncreaseInput
) -> PaymentIncrease | UserErrorRecord:
    """The request in domain terms, the payment's order read from the system that owns it."""
    try:
        amount = asked.amount.record()
    except InvalidRequest as error:
        return amount_invalid(error, "amount")
    name = payment_name(asked.payment)
    found = (await context.payments.payments(context.scope, [name]))[0]
    if found is None or found.order is None:
        return PaymentIncrease(name, amount, asked.idempotency_key)
    order = (await context.orders.by_refs(context.scope, [found.order]))[0]
    if isinstance(order, TillgraphError):
        return user_error(order, "input", "payment")
    return PaymentIncrease(name, amount, asked.idempotency_key, order)


async def _order(context: Context, text: str) -> OrderRecord | UserErrorRecord:
    unknown = UserErrorRecord("ORDER_UNKNOWN", "There is no such order.", ("input", "order"))
    try:
        if GlobalId.parse(text).kind != "Order":
            return unknown
        found = (await identified(context, [text]))[0]
    except InvalidRequest:
        return unknown
    if isinstance(found, TillgraphError):
        return user_error(found, "input", "order")
    return found if isinstance(found, OrderRecord) else unknown
