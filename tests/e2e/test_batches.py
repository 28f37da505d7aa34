from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from connectors.sdk.registry import Registry
from gateway.settings.file import load
from gateway.wiring import open_gateway
from tests.e2e.estate import Estate
from tests.e2e.serving import own_configuration

pytestmark = [pytest.mark.timeout(60)]

FIFTY = """{
  orders(first: 50) {
    nodes {
      number
      source { name }
      customer { name loyalty { points } }
      lines { variant { sku product { title } stock { store { code } available incoming } } }
    }
  }
}"""

# Fifty orders and one more, which tells whether there are others. The POS gives fifty a page, for
# each time zone; the CRM finds customers by card, by e-mail or by phone.
POS = {"GET /api/sales": 2 * 2}
OMS = {"SearchOrders": 1, "GetCustomers": 1}
CRM = {"customers.batch": 1, "customers.lookup": 3, "loyalty.batch": 1, "token": 1}


@pytest.mark.parametrize(("name", "allowed"), [("pos", POS), ("oms", OMS), ("crm", CRM)])
async def test_fifty_orders_cost_a_batch_for_each_system_and_entity(
    estate: Estate, name: str, allowed: dict[str, int]
) -> None:
    """However many customers, lines and goods they have."""
    await estate.forget(name)

    orders = (await estate.client().ask(FIFTY)).data["orders"]["nodes"]

    calls = await estate.calls(name)
    assert 50 == len(orders)
    assert {"pos", "oms"} == {order["source"]["name"] for order in orders}
    assert sum(len(order["lines"]) for order in orders) > 50
    assert len({order["customer"]["name"] for order in orders if order["customer"]}) > 10
    assert any(calls.values())
    assert {} == {call: many for call, many in calls.items() if many > allowed.get(call, 0)}


async def test_fifty_orders_cost_a_statement_for_each_entity_of_the_warehouse(
    estate: Estate, tmp_path: Path
) -> None:
    """One for all variants, one for their products, one for all stock of all stores."""
    settings = load(own_configuration(estate.configuration, tmp_path), Registry.discover())
    gateway = await open_gateway(settings, Registry.discover())
    transport = httpx.ASGITransport(app=gateway.app)
    try:
        with _statements("wms.sqlite3") as statements:
            async with httpx.AsyncClient(transport=transport) as client:
                answer = await client.post("http://127.0.0.1/graphql", json={"query": FIFTY})
    finally:
        await gateway.aclose()

    assert "errors" not in answer.json()
    assert 50 == len(answer.json()["data"]["orders"]["nodes"])
    assert 3 == len(statements), statements


@contextmanager
def _statements(file: str) -> Iterator[list[str]]:
    """What is asked of one database of this process."""
    found: list[str] = []

    def asked(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        if str(connection.engine.url.database).endswith(file):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", asked)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", asked)
