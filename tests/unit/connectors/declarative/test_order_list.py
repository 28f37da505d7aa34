"""Lists of orders over HTTP: what a request is given, and what an answer tells."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from schema.domain.customer import CustomerLink
from schema.domain.errors import SchemaDrift
from schema.domain.order import Channel, OrderPosition, OrderQuery
from schema.domain.reference import SourceRef
from tests.unit.connectors.declarative.declared import HEAD, ORDER, System, declared, system
from tests.unit.connectors.declarative.places import call

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
ROWS = [
    {
        "id": f"{at:03}",
        "at": (NOON - timedelta(seconds=at)).isoformat(),
        "channel": "tel" if at % 3 == 0 else "web",
        "total": at,
        "branch": "01" if at % 2 else "02",
        "customer": f"C{at % 5}",
    }
    for at in range(60)
]
STORES = {"ginza": "01", "umeda": "02"}


def connector(tmp_path: Path, shop: System, ports: str) -> Any:
    """The connector whose ports are these."""
    text = f"{HEAD}{ORDER}\nports:\n{ports}"
    return declared(tmp_path / "shop.yaml", text, {"base_url": shop.url, "stores": STORES})


async def walked(made: Any, limit: int, query: OrderQuery | None = None) -> list[str]:
    """The ids of a whole list."""
    ids: list[str] = []
    after, hint = None, None
    while True:
        page = await made.order_page(
            call(), query or OrderQuery(), after=after, hint=hint, limit=limit
        )
        ids += [order.ref.id for order in page.rows]
        if page.hint is None:
            return ids
        after, hint = OrderPosition.of(page.rows[-1]), page.hint


async def test_the_link_header(tmp_path: Path) -> None:
    """The cursor is taken out of the next page's address, which is not followed itself."""

    async def answer(request: web.Request) -> web.Response:
        start = int(request.query.get("from_row", "0"))
        end = start + int(request.query["per"])
        more = f'<https://elsewhere.example/x?from_row={end}&per=7>; rel="next"'
        headers = {"link": f'<https://elsewhere.example/>; rel="first", {more}'}
        return web.json_response(ROWS[start:end], headers=headers if end < len(ROWS) else {})

    ports = """
  order_page:
    request: {path: /orders, params: {per: "{limit}", from_row: "{cursor}"}}
    paging: {style: link, size_max: 20}
"""
    async with system(answer) as shop:
        made = connector(tmp_path, shop, ports)
        ids = await walked(made, 7)
        await made.aclose()

    assert [row["id"] for row in ROWS] == ids
    assert "/orders?per=15" == shop.requests[0]
    assert all(it.startswith("/orders?per=15") for it in shop.requests)


async def test_a_cursor_that_has_expired(tmp_path: Path) -> None:
    """The system refuses it; the list is read from its top, and nothing is lost."""
    valid = {"5": 5}

    async def answer(request: web.Request) -> web.Response:
        cursor = request.query.get("c")
        if cursor is not None and cursor not in valid:
            return web.json_response({}, status=410)
        start = valid[cursor] if cursor else 0
        valid[str(start + 10)] = start + 10
        return web.json_response({"rows": ROWS[start : start + 10], "next": f"{start + 10}"})

    ports = """
  order_page:
    request: {path: /orders, params: {c: "{cursor}"}}
    rows: rows
    paging: {style: cursor, next: "next", size_max: 10}
"""
    async with system(answer) as shop:
        made = connector(tmp_path, shop, ports)
        first = await made.order_page(call(), OrderQuery(), after=None, hint=None, limit=15)
        valid.clear()
        after = OrderPosition.of(first.rows[-1])
        page = await made.order_page(call(), OrderQuery(), after=after, hint=first.hint, limit=5)
        await made.aclose()

    assert [row["id"] for row in ROWS[15:20]] == [order.ref.id for order in page.rows]


async def test_filters_go_into_the_request(tmp_path: Path) -> None:
    """In the system's own words; a time is the end of what it may stand for."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"rows": [], "total": 0})

    ports = """
  order_page:
    request:
      path: /orders
      params: {to: "{before}", from: "{after}", branch: ["{stores}"], channel: "{channels}",
        customer: "{ref}", offset: "{offset}"}
    rows: rows
    paging: {style: offset, total: total}
    filters: {stores: stores, channels: channel, times: {time: epoch_s}}
"""
    query = OrderQuery(
        channels=[Channel.WEB, Channel.STORE],
        stores=["umeda", "ginza", "nowhere"],
        customer=CustomerLink(ref=SourceRef("shop", "C1"), email="a@example.com"),
        placed_after=NOON - timedelta(days=1),
        placed_before=NOON + timedelta(microseconds=1),
    )
    async with system(answer) as shop:
        made = connector(tmp_path, shop, ports)
        assert [] == await walked(made, 5, query)
        assert [] == await walked(made, 5)
        await made.aclose()

    start, end = int(NOON.timestamp()) - 86_400, int(NOON.timestamp()) + 1
    assert [
        f"/orders?to={end}&from={start}&branch=02&branch=01&channel=web&customer=C1&offset=0",
        "/orders?offset=0",
    ] == shop.requests


@pytest.mark.parametrize(
    "query",
    [
        OrderQuery(stores=["nowhere"]),
        OrderQuery(channels=[Channel.STORE]),
        OrderQuery(customer=CustomerLink(ref=SourceRef("other", "C1"))),
    ],
)
async def test_what_the_system_cannot_have_is_not_asked(tmp_path: Path, query: OrderQuery) -> None:
    """Another system's stores, channels or customers."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(ROWS)

    ports = """
  order_page:
    request: {path: /orders}
    filters: {stores: stores, channels: channel}
"""
    async with system(answer) as shop:
        made = connector(tmp_path, shop, ports)
        page = await made.order_page(call(), query, after=None, hint=None, limit=5)
        await made.aclose()

    assert () == page.rows
    assert [] == shop.requests


async def test_filters_that_the_system_lacks(tmp_path: Path) -> None:
    """They are applied to the orders; a list without paging may come in any order."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(list(reversed(ROWS)))

    query = OrderQuery(
        channels=[Channel.WEB],
        stores=["ginza"],
        customer=CustomerLink(ref=SourceRef("shop", "C1")),
    )
    async with system(answer) as shop:
        made = connector(tmp_path, shop, "  order_page: {request: {path: /orders}}\n")
        ids = await walked(made, 2, query)
        await made.aclose()

    expected = [it for it in range(60) if it % 3 and it % 2 and it % 5 == 1]
    assert [f"{it:03}" for it in expected] == ids


@pytest.mark.parametrize("total", ["many", None])
async def test_a_total_that_is_no_number_is_drift(tmp_path: Path, total: object) -> None:
    """Without it the end could not be told."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"rows": ROWS[:5], "total": total})

    ports = """
  order_page:
    request: {path: /orders, params: {offset: "{offset}"}}
    rows: rows
    paging: {style: offset, total: total}
"""
    async with system(answer) as shop:
        made = connector(tmp_path, shop, ports)
        with pytest.raises(SchemaDrift, match="total"):
            await walked(made, 3)
        await made.aclose()
