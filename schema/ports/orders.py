"""Orders over every system that keeps some."""

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from schema.domain.customer import CustomerRecord, ExpectedCustomer
from schema.domain.errors import TillgraphError
from schema.domain.order import Channel, OrderQuery, OrderRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope, SourceGap


class OrderEdge(Struct, frozen=True):
    """An order of a list. Its cursor is written when somebody asks for it."""

    node: OrderRecord
    write_cursor: Callable[[], str]

    @property
    def cursor(self) -> str:
        """From where the list goes on after the order."""
        return self.write_cursor()


class OrderList(Struct, frozen=True):
    """A part of a merged list, newest first; `missing` tells which systems' rows it lacks."""

    edges: tuple[OrderEdge, ...]
    has_next: bool
    missing: tuple[SourceGap, ...] = ()


class Orders(Protocol):
    """What may be asked about orders."""

    async def by_refs(
        self, scope: RequestScope, refs: Sequence[SourceRef | None]
    ) -> Sequence[OrderRecord | TillgraphError | None]:
        """Return the order of each reference, wherever it has moved since; None for none."""
        ...

    async def by_number(self, scope: RequestScope, number: str) -> OrderRecord | None:
        """Return the order whose receipt or confirmation bears the number.

        Raises:
            SourceError: No system knows it, and one that might has failed.
        """
        ...

    async def page(
        self, scope: RequestScope, query: OrderQuery, first: int, after: str | None
    ) -> OrderList:
        """Return orders of every system, newest first; no row is lost or doubled between pages.

        Raises:
            InvalidRequest: `after` is no cursor of this list.
            SourceError: Every system that was asked has failed.
        """
        ...

    async def of_customers(
        self,
        scope: RequestScope,
        customers: Sequence[CustomerRecord | ExpectedCustomer],
        first: int,
        after: str | None,
        channels: Sequence[Channel] | None,
    ) -> Sequence[OrderList | TillgraphError]:
        """Return each customer's orders as `page` does."""
        ...

    def expected_customer(self, ref: SourceRef) -> ExpectedCustomer | None:
        """The customer of a reference, whose orders can be asked for before they are read.

        None where a system that may know some needs more than the reference.
        """
        ...
