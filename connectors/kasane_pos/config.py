"""What the configuration says of the POS."""

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class PosStore(BaseModel):
    """What the POS calls a store, and what its tills do not write on a sale."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str = Field(pattern=r"^[0-9]{4}$", description="The store's number in the POS.")
    time_zone: str = Field(description="IANA zone of the store's tills, such as Asia/Tokyo.")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="Currency of the store (ISO 4217).")

    @field_validator("time_zone")
    @classmethod
    def _a_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, LookupError):
            raise ValueError("expected an IANA time zone, such as Asia/Tokyo") from None
        return value


class KasanePosConfig(BaseModel):
    """Where the POS is, who we are there, and which of its stores are ours."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: str = Field(description="Address of the POS, such as http://pos.example.com:8080.")
    username: str = Field(pattern=r"^[^:]+$", description="The user's name.")
    password: SecretStr = Field(min_length=1, description="The user's password.")
    stores: dict[str, PosStore] = Field(
        min_length=1,
        description="Store code to what the POS calls it; sales of others are not seen.",
    )

    @field_validator("base_url")
    @classmethod
    def _an_http_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise ValueError("expected an address such as http://pos.example.com:8080")
        return value.rstrip("/")

    @field_validator("stores")
    @classmethod
    def _one_number_each(cls, value: dict[str, PosStore]) -> dict[str, PosStore]:
        if len({store.number for store in value.values()}) < len(value):
            raise ValueError("two stores have the same number")
        return value
