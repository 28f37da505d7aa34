"""Stock that is held for somebody for a while."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from schema.domain.reference import SourceRef


class ReservationState(Enum):
    """Whether the units are still held. `TAKEN`: they became an order or left with the customer."""

    HELD = "HELD"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"
    TAKEN = "TAKEN"


class ReservationLine(Struct, frozen=True):
    """Whole units of one SKU."""

    sku: str
    quantity: Annotated[int, Meta(description="Units held.")]


class ReservationRequest(Struct, frozen=True):
    """What is to be held. Each SKU stands once, with at least one unit.

    `reference` is our own id of it, by which the system's people find it; `store` is a store's
    code; `until` is UTC.
    """

    reference: str
    store: str
    lines: tuple[ReservationLine, ...]
    until: datetime


class ReservationRecord(Struct, frozen=True):
    """A reservation, as one system keeps it."""

    ref: SourceRef
    as_of: datetime
    state: Annotated[ReservationState, Meta(description="Whether the units are still held.")]
    store: str
    lines: tuple[ReservationLine, ...]
    until: Annotated[datetime, Meta(description="When the units go back on sale (UTC).")]
    reference: str | None = None
