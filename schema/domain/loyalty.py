"""Loyalty programmes."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from schema.domain.reference import SourceRef


class LoyaltyRecord(Struct, frozen=True):
    """A customer's account in the loyalty programme."""

    ref: SourceRef
    as_of: Annotated[datetime, Meta(description="When the system was asked (UTC).")]
    points: Annotated[int, Meta(description="Points that may be spent now.")]
    tier: Annotated[
        str | None, Meta(description="The tier's name, as the programme writes it.")
    ] = None
    membership: Annotated[str | None, Meta(description="Number on the membership card.")] = None
