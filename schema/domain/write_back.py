"""Whether an order's own system knows of money that was taken for the order, or given back."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct


class WriteBackState(Enum):
    """How far the order's own system has been told."""

    PENDING = "PENDING"
    SENT = "SENT"
    REFUSED = "REFUSED"
    NOT_SUPPORTED = "NOT_SUPPORTED"


class WriteBackRecord(Struct, frozen=True):
    """What came of telling an order's own system of one payment or refund."""

    state: Annotated[WriteBackState, Meta(description="How far it has come.")]
    tries: Annotated[int, Meta(description="How often the system was called.")]
    at: Annotated[datetime, Meta(description="When that last changed (UTC).")]
    last_error: Annotated[
        str | None, Meta(description="The code of what went wrong last, if it did.")
    ] = None
