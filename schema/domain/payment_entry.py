"""What a system that keeps orders is told of their payments."""

from datetime import datetime
from enum import Enum

from msgspec import Struct

from schema.domain.money import Money


class PaymentEntryKind(Enum):
    """Which way the money went. A refund is an entry of its own, never a negative capture."""

    CAPTURE = "CAPTURE"
    REFUND = "REFUND"


class PaymentEntry(Struct, frozen=True):
    """Money that was taken for an order, or given back. `amount` is above zero either way.

    `reference` is the id of our payment or refund; `provider_reference` the payment provider's;
    `store` and `reader` name where a card was presented; `at` is UTC.
    """

    reference: str
    kind: PaymentEntryKind
    amount: Money
    at: datetime
    provider_reference: str | None = None
    store: str | None = None
    reader: str | None = None
