"""What the configuration says of the warehouse's database."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, field_validator

from connectors.sdk.sql import database_url

LocationCode = Annotated[str, StringConstraints(pattern=r"^\S{1,9}$")]


class KasaneWmsConfig(BaseModel):
    """Where the database is, and what it calls our stores."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    database_url: SecretStr = Field(
        description="The database's address, such as sqlite:////var/lib/wms.sqlite3."
    )
    locations: dict[str, LocationCode] = Field(
        min_length=1, description="Store code to the warehouse's location code, without padding."
    )
    currency: str = Field(
        default="JPY", pattern=r"^[A-Z]{3}$", description="Currency of the list prices (ISO 4217)."
    )
    time_zone: str = Field(
        default="Asia/Tokyo", description="IANA zone in which the warehouse writes times."
    )

    @field_validator("database_url")
    @classmethod
    def _a_database(cls, value: SecretStr) -> SecretStr:
        database_url(value.get_secret_value())
        return value

    @field_validator("locations")
    @classmethod
    def _one_store_each(cls, value: dict[str, str]) -> dict[str, str]:
        if len(set(value.values())) < len(value):
            raise ValueError("two stores have the same location code")
        return value

    @field_validator("time_zone")
    @classmethod
    def _a_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, LookupError):
            raise ValueError("expected an IANA time zone, such as Asia/Tokyo") from None
        return value
