"""The connector of Kasane's POS keeps every fact of the kit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from connectors.kasane_pos.client import KasanePos
from connectors.sdk.testing import (
    ReadSample,
    Samples,
    SuiteConfig,
    System,
    connector_test_class,
)
from gateway.demo.pos.application import application
from gateway.demo.pos.ledger import Ledger
from gateway.demo.pos.sale import sales
from gateway.demo.process import Conduct
from schema.domain.customer import CustomerLink
from schema.domain.money import Money
from schema.domain.order import OrderQuery
from tests.conformance.served import served
from tests.unit.gateway.demo.pos.shop import (
    GINZA,
    NOON,
    ORCHARD,
    PASSWORD,
    UMEDA,
    a_member,
    a_retailer,
    an_order,
)

MEMBERS = [a_member(f"M0000000{number}") for number in range(1, 4)]
ORDERS = [
    an_order(
        number,
        # Some in the same second, and the nearest in another zone.
        seconds=-60 * (number // 3),
        store=(GINZA, UMEDA, ORCHARD)[number % 3],
        customer=MEMBERS[number % 4] if number % 4 < len(MEMBERS) else None,
    )
    for number in range(1, 25)
]
SALES = ("0302-000001", "0901-000002", "0101-000003", "0302-000004")
SALE = ReadSample(
    known=SALES,
    unknown="0101-999999",
    expected={
        "0302-000001": {
            "placed_at": NOON,
            "total": Money(1980, "JPY"),
            "store": "umeda",
            "lines.0.title": "青いシャツ M",
        },
        "0901-000002": {"placed_at": NOON, "total": Money(1980, "SGD")},
        "0302-000004": {"placed_at": NOON - timedelta(minutes=1)},
    },
)


@asynccontextmanager
async def running_pos() -> AsyncIterator[System]:
    """A POS of a few sales in three stores of two zones."""
    sequence = 1_000
    ledger = Ledger(sales(a_retailer(*ORDERS)))

    async def insert() -> None:
        nonlocal sequence
        sequence += 1
        for sale in sales(a_retailer(an_order(sequence, seconds=-30, store=GINZA))):
            ledger.put(sale)

    async with served(application(ledger, Conduct(), PASSWORD)) as url:
        yield System(config={"base_url": url}, insert=insert)


SUITE = SuiteConfig(
    system=running_pos,
    config={
        "username": "tillgraph",
        "password": PASSWORD,
        "stores": {
            store.code: {
                "number": f"{store.number:04d}",
                "time_zone": store.time_zone,
                "currency": store.currency,
            }
            for store in (GINZA, UMEDA, ORCHARD)
        },
    },
    samples=Samples(
        reads={
            "orders": SALE,
            "orders_by_number": SALE,
            "orders_of": ReadSample(
                known=tuple(CustomerLink(membership=it.membership) for it in MEMBERS),
            ),
            "order_page": ReadSample(known=(OrderQuery(), OrderQuery(stores=["ginza"]))),
        }
    ),
)

TestKasanePos = connector_test_class(KasanePos, SUITE)
