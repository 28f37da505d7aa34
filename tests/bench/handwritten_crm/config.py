"""What the configuration says of the CRM."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class KasaneCrmConfig(BaseModel):
    """Where the CRM is, and how we prove who we are."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: str = Field(description="Address of the CRM, such as https://crm.example.com.")
    client_id: str = Field(min_length=1, description="Name of the OAuth2 client.")
    client_secret: SecretStr = Field(min_length=1, description="Its secret.")
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
            raise ValueError("expected an address such as https://crm.example.com")
        return value.rstrip("/")
