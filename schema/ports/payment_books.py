"""What other systems' books say of our payments."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from schema.domain.reconciliation import (
    FindingKind,
    FindingRecord,
    FindingSeverity,
    ReconciliationRunRecord,
)
from schema.domain.scope import RequestScope
from schema.domain.write_back import WriteBackRecord


class FindingFilter(Struct, frozen=True):
    """Which findings; what is None lets every one through."""

    kinds: Sequence[FindingKind] | None = None
    severities: Sequence[FindingSeverity] | None = None


class FindingEdge(Struct, frozen=True):
    """A finding in a list."""

    cursor: str
    node: FindingRecord


class FindingList(Struct, frozen=True):
    """A part of the list of findings."""

    edges: Sequence[FindingEdge]
    has_next: bool


class PaymentBooks(Protocol):
    """What the orders' own systems know of payments and refunds, and the provider's books."""

    async def write_backs(
        self, scope: RequestScope, references: Sequence[str]
    ) -> Sequence[WriteBackRecord | None]:
        """Return what came of telling of each payment or refund, by its id in the journal.

        None where there is nothing to tell: it is of no order, or no money has moved yet.
        """
        ...

    async def last_run(self, scope: RequestScope) -> ReconciliationRunRecord | None:
        """Return the comparison with the provider's books that was through last."""
        ...

    async def findings(
        self, scope: RequestScope, wanted: FindingFilter, first: int, after: str | None
    ) -> FindingList:
        """Return what is open, the newest first, from after the row of a cursor.

        Who may see some stores only sees what concerns a payment of theirs.

        Raises:
            InvalidRequest: `after` is no cursor of this list.
        """
        ...
