"""Relay's connections: what all lists share."""

from typing import Annotated

import strawberry

from schema.domain.errors import InvalidRequest

PAGE_DEFAULT = 20
PAGE_MAX = 100

First = Annotated[int | None, strawberry.argument(description="How many rows; 100 at most.")]
After = Annotated[str | None, strawberry.argument(description="The cursor after which to go on.")]


@strawberry.type(description="Where a list goes on.")
class PageInfo:
    """Relay's PageInfo, forward only: not every system can page backward."""

    has_next_page: bool = strawberry.field(description="Whether there are more rows.")
    end_cursor: str | None = strawberry.field(
        description="Pass it as `after` for the rows that follow; null for an empty list."
    )


def page_size(first: int | None) -> int:
    """How many rows to give.

    Raises:
        InvalidRequest: Negative, or more than `PAGE_MAX`.
    """
    size = PAGE_DEFAULT if first is None else first
    if not 0 <= size <= PAGE_MAX:
        raise InvalidRequest(f"`first` must be between 0 and {PAGE_MAX}.")
    return size
