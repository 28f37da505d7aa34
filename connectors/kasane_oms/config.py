"""What the configuration says of the OMS."""

from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator


class KasaneOmsConfig(BaseModel):
    """Where the OMS is, how we prove who we are, and how it writes what we know otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: str = Field(description="Address of the OMS, such as https://oms.example.com.")
    api_key: SecretStr = Field(min_length=1, description="What goes into the header X-Api-Key.")
    stores: dict[str, str] = Field(
        default_factory=dict,
        description="Our store codes, and the branch number of each where orders are collected.",
    )
    time_zone: str = Field(
        default="Asia/Tokyo", description="IANA time zone of the OMS's times, which name none."
    )
    region: str = Field(
        default="JP",
        pattern=r"^[A-Z]{2}$",
        description="Country (ISO 3166) of phone numbers that are written without its code.",
    )

    @field_validator("base_url")
    @classmethod
    def _an_http_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise ValueError("expected an address such as https://oms.example.com")
        return value.rstrip("/")

    @field_validator("time_zone")
    @classmethod
    def _a_known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("expected an IANA time zone, such as Asia/Tokyo") from error
        return value

    @model_validator(mode="after")
    def _each_branch_once(self) -> Self:
        if len(set(self.stores.values())) != len(self.stores):
            raise ValueError("stores: two of them have the same branch number")
        return self
