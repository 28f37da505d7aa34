"""What one operation carries. Built by the gateway; resolvers see only Protocols."""

from typing import Protocol

import strawberry
from msgspec import Struct

from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope
from schema.ports.catalog import Catalog
from schema.ports.customers import Customers
from schema.ports.orders import Orders
from schema.ports.payment_books import PaymentBooks
from schema.ports.payments import Payments
from schema.ports.reader_tasks import ReaderTasks
from schema.ports.readers import Readers
from schema.ports.sources import Sources
from schema.ports.stock import Stock
from schema.ports.stores import Stores


class Identifiers(Protocol):
    """The ids that clients hold, which outlive a record's move to another system."""

    def give(self, kind: str, ref: SourceRef) -> str:
        """The id of a record, the same wherever it has moved."""
        ...


class Context(Struct):
    """The ports that resolvers ask, and the bounds of this operation."""

    scope: RequestScope
    ids: Identifiers
    customers: Customers
    orders: Orders
    catalog: Catalog
    stock: Stock
    stores: Stores
    payments: Payments
    readers: Readers
    reader_tasks: ReaderTasks
    books: PaymentBooks
    sources: Sources


Info = strawberry.Info[Context, None]
