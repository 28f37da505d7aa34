"""A system's list of orders that changes between two requests, in each way of counting."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from connectors.declarative.paging import Part, order_page
from connectors.declarative.paging_place import Counting, Paging, Place, Window
from schema.domain.errors import Rejected
from schema.domain.money import Money
from schema.domain.order import (
    Channel,
    OrderPage,
    OrderPosition,
    OrderQuery,
    OrderRecord,
    OrderStatus,
)
from schema.domain.reference import SourceRef

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
EVERYTHING = OrderQuery()


def an_order(name: str, *, at: datetime = NOON, channel: Channel = Channel.WEB) -> OrderRecord:
    """An order that costs nothing."""
    return OrderRecord(
        ref=SourceRef("shop", name),
        as_of=NOON,
        number=name,
        channel=channel,
        placed_at=at,
        status=OrderStatus.OPEN,
        total=Money(0, "JPY"),
        paid=Money(0, "JPY"),
        lines=(),
    )


class Listing:
    """A list, newest first; orders of one second are sorted in a way of the system's own."""

    def __init__(self, paging: Paging, seconds: Sequence[int], *, tells: str = "nothing") -> None:
        self.paging = paging
        self.tells = tells
        self.requests: list[tuple[Place, Window]] = []
        self.change: Callable[[], None] = lambda: None
        self.orders: list[OrderRecord] = []
        self.lasting: set[str] = set()
        self._count = 0
        for second in seconds:
            self.insert(second)
        self.lasting = {order.ref.id for order in self.orders}

    def insert(self, second: int) -> OrderRecord:
        """Add an order that was placed so many seconds after noon."""
        self._count += 1
        order = an_order(f"{self._count * 7919 % 100_003}", at=NOON + timedelta(seconds=second))
        self.orders.append(order)
        self.orders.sort(key=self._key)
        return order

    def remove(self, place: int) -> None:
        """Take an order away."""
        if self.orders:
            self.lasting.discard(self.orders.pop(place % len(self.orders)).ref.id)

    async def fetch(self, place: Place, window: Window) -> Part:
        """Answer a request, and change afterwards."""
        self.requests.append((place, window))
        part = self._part(place, window)
        self.change()
        return part

    async def page(
        self,
        limit: int,
        *,
        after: OrderPosition | None = None,
        hint: str | None = None,
        query: OrderQuery = EVERYTHING,
    ) -> OrderPage:
        """One page, as a connector reads it."""
        return await order_page(self.fetch, self.paging, query, after=after, hint=hint, limit=limit)

    async def walk(self, limit: int, *, random: Random | None = None) -> list[str]:
        """Every order, page by page, and what is not past the one before dropped.

        Some pages are asked for from the order before the last page, as a merge does.
        """
        rows: list[OrderRecord] = []
        after, hint = None, None
        while True:
            page = await self.page(limit, after=after, hint=hint)
            last = OrderPosition.of(rows[-1]) if rows else None
            rows += [it for it in page.rows if last is None or OrderPosition.of(it) < last]
            if page.hint is None:
                return [row.ref.id for row in rows]
            hint = page.hint
            if rows and (random is None or random.random() < 0.7):
                after = OrderPosition.of(rows[-1])

    def _part(self, place: Place, window: Window) -> Part:
        if self.paging.counting is Counting.CURSOR:
            return self._past(place.cursor, window.size)
        listed = [it for it in self.orders if place.before is None or it.placed_at <= place.before]
        end = window.start + window.size
        return Part(
            listed[window.start : end],
            more=end < len(listed) if self.tells == "more" else None,
            total=len(listed) if self.tells == "total" else None,
        )

    def _past(self, cursor: str | None, size: int) -> Part:
        listed = self.orders
        if cursor is not None:
            try:
                second, number = map(int, cursor.split("."))
            except ValueError:
                raise Rejected("no such cursor") from None
            listed = [it for it in listed if self._key(it) > (second, number)]
        page = listed[:size]
        more = len(listed) > size
        second, number = self._key(page[-1]) if page else (0, 0)
        return Part(page, cursor=f"{second}.{number}" if more else None)

    def _key(self, order: OrderRecord) -> tuple[int, int]:
        return -int((order.placed_at - NOON).total_seconds()), int(order.ref.id)
