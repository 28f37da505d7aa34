"""What every part of the file has in common."""

import re
from typing import Annotated, Any

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A part of the file: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


UP = "^."
"""What a path begins with that leaves the element of `each` for the record that holds the list."""


def _an_expression(text: str) -> str:
    try:
        jmespath.compile(text.removeprefix(UP))
    except JMESPathError:
        # Its text quotes the expression over several lines.
        raise ValueError("expected a JMESPath expression, such as lines[0].sku") from None
    return text


Expression = Annotated[str, Field(min_length=1), AfterValidator(_an_expression)]
"""A JMESPath expression, after `^.` perhaps; its text stays as the author wrote it."""


def _a_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error:
        raise ValueError("expected a regular expression, such as [0-9]+") from None
    return text


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_a_pattern)]
"""A regular expression of whole texts."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""A name that the file gives."""

Scalar = str | int | float | bool | None
Tree = Any
"""Any value of YAML; its texts are templates."""
