"""What `tillgraph.yaml` says under `server`."""

import ipaddress
import re
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

# A scheme, a host and perhaps a port, as browsers send it: no path and no slash at the end.
_ORIGIN = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?")


def _an_origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise ValueError("expected an origin such as https://shop.example.com, without a path")
    return text


Origin = Annotated[str, AfterValidator(_an_origin)]
TOKENS_MAX = 100_000
"""No document may have more, whatever the limits are."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]


class ApiKey(BaseModel):
    """A key that a client sends as `Authorization: Bearer …`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Name = Field(description="Who holds the key, as logs and the journal name them.")
    key: SecretStr = Field(
        min_length=24, description="The secret itself, 24 characters or more: ${TILL_KEY}, say."
    )
    role: Name = Field(
        description="What the holder is, such as staff; noted only, and gives no rights."
    )
    stores: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        description="Codes of the stores whose payments and readers it may see. Absent: all.",
    )


class LimitSettings(BaseModel):
    """How much one operation may ask for: beyond any of these it is refused, and nothing runs.

    What stands in a fragment counts wherever the fragment is spread.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    mode: Literal["enforce", "warn"] = Field(
        default="enforce",
        description="With `warn` it runs all the same, and the answer and the log say what is"
        " exceeded.",
    )
    tokens: int = Field(
        default=2_000, ge=1, le=TOKENS_MAX, description="The most tokens in one GraphQL document."
    )
    depth: int = Field(
        default=10, ge=1, le=100, description="Fields within fields; introspection is not counted."
    )
    aliases: int = Field(default=30, ge=0, le=10_000, description="Fields given another name.")
    directives: int = Field(
        default=50, ge=0, le=10_000, description="Directives, such as `@include`."
    )
    root_fields: int = Field(
        default=20, ge=1, le=10_000, description="Fields of the operation itself."
    )
    list_size: int = Field(
        default=100,
        ge=1,
        le=10_000,
        description="Rows that one argument asks for, and items of one list that is given.",
    )
    cost: int = Field(
        default=1_000,
        ge=1,
        le=1_000_000,
        description="Loads from systems that the operation may cause, estimated before it runs.",
    )
    tell_cost: bool = Field(
        default=True, description="Whether answers tell the cost, in `extensions.cost`."
    )


class HttpSettings(BaseModel):
    """The address, who may ask, and what an answer may cost."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="The address to listen at; beyond loopback, `keys` are required.",
    )
    port: int = Field(
        default=8080, ge=0, le=65_535, description="The port to listen at; 0 is a free one."
    )
    keys: tuple[ApiKey, ...] = Field(
        default=(),
        description="Who may ask. None: anybody on this machine may do anything.",
    )
    cors_origins: tuple[Origin, ...] = Field(
        default=(),
        description="Web pages that may ask from a browser, such as https://shop.example.com.",
    )
    body_bytes: int = Field(
        default=256 * 1024,
        ge=1_024,
        le=16 * 1024 * 1024,
        description="The largest request in bytes; webhooks and websocket messages included.",
    )
    deadline_s: float = Field(
        default=10,
        gt=0,
        le=120,
        description="Seconds that one operation may take. Subscriptions live longer.",
    )
    limits: LimitSettings = Field(
        default=LimitSettings(), description="How much one operation may ask for."
    )
    playground: bool = Field(
        default=True, description="Whether browsers are shown a page to try queries on."
    )

    @model_validator(mode="after")
    def _keys_beyond_loopback(self) -> Self:
        if not self.keys and not is_loopback(self.host):
            raise ValueError(
                "`keys` are required: `host` is not loopback, so that others can reach it"
            )
        return self

    @model_validator(mode="after")
    def _each_key_once(self) -> Self:
        if len({key.name for key in self.keys}) < len(self.keys):
            raise ValueError("two of the `keys` have the same name")
        if len({key.key.get_secret_value() for key in self.keys}) < len(self.keys):
            raise ValueError("two of the `keys` have the same secret")
        return self


def is_loopback(host: str) -> bool:
    """Whether a host is this machine alone: by its address, or as `localhost`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
