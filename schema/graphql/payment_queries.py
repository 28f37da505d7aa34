"""What can be read of payments and of refunds."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from schema.domain.errors import InvalidRequest
from schema.domain.order import OrderRecord
from schema.domain.reference import GlobalId, SourceRef
from schema.graphql.connection import PAGE_DEFAULT, After, First, page_size
from schema.graphql.context import Context, Info
from schema.graphql.identified import identified
from schema.graphql.nullability import SemanticNonNull
from schema.graphql.payment import Payment, journal_id
from schema.graphql.payment_list import (
    PaymentConnection,
    PaymentFilter,
    RefundConnection,
    RefundFilter,
)
from schema.graphql.store import known_stores
from schema.ports.payment_lists import PaymentQuery, RefundQuery


@strawberry.type(description="What can be read of payments and of refunds.")
class PaymentQueries:
    """A part of the root. All of it comes from our journal."""

    @strawberry.field(description="A payment; null where there is none that you may see.")
    async def payment(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The payment's id.")],  # noqa: A002 - Relay's name
    ) -> Payment | None:
        """See `schema.ports.payments.Payments.payments`."""
        context = info.context
        found = await context.payments.payments(context.scope, [journal_id(id, "Payment")])
        return found[0]  # type: ignore[return-value]

    @strawberry.field(
        description="Payments at readers and online that you may see, newest first.",
        directives=[SemanticNonNull()],
    )
    async def payments(
        self,
        info: Info,
        first: First = PAGE_DEFAULT,
        after: After = None,
        filter: Annotated[  # noqa: A002 - the field's standard name
            PaymentFilter | None, strawberry.argument(description="Which payments; null is all.")
        ] = None,
    ) -> PaymentConnection | None:
        """See `schema.ports.payment_lists.PaymentLists.payments`."""
        size, context = page_size(first), info.context
        asked = filter or PaymentFilter()
        _known_store(context, asked.store)
        query = PaymentQuery(
            store=asked.store,
            states=asked.state,
            channel=asked.channel,
            orders=await _orders(context, asked.order),
            since=asked.since,
            until=asked.until,
        )
        return await context.payments.lists.payments(context.scope, query, size, after)  # type: ignore[return-value]

    @strawberry.field(
        description="Refunds of payments that you may see, newest first.",
        directives=[SemanticNonNull()],
    )
    async def refunds(
        self,
        info: Info,
        first: First = PAGE_DEFAULT,
        after: After = None,
        filter: Annotated[  # noqa: A002 - the field's standard name
            RefundFilter | None, strawberry.argument(description="Which refunds; null is all.")
        ] = None,
    ) -> RefundConnection | None:
        """See `schema.ports.payment_lists.PaymentLists.refunds`."""
        size, context = page_size(first), info.context
        asked = filter or RefundFilter()
        _known_store(context, asked.store)
        query = RefundQuery(
            store=asked.store,
            states=asked.state,
            channel=asked.channel,
            payment=journal_id(asked.payment, "Payment") if asked.payment is not None else None,
            orders=await _orders(context, asked.order),
            since=asked.since,
            until=asked.until,
        )
        return await context.payments.lists.refunds(context.scope, query, size, after)  # type: ignore[return-value]


def _known_store(context: Context, code: str | None) -> None:
    if code is not None:
        known_stores(context.stores, [code])


async def _orders(context: Context, text: str | None) -> Sequence[SourceRef] | None:
    """The records of an order: the one that its id names, and the one to which it has moved.

    The second is its own system's to tell. With that one dead the first has to do.

    Raises:
        InvalidRequest: It is no order's id.
    """
    if text is None:
        return None
    named = GlobalId.parse(text)
    if named.kind != "Order":
        raise InvalidRequest("`filter.order` is no order's id.")
    found = (await identified(context, [text]))[0]
    refs = [SourceRef(*named.parts)]
    if isinstance(found, OrderRecord) and found.ref not in refs:
        refs.append(found.ref)
    return refs
