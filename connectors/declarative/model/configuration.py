"""What the connector wants to be told in `tillgraph.yaml`."""

from typing import Any, Literal

from pydantic import Field, model_validator

from connectors.declarative.model.part import Part, Pattern

KeyType = Literal[
    "text",
    "secret",
    "url",
    "database",
    "integer",
    "number",
    "boolean",
    "path",
    "map",
    "time_zone",
    "country",
    "source",
]


class ConfigKey(Part):
    """One key of the connector's configuration."""

    type: KeyType = Field(
        default="text",
        description="text, secret (a text that no message ever shows), url (http or https),"
        " database (the address of one, as secret as the password in it), integer, number,"
        " boolean, path (of a file or folder), time_zone (IANA), country (two letters of ISO 3166),"
        " source (the name of another one in tillgraph.yaml) or map (ours to theirs).",
    )
    description: str = Field(min_length=1, description="What people who fill it in must know.")
    default: Any = Field(default=None, description="Its value where none is given.")
    required: bool = Field(
        default=True, description="Whether it must be given; a key with a default need not be."
    )
    pattern: Pattern | None = Field(
        default=None,
        description="Regular expression of the whole text, or of all that a map holds of theirs.",
    )

    @model_validator(mode="after")
    def _a_text(self) -> "ConfigKey":
        if self.pattern is not None and self.type not in {"text", "map"}:
            raise ValueError("pattern is for text and map")
        return self
