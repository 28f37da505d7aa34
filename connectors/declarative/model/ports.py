"""What the connector offers: a port's method is there if it is named here."""

from typing import Generic, TypeVar

from pydantic import Field

from connectors.declarative.model.lookup import (
    CustomerLookups,
    LinkLookups,
    Lookup,
    StoreLookup,
    VariantLookups,
)
from connectors.declarative.model.paging import Walk
from connectors.declarative.model.part import Part
from connectors.declarative.model.write import Write

R = TypeVar("R", bound=Part)


class Ports(Part, Generic[R]):
    """Every method that a file may describe."""

    customers: CustomerLookups[R] | None = Field(default=None, description="Customers by key.")
    orders: Lookup[R] | None = Field(default=None, description="Orders by the system's own id.")
    orders_by_number: Lookup[R] | None = Field(
        default=None, description="Orders by the number on the receipt."
    )
    order_page: Walk[R] | None = Field(default=None, description="Orders, newest first.")
    orders_of: LinkLookups[R] | None = Field(
        default=None, description="The newest {limit} orders of a customer."
    )
    variants: VariantLookups[R] | None = Field(default=None, description="Variants by key.")
    products: Lookup[R] | None = Field(default=None, description="Products by their own id.")
    stores: Walk[R] | None = Field(default=None, description="Every store.")
    stock_levels: StoreLookup[R] | None = Field(default=None, description="Stock by SKU.")
    incoming: StoreLookup[R] | None = Field(default=None, description="Deliveries by SKU.")
    loyalty: LinkLookups[R] | None = Field(default=None, description="A customer's account.")
    coupons: LinkLookups[R] | None = Field(default=None, description="A customer's coupons.")
    returns_of: Lookup[R] | None = Field(
        default=None, description="Returns by the order's own id, several for each."
    )
    reservations: Lookup[R] | None = Field(
        default=None, description="Reservations by the system's own id."
    )
    changed_since: Walk[R] | None = Field(
        default=None, description="What changed after {cursor}, oldest first."
    )
    reserve: Write[R] | None = Field(default=None, description="Hold stock for a while.")
    extend: Write[R] | None = Field(default=None, description="Hold it longer.")
    release: Write[R] | None = Field(default=None, description="Put it back on sale.")
    create_return: Write[R] | None = Field(default=None, description="Announce a return.")
    record_payment: Write[R] | None = Field(
        default=None, description="Note money that was taken for an order, or given back."
    )
