"""Lists of orders: every row once, newest first, whatever comes in between."""

from collections.abc import Awaitable, Callable
from typing import Any

from connectors.sdk.testing.bench import SOURCE, Bench
from connectors.sdk.testing.fact import NotApplicableError, require
from connectors.sdk.testing.methods import PAGE
from connectors.sdk.testing.values import told
from schema.domain.order import OrderPage, OrderPosition, OrderQuery, OrderRecord

_SMALL = 3
_LARGE = 100
_ROWS_MAX = 60  # of a system's list, so that a live one with a million of them ends as well
_STEPS_MAX = 200
_LEAST = 5

Between = Callable[[], Awaitable[None]]


async def rows(
    bench: Bench,
    query: OrderQuery,
    limit: int,
    *,
    hinted: bool = True,
    between: Between | None = None,
) -> list[OrderRecord]:
    """The newest rows of a list, page by page, each page after the last row of the one before."""
    connector = bench.connector()
    found: list[OrderRecord] = []
    after, hint = None, None
    for _ in range(_STEPS_MAX):
        page = await _page(
            bench, connector, query, after=after, hint=hint if hinted else None, limit=limit
        )
        new = [row for row in page.rows if after is None or OrderPosition.of(row) < after]
        require(new or page.hint is None, "a page that is not the last leads no further")
        found += new
        if page.hint is None or len(found) >= _ROWS_MAX:
            return found[:_ROWS_MAX]
        after, hint = OrderPosition.of(found[-1]), page.hint
        if between is not None:
            await between()
    require(holds=False, message="the list does not end")
    return found


async def small_pages_are_one_list(bench: Bench) -> None:
    """Pages of any size make the same list: no row is lost or doubled, newest first."""
    for query in _queries(bench):
        whole = await rows(bench, query, _LARGE)
        places = [OrderPosition.of(row) for row in whole]
        require(places == sorted(places, reverse=True), "the rows are not newest first")
        require(len(set(places)) == len(places), "a row comes twice")
        for limit in (1, _SMALL):
            parts = await rows(bench, query, limit)
            require(told(parts) == told(whole), f"pages of {limit} make another list")


async def list_goes_on_without_its_hint(bench: Bench) -> None:
    """Without a hint, or with one that leads nowhere, the list goes on after the row given."""
    for query in _queries(bench):
        whole = await rows(bench, query, _LARGE)
        parts = await rows(bench, query, _SMALL, hinted=False)
        require(told(parts) == told(whole), "without hints the pages make another list")
        if len(whole) > 1:
            after = OrderPosition.of(whole[0])
            page = await _page(
                bench, bench.connector(), query, after=after, hint="nowhere", limit=_SMALL
            )
            next_row = next((it for it in page.rows if OrderPosition.of(it) < after), None)
            require(told(next_row) == told(whole[1]), "a strange hint leads past a row")


async def inserts_move_no_row(bench: Bench) -> None:
    """Rows that come in between two pages make no other row be lost or doubled."""
    insert = bench.system.insert
    if insert is None:
        raise NotApplicableError("no orders can be put into the system")
    query = OrderQuery()
    before = await rows(bench, query, _LARGE)
    require(len(before) >= _LEAST, f"the system must have at least {_LEAST} orders")

    parts = await rows(bench, query, _SMALL, between=insert)

    seen = [it.ref for it in parts]
    require(len(set(seen)) == len(seen), "a row comes twice after an insert")
    kept = {it.ref for it in before}
    require([it for it in seen if it in kept] == [it.ref for it in before], "a row is lost")


async def filters_hold(bench: Bench) -> None:
    """Time bounds, channels and stores let exactly the rows through that they name."""
    whole = await rows(bench, OrderQuery(), _LARGE)
    require(whole, "the system must have orders")
    middle = whole[len(whole) // 2]
    least = whole[-1].placed_at
    store = next((it.store for it in whole if it.store), None)
    queries = [
        OrderQuery(placed_before=middle.placed_at, placed_after=least),
        OrderQuery(placed_after=middle.placed_at),
        OrderQuery(channels=[middle.channel], placed_after=least),
        OrderQuery(channels=[]),
        *([OrderQuery(stores=[store], placed_after=least)] if store else []),
    ]
    for query in queries:
        found = await rows(bench, query, _LARGE)
        expected = [it for it in whole if _lets_through(query, it)]
        require([it.ref for it in found] == [it.ref for it in expected], "a filter does not hold")


async def rows_bear_the_source(bench: Bench) -> None:
    """Rows are orders, and their refs bear the source's name."""
    for query in _queries(bench):
        for row in await rows(bench, query, _LARGE):
            require(isinstance(row, OrderRecord), "a row is no OrderRecord")
            require(row.ref.name == SOURCE, "a row's ref bears another source's name")


def _queries(bench: Bench) -> tuple[OrderQuery, ...]:
    return bench.read_sample(PAGE).known


def _lets_through(query: OrderQuery, row: OrderRecord) -> bool:
    return (
        (query.channels is None or row.channel in query.channels)
        and (query.stores is None or row.store in query.stores)
        and (query.placed_after is None or row.placed_at > query.placed_after)
        and (query.placed_before is None or row.placed_at <= query.placed_before)
    )


async def _page(
    bench: Bench,
    connector: Any,
    query: OrderQuery,
    *,
    after: OrderPosition | None,
    hint: str | None,
    limit: int,
) -> OrderPage:
    page = await bench.answer(
        lambda: connector.order_page(bench.context(), query, after=after, hint=hint, limit=limit)
    )
    require(isinstance(page, OrderPage), "order_page must answer with an OrderPage")
    found: OrderPage = page
    return found


REPLAYABLE = (rows_bear_the_source, small_pages_are_one_list)
OTHERS = (list_goes_on_without_its_hint, filters_hold, inserts_move_no_row)
