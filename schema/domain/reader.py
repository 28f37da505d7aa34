"""Card readers, as staff know them."""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct


class ReaderStatus(Enum):
    """What the payment provider says of the reader's connection. A hint, not a promise."""

    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"
    UNKNOWN = "UNKNOWN"


class ReaderRecord(Struct, frozen=True):
    """A card reader that staff know by name. `device` is the provider's id of it."""

    store: str
    name: Annotated[str, Meta(description="What staff call it, such as Front counter.")]
    device: str
    status: Annotated[ReaderStatus, Meta(description="Whether the provider hears from it.")]
    device_type: Annotated[str | None, Meta(description="The model, as the provider names it.")] = (
        None
    )
