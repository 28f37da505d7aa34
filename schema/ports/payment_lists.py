"""Lists of payments and of refunds, newest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from schema.domain.payment import (
    PaymentChannel,
    PaymentRecord,
    PaymentState,
    RefundRecord,
    RefundState,
)
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope


class PaymentQuery(Struct, frozen=True):
    """Which payments; what is None lets every payment through.

    `orders` are the records of one order, wherever it has moved. `since` is the first moment that
    counts, `until` the first that does not.
    """

    store: str | None = None
    states: Sequence[PaymentState] | None = None
    channel: PaymentChannel | None = None
    orders: Sequence[SourceRef] | None = None
    since: datetime | None = None
    until: datetime | None = None


class RefundQuery(Struct, frozen=True):
    """Which refunds. What is told of a store, a channel and orders is of the refund's payment."""

    store: str | None = None
    states: Sequence[RefundState] | None = None
    channel: PaymentChannel | None = None
    payment: str | None = None
    orders: Sequence[SourceRef] | None = None
    since: datetime | None = None
    until: datetime | None = None


class PaymentEdge(Struct, frozen=True):
    """A payment in a list."""

    cursor: str
    node: PaymentRecord


class PaymentList(Struct, frozen=True):
    """A part of a list of payments."""

    edges: Sequence[PaymentEdge]
    has_next: bool


class RefundEdge(Struct, frozen=True):
    """A refund in a list."""

    cursor: str
    node: RefundRecord


class RefundList(Struct, frozen=True):
    """A part of a list of refunds."""

    edges: Sequence[RefundEdge]
    has_next: bool


class PaymentLists(Protocol):
    """Lists of what the actor may see: payments of their stores, and those made online."""

    async def payments(
        self, scope: RequestScope, query: PaymentQuery, first: int, after: str | None
    ) -> PaymentList:
        """Return payments, the newest first, from after the row of a cursor.

        Raises:
            InvalidRequest: `after` is no cursor of such a list.
            NotPermitted: The store is none of the actor's.
        """
        ...

    async def refunds(
        self, scope: RequestScope, query: RefundQuery, first: int, after: str | None
    ) -> RefundList:
        """Return refunds, the newest first. Raises as `payments`."""
        ...

    async def refunds_of(
        self, scope: RequestScope, payments: Sequence[str]
    ) -> Sequence[Sequence[RefundRecord]]:
        """Return each payment's refunds, the newest first."""
        ...
