"""The graph in Strawberry's own way: types with fields, and a method for each relation."""

from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated

import strawberry

from tests.bench.stock.context import Info
from tests.bench.stock.scalars import CurrencyCode


@strawberry.enum
class OrderStatus(Enum):
    """How far an order has come."""

    OPEN = "OPEN"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED"
    FULFILLED = "FULFILLED"
    PARTIALLY_RETURNED = "PARTIALLY_RETURNED"
    RETURNED = "RETURNED"
    CANCELED = "CANCELED"


@strawberry.interface
class Node:
    """Anything that has an id of its own."""

    id: strawberry.ID


@strawberry.type
class Money:
    """An amount."""

    amount: Decimal
    currency: CurrencyCode


@strawberry.type
class Store(Node):
    """A store."""

    code: str
    name: str


@strawberry.type
class StockLevel:
    """Units of one variant in one store."""

    as_of: datetime
    on_hand: int
    committed: int
    reserved: int
    available: int
    store: Store | None


@strawberry.type
class Product(Node):
    """What its variants have in common."""

    title: str
    skus: strawberry.Private[list[str]]

    @strawberry.field
    async def variants(
        self, info: Info
    ) -> list[Annotated["ProductVariant", strawberry.lazy("tests.bench.stock.types")]] | None:
        """The sizes that are sold."""
        return await info.context["variants"].load_many(self.skus)  # type: ignore[no-any-return] # loaders are by name


@strawberry.type
class ProductVariant(Node):
    """One size of a product."""

    sku: str
    title: str
    gtin: str | None
    price: Money | None
    group: strawberry.Private[str]

    @strawberry.field
    async def product(self, info: Info) -> Product | None:
        """What its variants have in common."""
        return await info.context["products"].load(self.group)  # type: ignore[no-any-return] # loaders are by name

    @strawberry.field
    async def stock(self, info: Info) -> list[StockLevel] | None:
        """Units by store."""
        return await info.context["stock"].load(self.sku)  # type: ignore[no-any-return] # loaders are by name


@strawberry.type
class OrderLine:
    """One line of an order."""

    quantity: int
    title: str
    unit_price: Money
    total: Money
    sku: strawberry.Private[str]

    @strawberry.field
    async def variant(self, info: Info) -> ProductVariant | None:
        """What was ordered."""
        return await info.context["variants"].load(self.sku)  # type: ignore[no-any-return] # loaders are by name


@strawberry.type
class Order(Node):
    """An order."""

    number: str
    placed_at: datetime
    status: OrderStatus
    total: Money
    lines: list[OrderLine] | None
    customer_no: strawberry.Private[str]

    @strawberry.field
    async def customer(
        self, info: Info
    ) -> Annotated["Customer", strawberry.lazy("tests.bench.stock.types")] | None:
        """Who ordered."""
        return await info.context["customers"].load(self.customer_no)  # type: ignore[no-any-return] # loaders are by name


@strawberry.type
class OrderConnection:
    """Orders, newest first."""

    nodes: list[Order]


@strawberry.type
class Customer(Node):
    """A customer."""

    name: str | None
    email: str | None
    number: strawberry.Private[str]

    @strawberry.field
    async def orders(self, info: Info, first: int | None = 20) -> OrderConnection | None:
        """Their orders, newest first."""
        found = await info.context["orders_of"].load((self.number, first or 20))
        return OrderConnection(nodes=found)


@strawberry.input(one_of=True)
class CustomerBy:
    """One key of a customer."""

    id: strawberry.ID | None = strawberry.UNSET
