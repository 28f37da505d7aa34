"""Card readers, as staff know them."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from schema.domain.payment_method import PaymentMethodKind


class ReaderStatus(Enum):
    """What the payment provider says of the reader's connection. A hint, not a promise."""

    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"
    UNKNOWN = "UNKNOWN"


class ReaderRecord(Struct, frozen=True):
    """A card reader that staff know by name. `device` is the provider's id of it.

    What the provider tells is None for a reader that it does not know, or did not tell it of.
    """

    store: str
    name: Annotated[str, Meta(description="What staff call it, such as Front counter.")]
    device: str
    status: Annotated[ReaderStatus, Meta(description="Whether the provider hears from it.")]
    device_type: Annotated[str | None, Meta(description="The model, as the provider names it.")] = (
        None
    )
    serial_number: Annotated[str | None, Meta(description="What is written on its back.")] = None
    location: Annotated[
        str | None, Meta(description="The place where the provider has it, by the provider's id.")
    ] = None
    last_seen_at: Annotated[
        datetime | None, Meta(description="When the provider last heard from it (UTC).")
    ] = None
    supported_methods: Annotated[
        tuple[PaymentMethodKind, ...],
        Meta(description="What a customer may pay with there, as far as the provider tells."),
    ] = (PaymentMethodKind.CARD,)
    configured: Annotated[
        bool,
        Meta(description="Whether the gateway's configuration names it; else its label does."),
    ] = True
