"""How every part of the settings behaves."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

SourceName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64, strict=True)
]
StoreCode = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64, strict=True)
]


class Section(BaseModel):
    """A part of the settings: unknown keys are refused, and nothing changes once it is read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=False, hide_input_in_errors=True
    )
