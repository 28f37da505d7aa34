"""Goes through a search of orders by time, since page numbers shift when orders come and go."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from schema.domain.order import OrderPage, OrderPosition, OrderRecord
from schema.domain.reference import SourceRef

_PAGE_MAX = 100
_TIES = 5  # rows asked for beyond the limit: those of the second at which the page begins


class Found(Struct, frozen=True):
    """One page of a search, newest first, and whether more follow; none follow an empty page."""

    orders: Sequence[OrderRecord]
    more: bool


class Walk(Struct, frozen=True, array_like=True):
    """What a hint says: a walk that began after `after` has come to the order `id`, placed at `at`.

    It counts only for calls of that same walk. Any other begins at its own `after` again, which
    needs no hint: the search takes a time as its upper bound.
    """

    after: OrderPosition | None
    at: Annotated[datetime, Meta(tz=True)]
    id: str


# Searches up to a time (None is no bound), and gives one page of so many rows.
Search = Callable[[datetime | None, int, int], Awaitable[Found]]


async def order_page(
    search: Search, source: str, *, after: OrderPosition | None, hint: str | None, limit: int
) -> OrderPage:
    """See `OrderReader.order_page`. A page begins with the whole second that `after` lies in."""
    begin = _begin(source, after, hint)
    until = begin.placed_at if begin else None
    size, number = min(limit + _TIES, _PAGE_MAX), 1
    rows: dict[SourceRef, OrderRecord] = {}
    while True:
        found = await search(until, number, size)
        rows.update((order.ref, order) for order in found.orders)
        past = sum(begin is None or OrderPosition.of(row) < begin for row in rows.values())
        if past >= limit or not found.more:
            break
        reached = found.orders[-1].placed_at
        if reached == until and size == _PAGE_MAX:  # more in one second than a page can hold
            number += 1
        else:
            until, number, size = reached, 1, _PAGE_MAX
    ordered = tuple(sorted(rows.values(), key=OrderPosition.of, reverse=True))
    if not found.more:
        return OrderPage(ordered)
    walk = Walk(after, ordered[-1].placed_at, ordered[-1].ref.id)
    return OrderPage(ordered, hint=msgspec.json.encode(walk).decode())


def _begin(source: str, after: OrderPosition | None, hint: str | None) -> OrderPosition | None:
    """The place from which rows are still wanted."""
    if hint is None:
        return after
    try:
        walk = msgspec.json.decode(hint, type=Walk)
    except msgspec.DecodeError:
        return after
    return OrderPosition(walk.at, SourceRef(source, walk.id)) if walk.after == after else after
