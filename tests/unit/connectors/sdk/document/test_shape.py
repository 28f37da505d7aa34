"""Comparing a file with its model."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from connectors.sdk.document.content import read
from connectors.sdk.document.environment import Environment
from connectors.sdk.document.shape import shaped


class Plain(BaseModel):
    """One of two."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["plain"]
    text: str


class Timed(BaseModel):
    """The other."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["timed"]
    zone: str
    offset: int = 0


class Short(BaseModel):
    """May be written as a text alone."""

    path: Annotated[str, Field(max_length=3)]

    @model_validator(mode="before")
    @classmethod
    def _a_text_alone(cls, value: object) -> object:
        return {"path": value} if isinstance(value, str) else value


class Whole(BaseModel):
    """A model with a part of several kinds."""

    part: Annotated[Plain | Timed, Field(discriminator="kind")]
    short: Short = Short(path="")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("part: {kind: timed, zon: x}", "1:21 part.zon unknown key; did you mean zone?"),
        ("part: {kind: timed, zone: 1}", "1:27 part.zone expected text"),
        ("part: {kind: plain}", "1:1 part.text this key is required"),
        ("part: {kind: other}", "1:7 part expected 'kind' to be one of: 'plain', 'timed'"),
        ("part: {}", "1:7 part the key 'kind' is required"),
        ("part: {kind: plain, text: x}\nshort: long", "2:8 short string should have at most 3"),
    ],
)
def test_a_part_of_several_kinds_is_told_by_the_keys_of_the_file(text: str, expected: str) -> None:
    """The kind chooses the model, and is no part of a key's name."""
    document = read(text, lambda it: (it, None))
    problems = shaped(Whole, document, (), document.content, Environment({}))

    assert isinstance(problems, list)
    told = [f"{it.line}:{it.column} {it.key} {it.message}" for it in problems]
    assert any(line.startswith(expected) for line in told), told
