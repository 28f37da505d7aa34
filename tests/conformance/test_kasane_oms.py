"""The connector of Kasane's OMS keeps every fact of the kit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec.structs import replace

from connectors.kasane_oms.client import KasaneOms
from connectors.sdk.testing import (
    ReadSample,
    Samples,
    SuiteConfig,
    System,
    connector_test_class,
)
from gateway.demo.data.kasane import kasane
from gateway.demo.data.records import Retailer
from gateway.demo.oms import codes
from gateway.demo.oms.application import Oms
from gateway.demo.oms.book import OrderBook
from gateway.demo.process import Conduct
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink
from schema.domain.order import Channel, OrderQuery
from schema.domain.reference import SourceRef
from tests.conformance.served import served

KEY = "kasane-oms-key"
ORDERS = [it for it in kasane().orders if it.channel is not Channel.STORE and it.customer][-30:]
# Several in one second, which pages must not lose.
TIED = [
    *ORDERS[:10],
    *(replace(it, placed_at=ORDERS[10].placed_at) for it in ORDERS[10:15]),
    *ORDERS[15:],
]
PEOPLE = tuple({it.customer.number: it.customer for it in TIED if it.customer}.values())
SHOP = Retailer(kasane().stores, kasane().products[:5], PEOPLE, tuple(TIED), (), ())
FIRST, SECOND, THIRD = TIED[:3]


@asynccontextmanager
async def running_oms() -> AsyncIterator[System]:
    """An OMS of few orders."""
    book = OrderBook(SHOP)
    newest = max(TIED, key=lambda it: it.placed_at)
    sequence = max(it.sequence for it in TIED)

    async def insert() -> None:
        nonlocal sequence
        sequence += 1
        book.add(replace(newest, sequence=sequence))

    async with served(Oms(book, KEY).application(Conduct())) as url:
        yield System(config={"base_url": url}, insert=insert)


def order(key: str) -> dict[str, object]:
    """What the order of a key must hold."""
    found = next(it for it in TIED if key in {codes.order_id(it), codes.order_number(it)})
    return {
        "number": codes.order_number(found),
        "placed_at": found.placed_at,
        "total": found.total,
        "channel": found.channel,
        "lines.0.title": found.lines[0].variant.title,
    }


IDS = tuple(codes.order_id(it) for it in TIED[:4])
NUMBERS = tuple(codes.order_number(it) for it in TIED[:4])

# An id may be any text, and where it is not what was asked for, nothing tells a wrong one.
ANY_TEXT = frozenset({"id"})

SUITE = SuiteConfig(
    system=running_oms,
    config={
        "api_key": KEY,
        "stores": {store.code: str(store.number) for store in kasane().stores},
    },
    samples=Samples(
        reads={
            "orders": ReadSample(
                known=IDS, unknown="79999999", expected={it: order(it) for it in IDS}
            ),
            "orders_by_number": ReadSample(
                known=NUMBERS,
                unknown="W2611-9999999",
                loose=ANY_TEXT,
                expected={it: order(it) for it in NUMBERS},
            ),
            "orders_of": ReadSample(
                known=(
                    CustomerLink(ref=SourceRef("under_test", codes.customer_no(PEOPLE[0]))),
                    CustomerLink(email=PEOPLE[1].email),
                    CustomerLink(email=PEOPLE[2].email),
                ),
                unknown=CustomerLink(email="nobody@example.com"),
                loose=ANY_TEXT,
            ),
            "order_page": ReadSample(
                known=(OrderQuery(), OrderQuery(channels=[Channel.WEB, Channel.APP])),
                loose=ANY_TEXT,
            ),
            "customers": ReadSample(
                known=(
                    CustomerKey(CustomerKeyKind.ID, codes.customer_no(PEOPLE[0])),
                    CustomerKey(CustomerKeyKind.ID, codes.customer_no(PEOPLE[1])),
                    CustomerKey(CustomerKeyKind.EMAIL, PEOPLE[2].email),
                ),
                unknown=CustomerKey(CustomerKeyKind.ID, "C999999"),
                expected={
                    CustomerKey(CustomerKeyKind.EMAIL, PEOPLE[2].email): {
                        "name": f"{PEOPLE[2].family_name} {PEOPLE[2].given_name}",
                        "phone": PEOPLE[2].phone,
                    }
                },
            ),
        }
    ),
)

TestKasaneOms = connector_test_class(KasaneOms, SUITE)
