"""Goods that customers bring or send back."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from schema.domain.money import Money
from schema.domain.reference import SourceRef


class ReturnState(Enum):
    """How far a return has come."""

    REQUESTED = "REQUESTED"
    RECEIVED = "RECEIVED"
    COMPLETED = "COMPLETED"
    REFUSED = "REFUSED"


class ReturnLine(Struct, frozen=True):
    """Whole units of one SKU that come back."""

    sku: str
    quantity: Annotated[int, Meta(description="Units that come back.")]
    reason: Annotated[str | None, Meta(description="Why, in the words of customer or staff.")] = (
        None
    )


class ReturnRequest(Struct, frozen=True):
    """What comes back. Each SKU stands once, with at least one unit.

    `reference` is our own id of it; `order` the order's id in the system that is told; `store` the
    code of the store that takes the goods back, None when they are sent.
    """

    reference: str
    order: str
    lines: tuple[ReturnLine, ...]
    store: str | None = None


class ReturnRecord(Struct, frozen=True):
    """A return, as one system knows it. `refund` is what that system means to give back."""

    ref: SourceRef
    as_of: datetime
    order: SourceRef
    state: Annotated[ReturnState, Meta(description="How far it has come.")]
    lines: tuple[ReturnLine, ...]
    created_at: Annotated[
        datetime | None, Meta(description="When it was announced (UTC); null is not told.")
    ] = None
    refund: Annotated[Money | None, Meta(description="What is to be given back.")] = None
    store: str | None = None
