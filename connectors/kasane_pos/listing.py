"""The POS's list, read until enough of it is certain."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from connectors.kasane_pos.clocks import Clocks, local_text
from connectors.kasane_pos.mapping import SalePage
from connectors.sdk.reading import drift
from schema.domain.order import OrderPosition, OrderRecord

Params = dict[str, str | int]
Fetch = Callable[[Params], Awaitable[SalePage]]

_PAGE_MAX = 50
# Rows beyond those asked for, so that one page mostly does: the last second of a page may go on,
# and the order before may come again.
_SPARE = 8


class Choice(Struct, frozen=True):
    """Which sales are asked for. `newest` is inclusive, `oldest` exclusive, both in UTC."""

    stores: Sequence[str]
    clocks: Clocks
    member: str | None = None
    after: OrderPosition | None = None
    newest: datetime | None = None
    oldest: datetime | None = None

    @property
    def params(self) -> Params:
        """The filters as the POS takes them: whole seconds, of which some may be too many."""
        params: Params = {"store": ",".join(self.stores)}
        bounds = [it for it in (self.newest, self.after and self.after.placed_at) if it]
        if self.member:
            params["member"] = self.member
        if bounds:
            params["to"] = self.clocks.latest(min(bounds))
        if self.oldest:
            params["from"] = self.clocks.earliest(self.oldest)
        return params

    def takes(self, order: OrderRecord) -> bool:
        """Whether the order is asked for, to the last detail."""
        return (
            (self.after is None or OrderPosition.of(order) < self.after)
            and (self.newest is None or order.placed_at <= self.newest)
            and (self.oldest is None or order.placed_at > self.oldest)
        )


async def newest_of_all(
    fetch: Fetch, choices: Sequence[Choice], limit: int
) -> tuple[Sequence[OrderRecord], bool]:
    """The same as `newest`, of several choices at once; one that fails fails them all."""
    calls = (newest(fetch, choice, limit) for choice in choices)
    parts = await asyncio.gather(*calls, return_exceptions=True)
    found: list[OrderRecord] = []
    more = False
    for part in parts:
        if isinstance(part, BaseException):
            raise part
        found += part[0]
        more = more or part[1]
    # Each part has `limit` orders or all of its own, so none of the first `limit` is missing.
    found.sort(key=OrderPosition.of, reverse=True)
    return found[:limit], more or len(found) > limit


async def newest(fetch: Fetch, choice: Choice, limit: int) -> tuple[Sequence[OrderRecord], bool]:
    """The newest orders of a choice, newest first, and whether there are more; fewer only if not.

    Only the first page of a list is stable, so the list is begun anew at the time reached; only
    where one second fills a page does the page's number count. An order is certain when no page to
    come can hold one before it, whatever the zone of its store.

    Raises:
        SchemaDrift: The POS repeats a page, or tells of another member's sales.
    """
    params = {**choice.params, "per_page": min(_PAGE_MAX, limit + _SPARE), "page": 1}
    found: dict[str, OrderRecord] = {}
    while True:
        page = await fetch(params)
        known = len(found)
        found.update((order.ref.id, order) for order in _of_member(page, choice.member))
        if not page.more:
            orders = _sorted(found.values(), choice)
            return orders[:limit], len(orders) > limit
        if page.oldest is None or len(found) == known:
            raise drift("list.nxt", "expected more sales, since there are said to be some")
        settled = choice.clocks.settled(page.oldest)
        certain = _sorted((it for it in found.values() if it.placed_at > settled), choice)
        if len(certain) >= limit:
            return certain[:limit], True
        reached = local_text(page.oldest)
        params["page"] = int(params["page"]) + 1 if reached == params.get("to") else 1
        params["to"] = reached


def _of_member(page: SalePage, member: str | None) -> Iterable[OrderRecord]:
    for order in page.orders:
        if member and (order.customer is None or order.customer.membership != member):
            raise drift("list.rows.mbr_no", "expected the member that was asked for")
        yield order


def _sorted(orders: Iterable[OrderRecord], choice: Choice) -> list[OrderRecord]:
    return sorted(filter(choice.takes, orders), key=OrderPosition.of, reverse=True)
