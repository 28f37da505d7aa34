"""Where a part of a list begins, in each of the ways in which systems count."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

_OFFSET_MAX = 10**9


class Counting(Enum):
    """How a system is told where a part of its list begins."""

    PAGE = "page"
    OFFSET = "offset"
    CURSOR = "cursor"
    KEYSET = "keyset"


class Place(Struct, frozen=True, array_like=True):
    """Where a part begins: with the row at `anchor`, or after a cursor; -1 is the top.

    The anchor's row is known already and is asked for again, so that two parts overlap: the list
    may shift between them. With `before` (inclusive) the list has only what is as old or older.
    """

    anchor: Annotated[int, Meta(ge=-1, le=_OFFSET_MAX)] = -1
    cursor: str | None = None
    before: Annotated[datetime, Meta(tz=True)] | None = None

    @property
    def is_top(self) -> bool:
        """Whether nothing stands above it."""
        return self.anchor < 0 and self.cursor is None


TOP = Place()


class Window(Struct, frozen=True):
    """The rows to ask for: `size` of them from `start` on; `page` counts from zero."""

    start: int
    size: int
    page: int


class Paging(Struct, frozen=True):
    """How one list is paged.

    A page has `page_max` rows at most, or, where it `is_fixed`, always so many until the last.
    `is_numbered` says whether a keyset's request also takes a page or an offset, by which it gets
    through more rows of one moment than a page can hold.
    """

    counting: Counting
    page_max: int
    is_fixed: bool = False
    is_numbered: bool = True

    def window(self, place: Place, wanted: int) -> Window:
        """What to ask for at a place, so that about `wanted` rows are new."""
        most = min(2 * wanted, self.page_max)
        begin = max(place.anchor, 0)
        if self.is_fixed:
            return _page(begin, self.page_max, place)
        if self.counting is Counting.PAGE or (begin and self.counting is Counting.KEYSET):
            # Of all sizes, the one whose page reaches farthest beyond a row that it holds.
            best = max(range(2, max(most, 2) + 1), key=lambda size: size - begin % size)
            size = best if begin else min(wanted, self.page_max)
            return _page(begin, size, place)
        return Window(start=begin, size=min(wanted, self.page_max), page=0)


def _page(begin: int, size: int, place: Place) -> Window:
    """The page that holds a row; the next one where it is the last of its page."""
    is_last = place.anchor >= 0 and (begin + 1) % size == 0
    page = begin // size + is_last
    return Window(start=page * size, size=size, page=page)
