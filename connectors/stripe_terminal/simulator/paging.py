"""Lists, a page at a time, the newest first."""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice, takewhile
from typing import Annotated, Any, Protocol, TypeVar

from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator.refusal import exclusive, missing


class Row(Protocol):
    """What can be listed."""

    id: str


R = TypeVar("R", bound=Row)


class Page(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which page is asked for: the rows after a row, or those before one."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 10
    starting_after: str | None = None
    ending_before: str | None = None


class Bounds(Struct, frozen=True, forbid_unknown_fields=True):
    """A span of time, in whole seconds."""

    gt: int | None = None
    gte: int | None = None
    lt: int | None = None
    lte: int | None = None


class TimedPage(Page, frozen=True):
    """A page of what was created in some span of time, or at one second."""

    created: int | Bounds | None = None

    def holds(self, created: int) -> bool:
        """Whether something was created then."""
        match self.created:
            case None:
                return True
            case int():
                return created == self.created
            case Bounds() as it:
                return (
                    (it.gt is None or created > it.gt)
                    and (it.gte is None or created >= it.gte)
                    and (it.lt is None or created < it.lt)
                    and (it.lte is None or created <= it.lte)
                )


def listing(
    url: str,
    records: dict[str, R],
    page: Page,
    shape: Callable[[R], dict[str, Any]],
    keep: Callable[[R], bool] = lambda _: True,
) -> dict[str, Any]:
    """A page of those records that `keep` lets through; they are given with the oldest first."""
    rows, has_more = _paged(records, page, keep)
    return {
        "object": "list",
        "url": url,
        "has_more": has_more,
        "data": [shape(row) for row in rows],
    }


def _paged(records: dict[str, R], page: Page, keep: Callable[[R], bool]) -> tuple[list[R], bool]:
    """The rows of a page, and whether there are more in its direction."""
    after, before = page.starting_after, page.ending_before
    if after and before:
        raise exclusive("starting_after", "ending_before")
    for param, name in (("starting_after", after), ("ending_before", before)):
        if name and name not in records:
            raise missing("object", name, param=param)
    walk = reversed(records.values())
    if before:
        newer = takewhile(lambda row: row.id != before, walk)
        nearest = deque(filter(keep, newer), maxlen=page.limit + 1)
        return list(nearest)[-page.limit :], len(nearest) > page.limit
    if after:
        _skip(walk, after)
    found = list(islice(filter(keep, walk), page.limit + 1))
    return found[: page.limit], len(found) > page.limit


def _skip(walk: Iterator[R], name: str) -> None:
    for row in walk:
        if row.id == name:
            return
