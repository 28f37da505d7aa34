"""What our payments have to do with what is due of orders, as the journal tells it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol, TypeAlias

from msgspec import Struct

from connectors.sdk.terminal import AmountRule
from schema.domain.money import Money
from schema.domain.reference import SourceRef

Committed: TypeAlias = Mapping[str, int]
"""Minor units by currency."""


class OrderPart(Struct, frozen=True):
    """What a payment wants of its order.

    `read_at` is when the order's own system was asked: what it had been told of our payments by
    then is in what it says. `part` is how much is wanted, None for all that is left, and `rule`
    which amounts the provider takes.
    """

    read_at: datetime | None = None
    part: Money | None = None
    rule: AmountRule | None = None


ALL_THAT_IS_DUE: Final = OrderPart()
"""Of an order whose own system has been told of nothing yet."""


class DueLog(Protocol):
    """What payments take off their orders."""

    async def committed(
        self, orders: Mapping[SourceRef, datetime | None]
    ) -> Mapping[SourceRef, Committed]:
        """Return what our payments have taken for each order, tips aside, or are about to take.

        `orders` tells when each was read: what its own system had been told before is left out,
        since that counts it. Orders without payments are absent.
        """
        ...
