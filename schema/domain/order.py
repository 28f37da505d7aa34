"""Orders over every channel."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from schema.domain.customer import CustomerLink
from schema.domain.money import Money
from schema.domain.reference import SourceRef


class Channel(Enum):
    """Where an order was placed."""

    STORE = "STORE"
    WEB = "WEB"
    APP = "APP"
    SOCIAL = "SOCIAL"
    CATALOG = "CATALOG"
    CALL_CENTER = "CALL_CENTER"


class OrderStatus(Enum):
    """How far an order has come."""

    OPEN = "OPEN"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED"
    FULFILLED = "FULFILLED"
    PARTIALLY_RETURNED = "PARTIALLY_RETURNED"
    RETURNED = "RETURNED"
    CANCELED = "CANCELED"


class OrderLineRecord(Struct, frozen=True):
    """One line of an order."""

    sku: str
    quantity: Annotated[int, Meta(description="Units ordered.")]
    title: Annotated[
        str, Meta(description="What the line says, as it was when the order was placed.")
    ]
    unit_price: Annotated[Money, Meta(description="Price of one unit.")]
    total: Annotated[Money, Meta(description="Price of the whole line.")]


class OrderRecord(Struct, frozen=True):
    """An order, as one system knows it. `paid` is what that system has recorded as paid."""

    ref: SourceRef
    as_of: datetime
    number: Annotated[str, Meta(description="The number on the receipt or the confirmation.")]
    channel: Annotated[Channel, Meta(description="Where the order was placed.")]
    placed_at: Annotated[datetime, Meta(description="When it was placed (UTC).")]
    status: Annotated[OrderStatus, Meta(description="How far it has come.")]
    total: Annotated[Money, Meta(description="What the whole order costs.")]
    paid: Money
    lines: tuple[OrderLineRecord, ...]
    customer: CustomerLink | None = None
    store: str | None = None


class OrderPosition(Struct, frozen=True, order=True):
    """A place in a list of orders: later `placed_at` comes first, then greater `ref`."""

    placed_at: datetime
    ref: SourceRef

    @staticmethod
    def of(order: OrderRecord) -> "OrderPosition":
        """The order's own place."""
        return OrderPosition(order.placed_at, order.ref)


class OrderQuery(Struct, frozen=True):
    """Which orders are asked for; an absent filter lets every order through.

    `placed_after` is exclusive and `placed_before` inclusive, both UTC. `customer` holds all keys
    known of one customer: an order of any of them counts.
    """

    channels: Sequence[Channel] | None = None
    stores: Sequence[str] | None = None
    customer: CustomerLink | None = None
    placed_after: datetime | None = None
    placed_before: datetime | None = None


class OrderPage(Struct, frozen=True):
    """Some orders of one system, newest first (`OrderPosition`), without repeats.

    `hint` tells the same system where to go on; None when there are no more rows.
    """

    rows: tuple[OrderRecord, ...]
    hint: str | None = None
