"""The connector without code keeps every fact of the kit, against a real shop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from connectors.sdk.testing import (
    ReadSample,
    Samples,
    SuiteConfig,
    System,
    connector_test_class,
)
from connectors.vendure.client import Vendure
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink, email_key
from schema.domain.order import Channel, OrderQuery, OrderStatus
from schema.domain.product import VariantKey, VariantKeyKind
from schema.domain.reference import SourceRef
from tests.vendure import documents
from tests.vendure.admin import PASSWORD, Admin
from tests.vendure.orders import Orders
from tests.vendure.seed import STORES

pytestmark = [
    pytest.mark.vendure,
    pytest.mark.timeout(600),  # the first test installs and fills the shop
]


# Where the worker's shop is: the kit's tests take no fixtures.
WHERE: dict[str, str] = {}


@pytest.fixture(scope="module", autouse=True)
def running(shop: str) -> None:
    """The shop runs before the first test does."""
    WHERE["url"] = shop


@asynccontextmanager
async def running_shop() -> AsyncIterator[System]:
    """The shop that a worker's tests share."""
    url = WHERE["url"]
    async with Admin(url) as admin:
        basics = await admin.ask(documents.BASICS)
        orders = Orders(admin, basics["shippingMethods"]["items"][0]["id"])

        async def insert() -> None:
            await orders.pay(await orders.draft("1", [("2", 1)]))

        yield System(config={"base_url": url}, insert=insert)


def by_id(number: str) -> CustomerKey:
    """The key of a customer by Vendure's own id."""
    return CustomerKey(CustomerKeyKind.ID, number)


def by_sku(sku: str) -> VariantKey:
    """The key of a variant by its SKU."""
    return VariantKey(VariantKeyKind.SKU, sku)


def link(number: str) -> CustomerLink:
    """The link to a customer by Vendure's own id."""
    return CustomerLink(ref=SourceRef("under_test", number))


SUITE = SuiteConfig(
    system=running_shop,
    config={"password": PASSWORD, "stores": STORES},
    patience_s=1.5,  # a login takes most of half a second: the password is hashed
    samples=Samples(
        reads={
            "customers": ReadSample(
                known=(by_id("2"), by_id("3"), email_key("customer.0040@example.com")),
                unknown=by_id("987654"),
                expected={
                    by_id("2"): {
                        "name": "佐藤 太郎",
                        "email": "customer.0001@example.com",
                        "phone": "+819012340001",
                    }
                },
            ),
            "orders": ReadSample(
                known=("1", "5", "9"),
                unknown="987654",
                expected={
                    "1": {
                        "number": "V000001",
                        "channel": Channel.WEB,
                        "placed_at": datetime(2024, 3, 1, tzinfo=UTC),
                        "status": OrderStatus.FULFILLED,
                    }
                },
            ),
            "orders_by_number": ReadSample(
                known=("V000001", "V000005", "V000009"), unknown="V987654"
            ),
            "order_page": ReadSample(known=(OrderQuery(),)),
            "orders_of": ReadSample(
                known=(link("2"), link("3"), link("41")), unknown=link("987654")
            ),
            "products": ReadSample(
                known=("1", "2", "3"),
                unknown="987654",
                expected={"2": {"title": "羽織 Haori 0001", "skus.0": "VD-0001"}},
            ),
            "stock_levels": ReadSample(
                known=("VD-0000-M", "VD-0001", "VD-0002"), unknown="VD-9999"
            ),
            "variants": ReadSample(
                known=(by_sku("VD-0000-M"), by_sku("VD-0001"), by_sku("VD-0002")),
                unknown=by_sku("VD-9999"),
                expected={by_sku("VD-0001"): {"title": "羽織 Haori 0001", "product": "2"}},
            ),
        }
    ),
)

TestVendure = connector_test_class(Vendure, SUITE)
