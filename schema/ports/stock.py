"""Stock by store."""

from collections.abc import Sequence
from typing import Protocol

from schema.domain.errors import TillgraphError
from schema.domain.scope import RequestScope
from schema.domain.stock import StockRecord


class Stock(Protocol):
    """What may be asked about stock."""

    async def levels(
        self, scope: RequestScope, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Sequence[Sequence[StockRecord] | TillgraphError]:
        """Return each SKU's stock, ordered by store code; `stores` limits it to these codes."""
        ...
