"""Orders and their lines."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from schema.domain.customer import CustomerLink, CustomerRecord
from schema.domain.errors import TillgraphError
from schema.domain.money import Money as MoneyRecord
from schema.domain.order import (
    OrderLineRecord,
    OrderQuery,
    OrderRecord,
    OrderStatus,
)
from schema.domain.payment import PaymentRecord
from schema.domain.product import VariantKey, VariantKeyKind, VariantRecord
from schema.domain.store import StoreRecord
from schema.graphql.channel import Channel
from schema.graphql.connection import PageInfo
from schema.graphql.context import Info
from schema.graphql.cost import COST, FREE, Cost
from schema.graphql.customer import Customer
from schema.graphql.level import level_field
from schema.graphql.money import Money
from schema.graphql.node import ID_DESCRIPTION, Node
from schema.graphql.nullability import SemanticNonNull
from schema.graphql.product import ProductVariant
from schema.graphql.record import shown_as, shows
from schema.graphql.source import SourceGap, SourceRef, SourceRefInput
from schema.graphql.store import Store
from schema.ports import orders as port

if TYPE_CHECKING:
    from schema.graphql.payment import Payment

strawberry.enum(OrderStatus, description="How far an order has come.")
shown_as(OrderStatus, OrderStatus)


@strawberry.input(one_of=True, description="One key of an order.")
class OrderBy:
    """Exactly one of the keys."""

    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The order's id in this graph."
    )
    number: str | None = strawberry.field(
        default=strawberry.UNSET, description="The number on the receipt or the confirmation."
    )
    source: SourceRefInput | None = strawberry.field(
        default=strawberry.UNSET, description="The order's record in one system."
    )


@strawberry.input(description="Which orders; a filter left out lets every order through.")
class OrderFilter:
    """Becomes `schema.domain.order.OrderQuery`."""

    channels: list[Channel] | None = strawberry.field(
        default=None, description="Only orders placed there."
    )
    stores: list[str] | None = strawberry.field(
        default=None, description="Only orders of the stores with these codes."
    )
    customer: strawberry.ID | None = strawberry.field(
        default=None, description="Only orders of this customer."
    )
    placed_after: datetime | None = strawberry.field(
        default=None, description="Only orders placed later than this moment."
    )
    placed_before: datetime | None = strawberry.field(
        default=None, description="Only orders placed at this moment or earlier."
    )

    def query(self, customer: CustomerLink | None) -> OrderQuery:
        """The filter as a record; `customer` is what is known of the one it names."""
        return OrderQuery(
            channels=self.channels,
            stores=self.stores,
            customer=customer,
            placed_after=self.placed_after,
            placed_before=self.placed_before,
        )


async def _variant(
    lines: Sequence[OrderLineRecord], info: Info
) -> Sequence[VariantRecord | TillgraphError | None]:
    return await info.context.catalog.variants(
        info.context.scope, [VariantKey(VariantKeyKind.SKU, line.sku) for line in lines]
    )


def _lines(lines: Sequence[OrderLineRecord], _: Info) -> Sequence[OrderLineRecord]:
    return lines  # they carry the variant's SKU


@strawberry.type(description="One line of an order.")
@shows(OrderLineRecord)
class OrderLine:
    """Shows `schema.domain.order.OrderLineRecord`."""

    variant: ProductVariant | None = level_field(
        _variant,
        description="What was ordered; null where no catalogue knows it any more.",
        carries=_lines,
    )


async def _customer(
    orders: Sequence[OrderRecord], info: Info
) -> Sequence[CustomerRecord | TillgraphError | None]:
    return await info.context.customers.by_links(
        info.context.scope, [order.customer for order in orders]
    )


async def _store(orders: Sequence[OrderRecord], info: Info) -> Sequence[StoreRecord | None]:
    return info.context.stores.by_codes([order.store for order in orders])


async def _payments(orders: Sequence[OrderRecord], info: Info) -> Sequence[Sequence[PaymentRecord]]:
    return await info.context.payments.of_orders(
        info.context.scope, [order.ref for order in orders]
    )


async def _due(orders: Sequence[OrderRecord], info: Info) -> Sequence[MoneyRecord | None]:
    return await info.context.payments.due(info.context.scope, orders)


def _ids(orders: Sequence[OrderRecord], info: Info) -> Sequence[str]:
    return [info.context.ids.give("Order", it.ref) for it in orders]


@strawberry.type(description="An order over any channel.")
@shows(OrderRecord)
class Order(Node):
    """Shows `schema.domain.order.OrderRecord`."""

    id: strawberry.ID = level_field(_ids, description=ID_DESCRIPTION)
    customer: Customer | None = level_field(
        _customer, description="Who ordered; null where nobody said."
    )
    store: Store | None = level_field(
        _store, description="The store it belongs to; null where it belongs to none.", cost=FREE
    )
    lines: list[OrderLine] | None = strawberry.field(
        description="What was ordered.",
        directives=[SemanticNonNull()],
        metadata={COST: Cost(assumed=3)},
    )
    payments: list[Annotated["Payment", strawberry.lazy("schema.graphql.payment")]] | None = (
        level_field(
            _payments,
            description="Payments at readers and online, newest first.",
            null_is_error=True,
            cost=Cost(assumed=2),
        )
    )
    due: Money | None = level_field(
        _due,
        description="What is left to be paid: what its own system says, less what payments on"
        " named readers took, tips aside, or are about to take.",
        null_is_error=True,
    )
    ref: SourceRef = strawberry.field(name="source", description="The record that was read.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        """Whether the record is an order's."""
        return isinstance(value, OrderRecord)


@strawberry.type(description="An order in a list.")
class OrderEdge:
    """Shows `schema.ports.orders.OrderEdge`."""

    cursor: str = strawberry.field(description="Pass it as `after` for the rows that follow.")
    node: Order = strawberry.field(description="The order.")


def _nodes(lists: Sequence[port.OrderList], _: Info) -> Sequence[Sequence[OrderRecord]]:
    return [[edge.node for edge in it.edges] for it in lists]


def _page_infos(lists: Sequence[port.OrderList], _: Info) -> Sequence[PageInfo]:
    return [
        PageInfo(has_next_page=it.has_next, end_cursor=it.edges[-1].cursor if it.edges else None)
        for it in lists
    ]


@strawberry.type(description="Orders of every system, newest first.")
class OrderConnection:
    """Shows `schema.ports.orders.OrderList`."""

    edges: list[OrderEdge] = strawberry.field(description="The rows.")
    missing: list[SourceGap] = strawberry.field(
        description="The systems whose rows are left out, and the range that leaves open."
    )

    nodes: list[Order] = level_field(_nodes, description="The orders themselves.", cost=FREE)
    page_info: PageInfo = level_field(_page_infos, description="Where the list goes on.", cost=FREE)
