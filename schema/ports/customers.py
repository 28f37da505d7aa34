"""Customers and their loyalty accounts."""

from collections.abc import Sequence
from typing import Protocol

from schema.domain.customer import CustomerKey, CustomerLink, CustomerRecord
from schema.domain.errors import TillgraphError
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope


class Customers(Protocol):
    """What may be asked about customers."""

    async def by_key(self, scope: RequestScope, key: CustomerKey) -> CustomerRecord | None:
        """Return the customer of a key that a person gave, from the first system that knows them.

        Raises:
            SourceError: A system failed before one knew them: another's might be someone else.
        """
        ...

    async def by_refs(
        self, scope: RequestScope, refs: Sequence[SourceRef]
    ) -> Sequence[CustomerRecord | TillgraphError | None]:
        """Return the customer of each reference."""
        ...

    async def by_links(
        self, scope: RequestScope, links: Sequence[CustomerLink | None]
    ) -> Sequence[CustomerRecord | TillgraphError | None]:
        """Return the customer that each link leads to; None for no link."""
        ...

    async def loyalty(
        self, scope: RequestScope, customers: Sequence[CustomerRecord]
    ) -> Sequence[LoyaltyRecord | TillgraphError | None]:
        """Return each customer's loyalty account."""
        ...
