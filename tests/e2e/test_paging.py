from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.demo.data.kasane import kasane
from gateway.demo.data.records import Order
from gateway.demo.oms.codes import order_number
from schema.domain.order import Channel
from tests.e2e.client import Client
from tests.e2e.estate import Estate

pytestmark = [pytest.mark.timeout(60)]

PAGE = """query Page($first: Int!, $after: String, $since: DateTime!) {
  orders(first: $first, after: $after, filter: { placedAfter: $since }) {
    nodes { id number placedAt }
    missing { source code }
    pageInfo { hasNextPage endCursor }
  }
}"""
SINCE = kasane().orders[-1].placed_at - timedelta(days=30)


@pytest.mark.parametrize("size", [7, 100])
async def test_all_orders_of_a_month_come_once_and_newest_first(estate: Estate, size: int) -> None:
    """Out of two systems, whatever the page's size: none is lost, none is doubled."""
    rows = await _walked(estate.client(), size)

    moments = [datetime.fromisoformat(row["placedAt"]) for row in rows]
    expected = [order for order in kasane().orders if order.placed_at > SINCE]
    assert len(expected) > 500
    assert sorted((order.placed_at for order in expected), reverse=True) == moments
    assert len(rows) == len({row["id"] for row in rows})
    assert {_number(order) for order in expected} == {row["number"] for row in rows}


async def test_the_pages_size_does_not_change_the_order(estate: Estate) -> None:
    """Not among orders of the same second either."""
    assert await _walked(estate.client(), 7) == await _walked(estate.client(), 100)


async def _walked(client: Client, size: int) -> list[dict[str, Any]]:
    """Every row, page after page."""
    rows: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        variables = {"first": size, "after": after, "since": SINCE.isoformat()}
        page = (await client.ask(PAGE, variables)).data["orders"]
        assert [] == page["missing"]
        rows += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return rows
        assert size == len(page["nodes"])


def _number(order: Order) -> str:
    """As its system numbers it."""
    if order.channel is not Channel.STORE:
        return order_number(order)
    assert order.store is not None
    return f"{order.store.number:04d}-{order.sequence:06d}"
