"""What the configuration says of the nightly file."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

StoreNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class KasaneDeliveriesConfig(BaseModel):
    """Where the file comes, and what it calls our stores."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    folder: Path = Field(description="Where the files named incoming_YYYYMMDD.csv are laid down.")
    stores: dict[str, StoreNumber] = Field(
        min_length=1, description="Store code to the file's store number, four digits."
    )
    time_zone: str = Field(
        default="Asia/Tokyo", description="IANA zone of the time at which the file was made."
    )

    @field_validator("stores")
    @classmethod
    def _one_number_each(cls, value: dict[str, str]) -> dict[str, str]:
        if len(set(value.values())) < len(value):
            raise ValueError("two stores have the same number")
        return value

    @field_validator("time_zone")
    @classmethod
    def _a_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, LookupError):
            raise ValueError("expected an IANA time zone, such as Asia/Tokyo") from None
        return value
