"""How a long list is walked."""

from typing import Generic, Literal, TypeVar

from pydantic import Field

from connectors.declarative.model.part import Expression, Part

R = TypeVar("R", bound=Part)


class TimeForm(Part):
    """How a system writes a time in a request."""

    time: str = Field(default="iso", description="iso, epoch_s, epoch_ms or a strftime format.")
    zone: str | None = Field(
        default=None, description="Zone in which it is written, as a template; none is UTC."
    )


class Paging(Part):
    """How one page leads to the next. Rows come newest first."""

    style: Literal["page", "offset", "cursor", "link", "keyset"] = Field(
        description="page: {page} counts pages. offset: {offset} counts rows. cursor: {cursor} is"
        " what the answer gave. link: the Link header of HTTP. keyset: {before} is the time of the"
        " last row, which is included."
    )
    first: int = Field(default=1, ge=0, description="The number of the first page.")
    size_max: int = Field(default=50, ge=1, le=10_000, description="Most rows a page may have.")
    next: Expression | None = Field(
        default=None, description="Where the answer holds the next cursor."
    )
    more: Expression | None = Field(
        default=None, description="What is true where there are more rows after this page."
    )
    total: Expression | None = Field(
        default=None, description="Where the answer holds the number of all rows."
    )


class Filters(Part):
    """How filters go into the request. What the system cannot filter is filtered after it."""

    stores: str | None = Field(
        default=None, description="The config map of store code to the system's own, for {stores}."
    )
    channels: str | None = Field(
        default=None, description="The enum that is read backwards for {channels}."
    )
    times: TimeForm = Field(
        default=TimeForm(), description="How {before}, {after} and {since} are written."
    )


class Walk(Part, Generic[R]):
    """A list that is read page by page."""

    request: R = Field(
        description="The request; it may use {limit} {page} {offset} {cursor} {before} {after}"
        " {stores} {channels} {ref} {membership} {email} {phone}."
    )
    rows: Expression = Field(default="@", description="Where the answer holds the records.")
    paging: Paging | None = Field(
        default=None, description="How one page leads to the next; none is all at once."
    )
    filters: Filters = Field(default=Filters(), description="How filters go into the request.")
