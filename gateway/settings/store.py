"""Stores, and the readers that stand in them."""

import re
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from gateway.settings.section import Section
from schema.domain.store import GeoPoint, StoreRecord

_CURRENCY = re.compile(r"[A-Z]{3}")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("expected an IANA time zone, such as Asia/Tokyo") from error
    return name


def _currency(code: str) -> str:
    if not _CURRENCY.fullmatch(code):
        raise ValueError("expected an ISO 4217 code, such as JPY")
    return code


Currency = Annotated[str, AfterValidator(_currency)]
TimeZone = Annotated[str, AfterValidator(_known_zone)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Device = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class StoreSettings(Section):
    """One store, under its code."""

    name: Label = Field(description="What people call the store.")
    time_zone: TimeZone = Field(description="IANA time zone, such as Asia/Tokyo.")
    currency: Currency = Field(description="ISO 4217 code, such as JPY.")
    latitude: float | None = Field(
        default=None, ge=-90, le=90, description="Degrees north (WGS 84), with `longitude`."
    )
    longitude: float | None = Field(
        default=None, ge=-180, le=180, description="Degrees east (WGS 84), with `latitude`."
    )
    terminal_location: Device | None = Field(
        default=None, description="The payment provider's id of the place, such as tml_…"
    )
    terminal_account: Device | None = Field(
        default=None,
        pattern=r"^acct_\w+$",
        description="Connected account that owns the store's readers. Absent: the provider's own.",
    )
    readers: dict[Label, Device] = Field(
        default_factory=dict,
        description="Card readers: what staff call each one, and the provider's id of it (tmr_…)."
        " Others at `terminal_location` are found by their labels at the provider.",
    )

    @model_validator(mode="after")
    def _whole_place(self) -> Self:
        if (self.latitude is None) is not (self.longitude is None):
            raise ValueError("expected both latitude and longitude, or neither")
        return self

    def record(self, code: str) -> StoreRecord:
        """The store as the graph shows it."""
        place = None
        if self.latitude is not None and self.longitude is not None:
            place = GeoPoint(self.latitude, self.longitude)
        return StoreRecord(code, self.name, self.time_zone, self.currency, place)
