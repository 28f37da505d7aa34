"""Requests that change something."""

from typing import Generic, TypeVar

from pydantic import Field

from connectors.declarative.model.paging import TimeForm
from connectors.declarative.model.part import Expression, Part

R = TypeVar("R", bound=Part)


class Write(Part, Generic[R]):
    """One change. A lost answer is OutcomeUnknown."""

    request: R = Field(
        description="The request, with the fields of what is written by name and"
        " {idempotency_key}, in a header, a field or an argument."
    )
    rows: Expression = Field(default="@", description="Where the answer holds the record.")
    stores: str | None = Field(
        default=None, description="The config map of store code to the system's own, for {store}."
    )
    lines: Expression | None = Field(
        default=None,
        description="JMESPath of {lines} within our own lines: [].{item: sku, count: quantity}.",
    )
    times: TimeForm = Field(default=TimeForm(), description="How {until} and {at} are written.")
