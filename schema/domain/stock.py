"""What lies on the shelves, and what is on its way."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from schema.domain.reference import SourceRef
from schema.domain.scope import SourceGap


class StockRecord(Struct, frozen=True):
    """Units of one SKU in one store, as one system counts them. All quantities are whole units.

    `missing` names systems whose share is left out, such as the one that knows incoming deliveries.
    """

    ref: SourceRef
    sku: str
    store: str
    as_of: Annotated[datetime, Meta(description="When the system counted (UTC).")]
    on_hand: Annotated[int, Meta(description="Units physically there.")]
    committed: Annotated[
        int, Meta(description="Units promised to orders that are not fulfilled yet.")
    ] = 0
    reserved: Annotated[int, Meta(description="Units held for a while, without an order.")] = 0
    incoming: Annotated[int, Meta(description="Units on their way to the store.")] = 0
    missing: tuple[SourceGap, ...] = ()

    @property
    def available(self) -> int:
        """Units that may be sold: on hand, less committed and reserved; never below zero."""
        return max(0, self.on_hand - self.committed - self.reserved)


class IncomingRecord(Struct, frozen=True):
    """Units of one SKU on their way to one store. `expected_on` is the store's local date."""

    ref: SourceRef
    sku: str
    store: str
    as_of: datetime
    quantity: int
    expected_on: date | None = None
