"""Payments at named readers and online."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from schema.domain.errors import TillgraphError
from schema.domain.order import OrderRecord
from schema.domain.payment import (
    CaptureMethod,
    PaymentChannel,
    PaymentEventRecord,
    PaymentRecord,
    PaymentState,
    RefundRecord,
)
from schema.domain.payment import PaymentFailure as PaymentFailureRecord
from schema.domain.reader import ReaderRecord
from schema.domain.reference import GlobalId
from schema.graphql.context import Info
from schema.graphql.cost import Cost
from schema.graphql.level import level_field
from schema.graphql.node import ID_DESCRIPTION, Node
from schema.graphql.reader import Reader
from schema.graphql.receipt import PaymentReceipt
from schema.graphql.record import shown_as, shows
from schema.graphql.write_back import WriteBack, write_backs
from schema.ports.payments import ReaderKey

if TYPE_CHECKING:
    from schema.graphql.order import Order
    from schema.graphql.refund import Refund

strawberry.enum(
    PaymentState,
    description="Where a payment stands. UNKNOWN is being checked, and must not be repeated.",
)
shown_as(PaymentState, PaymentState)
strawberry.enum(
    CaptureMethod,
    description="When the money is taken: with the card's approval, or later on demand.",
)
shown_as(CaptureMethod, CaptureMethod)
strawberry.enum(
    PaymentChannel, description="Where the customer paid: at a reader of a store, or online."
)
shown_as(PaymentChannel, PaymentChannel)


@strawberry.type(description="Why a payment did not go through.")
@shows(PaymentFailureRecord)
class PaymentFailure:
    """Shows `schema.domain.payment.PaymentFailure`."""


@strawberry.type(description="One step in a payment's life.")
@shows(PaymentEventRecord)
class PaymentEvent:
    """Shows `schema.domain.payment.PaymentEventRecord`."""


async def _reader(
    payments: Sequence[PaymentRecord], info: Info
) -> Sequence[ReaderRecord | TillgraphError | None]:
    keys = [ReaderKey(it.store, it.reader_name) for it in payments if it.reader_name]
    found = iter(await info.context.readers.by_keys(info.context.scope, keys))
    return [next(found) if it.reader_name else None for it in payments]


async def _order(
    payments: Sequence[PaymentRecord], info: Info
) -> Sequence[OrderRecord | TillgraphError | None]:
    return await info.context.orders.by_refs(info.context.scope, [it.order for it in payments])


async def _refunds(
    payments: Sequence[PaymentRecord], info: Info
) -> Sequence[Sequence[RefundRecord]]:
    lists = info.context.payments.lists
    return await lists.refunds_of(info.context.scope, [it.id for it in payments])


def _ids(payments: Sequence[PaymentRecord], _: Info) -> Sequence[str]:
    return [GlobalId("Payment", (it.id,)).text for it in payments]


@strawberry.type(description="A card payment, on a named reader or online.")
@shows(PaymentRecord)
class Payment(Node):
    """Shows `schema.domain.payment.PaymentRecord`."""

    id: strawberry.ID = level_field(_ids, description=ID_DESCRIPTION)
    reader: Reader | None = level_field(
        _reader,
        description="The reader it was sent to; null where it has been taken away, or none was"
        " needed online.",
    )
    order: Annotated["Order", strawberry.lazy("schema.graphql.order")] | None = level_field(
        _order, description="The order it pays; null where it pays a bare amount."
    )
    failure: PaymentFailure | None = strawberry.field(
        description="Why it did not go through; null while nothing has gone wrong."
    )
    refunds: list[Annotated["Refund", strawberry.lazy("schema.graphql.refund")]] | None = (
        level_field(
            _refunds,
            description="What was given back of it, by whomever, newest first.",
            null_is_error=True,
            cost=Cost(assumed=2),
        )
    )
    write_back: WriteBack | None = level_field(
        write_backs,
        description="Whether the order's own system knows of it; null before money was taken, and"
        " where no order is paid.",
    )
    receipt: PaymentReceipt | None = strawberry.field(
        description="What a printed receipt has to say; null until it is paid or held."
    )
    events: list[PaymentEvent] = strawberry.field(description="Its steps, oldest first.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        """Whether the record is a payment's."""
        return isinstance(value, PaymentRecord)


def journal_id(text: str, kind: str) -> str:
    """The journal's name of what an id stands for; one of another kind names nothing there.

    Raises:
        InvalidRequest: It is no id that this graph gave out.
    """
    found = GlobalId.parse(text)
    return found.parts[0] if found.kind == kind else ""
