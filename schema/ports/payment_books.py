"""What other systems' books say of our payments."""

from collections.abc import Sequence
from typing import Protocol

from schema.domain.scope import RequestScope
from schema.domain.write_back import WriteBackRecord


class PaymentBooks(Protocol):
    """What the orders' own systems know of payments and refunds."""

    async def write_backs(
        self, scope: RequestScope, references: Sequence[str]
    ) -> Sequence[WriteBackRecord | None]:
        """Return what came of telling of each payment or refund, by its id in the journal.

        None where there is nothing to tell: it is of no order, or no money has moved yet.
        """
        ...
