"""Walks a list of orders part by part, and loses none though rows come and go meanwhile."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from itertools import pairwise

from msgspec import Struct

from connectors.declarative.paging_filter import fits
from connectors.declarative.paging_mark import resumed, written
from connectors.declarative.paging_place import TOP, Counting, Paging, Place, Window
from connectors.sdk.reading import drift
from schema.domain.errors import Conflict, NotFound, Rejected, SchemaDrift
from schema.domain.order import OrderPage, OrderPosition, OrderQuery, OrderRecord
from schema.domain.reference import SourceRef

# Rows beyond those asked for: the last moment of a part may go on, and one row comes again.
_SPARE = 8
# Parts in a row without anything new, after which a system is taken to repeat itself.
_REPEATS_MAX = 5


class Part(Struct, frozen=True):
    """A part of a list, newest first.

    What the system tells besides, if it does: the next cursor, whether more rows follow, and how
    many the whole list has.
    """

    orders: Sequence[OrderRecord]
    cursor: str | None = None
    more: bool | None = None
    total: int | None = None


Fetch = Callable[[Place, Window], Awaitable[Part]]
_Rows = dict[SourceRef, OrderRecord]
_Anchors = dict[SourceRef, int]
_Cursors = list[tuple[datetime, str | None]]


async def order_page(
    fetch: Fetch,
    paging: Paging,
    query: OrderQuery,
    *,
    after: OrderPosition | None,
    hint: str | None,
    limit: int,
) -> OrderPage:
    """See `OrderReader.order_page`. A row that is removed and inserted again meanwhile may be lost.

    An order is given when no part to come can hold one before it, however a system sorts orders of
    one moment. Only for parts that cannot overlap (pages of a fixed size, cursors) the system has
    to keep its order while one page is put together.

    Raises:
        SchemaDrift: The list is not newest first, repeats itself, or has more orders of one moment
            than the system can list.
    """
    begin, place = resumed(after, hint)
    walk = _Walk(fetch, paging, query, begin, limit + _SPARE)
    await walk.enter(place)
    while not walk.is_over and len(walk.certain) < limit:
        await walk.go_on()
    certain = walk.certain
    rows = tuple(certain[:limit])
    if not rows or (walk.is_over and len(certain) <= limit):
        return OrderPage(rows)
    last = OrderPosition.of(rows[-1])
    return OrderPage(rows, written(after, last, walk.before(last)))


class _Walk:
    """One way down a list. `certain` are the orders wanted of which none before is missing."""

    def __init__(
        self,
        fetch: Fetch,
        paging: Paging,
        query: OrderQuery,
        begin: OrderPosition | None,
        wanted: int,
    ) -> None:
        self._fetch = fetch
        self._paging = paging
        self._query = query
        self._begin = begin
        self._wanted = wanted
        self._rows: _Rows = {}
        self._anchors: _Anchors = {}
        self._cursors: _Cursors = []
        self._reached: datetime | None = None
        self._next: Place | None = TOP
        self._repeats = 0

    @property
    def is_over(self) -> bool:
        """Whether the list has come to its end."""
        return self._next is None

    @property
    def certain(self) -> Sequence[OrderRecord]:
        """Newest first."""
        found = [
            order
            for order in self._rows.values()
            if (self._begin is None or OrderPosition.of(order) < self._begin)
            and (self._next is None or (self._reached and order.placed_at > self._reached))
            and fits(self._query, order)
        ]
        return sorted(found, key=OrderPosition.of, reverse=True)

    async def enter(self, place: Place) -> None:
        """Read the part that a place leads to, or an earlier one, or that at the top."""
        top = self._top()
        begin = self._begin
        stride = self._wanted
        while begin and not place.is_top and self._paging.counting is not Counting.KEYSET:
            window = self._paging.window(place, self._wanted)
            try:
                part = await self._fetch(place, window)
            except (Conflict, NotFound, Rejected, SchemaDrift):
                # A cursor that has expired, or was never given out. At the top it would count.
                break
            if part.orders and part.orders[0].placed_at > begin.placed_at:
                self._take(place, window, part)
                return
            place, stride = _back(place, stride), 2 * stride
        window = self._paging.window(top, self._wanted)
        self._take(top, window, await self._fetch(top, window))

    async def go_on(self) -> None:
        """Read the part that follows, or one before it where the list has shifted."""
        place, stride = self._next or TOP, self._wanted
        while True:
            window = self._paging.window(place, self._wanted)
            part = await self._fetch(place, window)
            if window.start > place.anchor >= 0:
                await self._again(place, window)
                break
            if self._paging.counting is Counting.CURSOR or window.start == 0 or self._meets(part):
                break
            place, stride = _back(place, stride), 2 * stride
        self._take(place, window, part)

    def before(self, position: OrderPosition) -> Place:
        """The last place known from which everything as old as a position can be read."""
        if self._paging.counting is Counting.CURSOR:
            above = [cursor for first, cursor in self._cursors if first > position.placed_at]
            return Place(cursor=above[-1] if above else None)
        if self._paging.counting is Counting.KEYSET:
            return TOP
        return Place(
            max(
                (
                    anchor
                    for ref, anchor in self._anchors.items()
                    if self._rows[ref].placed_at > position.placed_at
                ),
                default=-1,
            )
        )

    def _top(self) -> Place:
        if self._paging.counting is not Counting.KEYSET:
            return TOP
        bounds = [self._begin.placed_at if self._begin else None, self._query.placed_before]
        return Place(before=min((it for it in bounds if it is not None), default=None))

    def _meets(self, part: Part) -> bool:
        """Whether no row can stand between what is known and this part."""
        first = part.orders[0] if part.orders else None
        return first is not None and (
            first.ref in self._rows or (self._reached is None or first.placed_at > self._reached)
        )

    async def _again(self, place: Place, window: Window) -> None:
        """Read the page before once more: what was removed there has let others move up into it."""
        page = Window(window.start - window.size, window.size, window.page - 1)
        part = await self._fetch(place, page)
        self._rows.update((order.ref, order) for order in part.orders)

    def _take(self, place: Place, window: Window, part: Part) -> None:
        orders = part.orders
        if any(later.placed_at > order.placed_at for order, later in pairwise(orders)):
            raise drift("list", "expected the newest first")
        self._repeats = 0 if any(it.ref not in self._rows for it in orders) else self._repeats + 1
        self._rows.update((order.ref, order) for order in orders)
        self._anchors.update((it.ref, window.start + at) for at, it in enumerate(orders))
        if orders:
            self._reached = orders[-1].placed_at
            self._cursors.append((orders[0].placed_at, place.cursor))
        is_last = self._ends(place, window, part)
        self._next = None if is_last else self._following(place, part, window)
        if self._next is not None and (self._repeats > _REPEATS_MAX or self._next == place):
            raise drift("list", "expected more orders, since there are said to be some")

    def _ends(self, place: Place, window: Window, part: Part) -> bool:
        if part.more is not None:
            return not part.more
        if self._paging.counting is Counting.CURSOR:
            return not part.cursor
        count = window.start + len(part.orders)
        return count >= part.total if part.total is not None else count <= place.anchor + 1

    def _following(self, place: Place, part: Part, window: Window) -> Place | None:
        if self._paging.counting is Counting.CURSOR:
            if not part.cursor:
                raise drift("list", "expected a cursor, since there is said to be more")
            return Place(cursor=part.cursor)
        anchor = window.start + len(part.orders) - 1
        if self._paging.counting is not Counting.KEYSET:
            return Place(anchor)
        reached = part.orders[-1].placed_at if part.orders else place.before
        if reached and (place.before is None or reached < place.before):
            return Place(before=reached)
        if self._paging.is_numbered:
            return Place(anchor, before=place.before)
        if len(part.orders) < window.size:
            return None
        raise drift("list", "has more orders of one moment than a page can hold")


def _back(place: Place, stride: int) -> Place:
    """A place higher up; the top for a cursor, which knows no way back."""
    if place.cursor is not None:
        return TOP
    return Place(max(place.anchor - stride, -1), before=place.before)
