"""Systems that know orders."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from connectors.sdk.ports.writing import write
from schema.domain.customer import CustomerLink
from schema.domain.errors import SourceError
from schema.domain.order import OrderPage, OrderPosition, OrderQuery, OrderRecord
from schema.domain.payment_entry import PaymentEntry
from schema.domain.reference import SourceRef


@runtime_checkable
class OrderReader(Protocol):
    """A system that knows orders."""

    async def orders(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """Return the order of each id of the system's own."""
        ...

    async def orders_by_number(
        self, ctx: CallContext, numbers: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """Return the order of each number as printed on receipt or confirmation."""
        ...

    async def order_page(
        self,
        ctx: CallContext,
        query: OrderQuery,
        *,
        after: OrderPosition | None,
        hint: str | None,
        limit: int,
    ) -> OrderPage:
        """Return orders newest first, from the one that follows `after` on.

        Shape: the page may begin earlier than asked (the engine drops what is not past `after`),
        but never later: rows may be inserted and removed between two calls, so where `hint` no
        longer leads to `after`, step back. About `limit` rows; fewer only at the end, when `hint`
        is None. Filters of the query that the system lacks are applied by the mapping.
        """
        ...

    async def orders_of(
        self, ctx: CallContext, customers: Sequence[CustomerLink], limit: int
    ) -> Mapping[CustomerLink, Sequence[OrderRecord] | SourceError]:
        """Return the newest `limit` orders of each customer, newest first.

        A customer of whom the link tells nothing that the system knows is absent.

        A class may also have a method `finds_orders_by(ref) -> bool`: whether a customer's
        reference alone says as much as the whole link, here and in `order_page`. Their orders are
        then asked for while the customer is still being read.
        """
        ...


@runtime_checkable
class OrderWriter(Protocol):
    """A system that is told what happens to its orders."""

    @write
    async def record_payment(
        self, ctx: CallContext, order: str, entry: PaymentEntry
    ) -> SourceRef | None:
        """Note money that was taken for an order, or given back; the order by the system's own id.

        The answer is the entry in the system, None where it gives entries no id. Nothing is paid
        by this. Raises `NotFound` for an unknown order, `Conflict` where its state takes no entry.

        Where the manifest does not name it in `idempotent_writes`, a class should also have
        `recorded_payment(ctx, order, reference) -> SourceRef | None`: the entry in the system, None
        where it has none. It is asked before an entry is sent whose answer may have been lost;
        without it such an entry is left to a person.
        """
        ...
