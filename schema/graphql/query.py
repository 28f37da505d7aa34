"""What can be read."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from schema.domain.customer import CustomerLink, CustomerRecord, ExpectedCustomer
from schema.domain.errors import InvalidRequest, TillgraphError
from schema.domain.order import OrderRecord
from schema.domain.product import VariantRecord
from schema.graphql.connection import PAGE_DEFAULT, After, First, page_size
from schema.graphql.context import Context, Info
from schema.graphql.cost import COST, FREE, Cost
from schema.graphql.customer import Customer, CustomerBy
from schema.graphql.identified import identified
from schema.graphql.level import level_field
from schema.graphql.node import Node
from schema.graphql.nullability import SemanticNonNull
from schema.graphql.order import Order, OrderBy, OrderConnection, OrderFilter
from schema.graphql.payment_queries import PaymentQueries
from schema.graphql.product import ProductVariant, VariantBy
from schema.graphql.reader_queries import ReaderQueries
from schema.graphql.reader_task_queries import ReaderTaskQueries
from schema.graphql.reconciliation import ReconciliationQueries
from schema.graphql.source import Source
from schema.graphql.store import (
    GeoPoint,
    Store,
    StoreBy,
    StoreConnection,
    known_stores,
    store_connection,
)
from schema.ports.orders import OrderList

_IDS_MAX = 100


By = Annotated[CustomerBy, strawberry.argument(description="One key of the customer.")]


async def _customer_by(roots: Sequence[Any], info: Info, by: By) -> Sequence[CustomerRecord | None]:
    """From the first system that knows them."""
    return [await _customer(info.context, by)] * len(roots)


def _expected_customer(
    roots: Sequence[Any], info: Info, by: By
) -> Sequence[ExpectedCustomer | None]:
    """What an id tells of the customer before any system has been asked."""
    ref = by.reference
    return [info.context.orders.expected_customer(ref) if ref else None] * len(roots)


async def _orders(
    roots: Sequence[Any],
    info: Info,
    first: First = PAGE_DEFAULT,
    after: After = None,
    filter: Annotated[  # noqa: A002 - the field's standard name
        OrderFilter | None, strawberry.argument(description="Which orders; null is all.")
    ] = None,
) -> Sequence[OrderList]:
    """A merged list; see `schema.ports.orders.Orders.page`."""
    size, context = page_size(first), info.context
    asked = filter or OrderFilter()
    if asked.stores is not None:
        known_stores(context.stores, asked.stores)
    link = None
    if asked.customer is not None:
        link = await _link(context, asked.customer)
        if link is None:
            raise InvalidRequest("`filter.customer` is no customer that any system knows.")
    return [await context.orders.page(context.scope, asked.query(link), size, after)] * len(roots)


@strawberry.type(description="What can be read.")
class Query(PaymentQueries, ReaderTaskQueries, ReconciliationQueries, ReaderQueries):
    """The root. Every field is null where its system fails, and the others answer all the same."""

    @strawberry.field(description="Anything by its id; null where it is unknown.")
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The thing's id.")],  # noqa: A002 - Relay's name
    ) -> Node | None:
        """See Relay's Global Object Identification."""
        return _or_raise((await identified(info.context, [id]))[0])  # type: ignore[no-any-return]

    @strawberry.field(
        description="Things by their ids, in the same order; null for each that is unknown.",
        directives=[SemanticNonNull()],
        metadata={COST: Cost(slicing="ids")},
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="Their ids; 100 at most.")
        ],
    ) -> list[Node | None] | None:
        """Each kind is asked for in one go."""
        if len(ids) > _IDS_MAX:
            raise InvalidRequest(f"Give at most {_IDS_MAX} ids.")
        return await identified(info.context, ids)

    customer: Customer | None = level_field(
        _customer_by,
        description="A customer; null where no system knows them.",
        carries=_expected_customer,
    )

    @strawberry.field(description="An order; null where no system knows it.")
    async def order(
        self,
        info: Info,
        by: Annotated[OrderBy, strawberry.argument(description="One key of the order.")],
    ) -> Order | None:
        """From the system that owns it."""
        return await _order(info.context, by)  # type: ignore[return-value]

    orders: OrderConnection | None = level_field(
        _orders, description="Orders of every system, newest first.", null_is_error=True
    )

    @strawberry.field(description="A variant; null where no catalogue knows it.")
    async def variant(
        self,
        info: Info,
        by: Annotated[VariantBy, strawberry.argument(description="One key of the variant.")],
    ) -> ProductVariant | None:
        """From the first catalogue that knows it."""
        key, context = by.key(), info.context
        if key is None:
            return None
        found: VariantRecord | None = _or_raise(
            (await context.catalog.variants(context.scope, [key]))[0]
        )
        return found  # type: ignore[return-value]

    @strawberry.field(description="A store.", metadata={COST: FREE})
    async def store(
        self,
        info: Info,
        by: Annotated[StoreBy, strawberry.argument(description="One key of the store.")],
    ) -> Store | None:
        """From the configuration."""
        return by.store(info.context.stores)  # type: ignore[return-value]

    @strawberry.field(
        description="Stores, nearest first; without a point, by code.", metadata={COST: FREE}
    )
    async def stores(
        self,
        info: Info,
        near: Annotated[
            GeoPoint | None, strawberry.argument(description="Nearest stores first, from here.")
        ] = None,
        radius_km: Annotated[
            float | None, strawberry.argument(description="Only within so many kilometres.")
        ] = None,
        first: First = PAGE_DEFAULT,
        after: After = None,
    ) -> StoreConnection | None:
        """From the configuration."""
        found = info.context.stores.all(near.record() if near else None, radius_km)
        return store_connection(found, first, after)

    @strawberry.field(
        description="The systems that the gateway stands on, as it has met them.",
        directives=[SemanticNonNull()],
        metadata={COST: FREE},
    )
    async def sources(self, info: Info) -> list[Source] | None:
        """In the configuration's order. Asks none of them."""
        return list(info.context.sources.status())  # type: ignore[arg-type]


async def _customer(context: Context, by: CustomerBy) -> CustomerRecord | None:
    if key := by.key():
        return await context.customers.by_key(context.scope, key)
    if not (by.id or by.source):
        raise InvalidRequest("The key is empty.")
    ref = by.reference
    if ref is None:
        return None
    found = await context.customers.by_refs(context.scope, [ref])
    return _or_raise(found[0])  # type: ignore[no-any-return]


async def _order(context: Context, by: OrderBy) -> OrderRecord | None:
    if by.number:
        return await context.orders.by_number(context.scope, by.number.strip())
    if by.id:
        return await _identified(context, by.id, OrderRecord)  # type: ignore[no-any-return]
    if by.source:
        found = await context.orders.by_refs(context.scope, [by.source.record()])
        return _or_raise(found[0])  # type: ignore[no-any-return]
    raise InvalidRequest("The key is empty.")


async def _link(context: Context, customer: str) -> CustomerLink | None:
    found = await _identified(context, customer, CustomerRecord)
    return found.link if found else None


async def _identified(context: Context, text: str, kind: type[Any]) -> Any:
    """The thing of an id; None where it is unknown or of another kind."""
    found = _or_raise((await identified(context, [text]))[0])
    return found if isinstance(found, kind) else None


def _or_raise(found: Any) -> Any:
    if isinstance(found, TillgraphError):
        raise found
    return found
