"""The gateway over a real shop, by the connector that is installed and by a file of one's own."""

import shutil
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.serving import Serving
from tests.vendure.admin import PASSWORD, Admin
from tests.vendure.front import Front
from tests.vendure.seed import STORES

pytestmark = [
    pytest.mark.vendure,
    pytest.mark.timeout(600),  # the first test installs and fills the shop
]

JOINED = Path(__file__).with_name("joined.graphql").read_text(encoding="utf-8")
SAME = """
query ($codes: [String!]!) {
  orders(options: { filter: { code: { in: $codes } } }) {
    items { code customer { emailAddress } lines { productVariant { sku } } }
  }
}
"""
PACKAGED = Path(__file__).parents[2] / "connectors" / "vendure" / "connector.yaml"


def configuration(folder: Path, connector: str, url: str) -> Path:
    """A gateway's, over the shop alone."""
    config = {"base_url": url, "password": PASSWORD, "stores": STORES}
    shop: list[dict[str, Any]] = [{"source": "shop"}]
    content = {
        "storage": {"url": f"sqlite+aiosqlite:///{folder / 'own.db'}"},
        "sources": {"shop": {"connector": connector, "config": config}},
        "entities": {
            "customer": shop,
            "order": [{"source": "shop", "channels": ["WEB"]}],
            "catalog": shop,
            "stock": shop,
        },
        "stores": {
            code: {"name": name, "time_zone": "Asia/Tokyo", "currency": "USD"}
            for code, name in STORES.items()
        },
    }
    path = folder / "tillgraph.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.fixture(params=["packaged", "by its path"])
async def gateway(
    request: pytest.FixtureRequest, front: Front, tmp_path: Path
) -> AsyncIterator[Serving]:
    """A gateway that serves the shop."""
    connector = "vendure"
    if request.param != "packaged":
        connector = str(shutil.copy(PACKAGED, tmp_path / "vendure.yaml"))
    serving = await Serving.start(configuration(tmp_path, connector, front.url))
    yield serving
    assert await serving.stop() == 0


async def test_a_joined_query_costs_one_call_a_level(
    gateway: Serving, front: Front, admin: Admin
) -> None:
    """Orders, their customers, lines, variants, products and stock: one call for each, once."""
    answer = await gateway.client().ask(JOINED)

    asked = Counter(front.calls)
    orders = answer.data["orders"]
    assert ([], 20) == (orders["missing"], len(orders["nodes"]))
    # A second part of the list is read where the first ends between orders of one moment.
    assert asked.pop("OrderPage") <= 2
    assert {
        "login": 1,
        "CustomersById": 1,
        "OrdersOfId": 1,
        "Variants": 1,
        "Products": 1,
        "StockLevels": 1,
    } == asked
    theirs = await admin.ask(SAME, {"codes": [it["number"] for it in orders["nodes"]]})
    assert {
        it["code"]: (
            it["customer"]["emailAddress"],
            sorted(line["productVariant"]["sku"] for line in it["lines"]),
        )
        for it in theirs["orders"]["items"]
    } == {
        it["number"]: (
            it["customer"]["email"],
            sorted(line["variant"]["sku"] for line in it["lines"]),
        )
        for it in orders["nodes"]
    }
    newest = orders["nodes"][0]
    assert newest["number"] in [it["number"] for it in newest["customer"]["orders"]["nodes"]]
    for order in orders["nodes"]:
        for line in order["lines"]:
            assert {"shibuya", "umeda"} <= {it["store"]["code"] for it in line["variant"]["stock"]}


async def test_it_says_what_it_stands_on(gateway: Serving, front: Front) -> None:
    """Before anything was asked nobody was called, and the shop is among the sources."""
    answer = await gateway.client().ask("{ sources { name connector } }")

    assert ["shop"] == [it["name"] for it in answer.data["sources"]]
    assert not front.calls
