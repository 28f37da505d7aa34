"""What the configuration says of the Stripe account."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class StripeTerminalConfig(BaseModel):
    """How to reach Stripe, and how it proves who it is."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    api_key: SecretStr = Field(
        description="Secret key: sk_test_… or rk_test_…; a live one needs `allow_live_keys`."
    )
    webhook_secrets: tuple[SecretStr, ...] = Field(
        default=(),
        description="Signing secrets (whsec_…) of the webhook endpoints; several while one is"
        " being replaced.",
    )
    api_base: str = Field(
        default="https://api.stripe.com", description="Address of the API; the simulator's, say."
    )
    account: str | None = Field(
        default=None,
        pattern=r"^acct_\w+$",
        description="Connected account that owns the readers, where a call names none.",
    )
    allow_live_keys: bool = Field(
        default=False, description="Whether real money may be taken: live keys are refused else."
    )

    @field_validator("api_base")
    @classmethod
    def _an_http_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise ValueError("expected an address such as https://api.stripe.com")
        return value.rstrip("/")

    @field_validator("webhook_secrets")
    @classmethod
    def _no_empty_secret(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not all(secret.get_secret_value().strip() for secret in value):
            raise ValueError("a signing secret is empty: anybody could sign with it")
        return value

    @model_validator(mode="after")
    def _live_keys_on_purpose(self) -> Self:
        key = self.api_key.get_secret_value()
        if not key.strip():
            raise ValueError("api_key is empty")
        if "_live_" in key and not self.allow_live_keys:
            raise ValueError(
                "api_key is a live key: set `allow_live_keys: true` if real money is meant"
            )
        address = urlsplit(self.api_base)
        if address.scheme == "http" and address.hostname not in _LOOPBACK and "_live_" in key:
            raise ValueError("api_base must be https: a live key is never sent in the clear")
        return self
