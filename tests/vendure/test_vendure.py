"""The connector without code against a real shop: what is asked, and what comes back."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.sdk.context import CallContext
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink, email_key
from schema.domain.errors import Rejected
from schema.domain.money import Money
from schema.domain.order import Channel, OrderPosition, OrderQuery, OrderStatus
from schema.domain.product import VariantKey, VariantKeyKind
from schema.domain.reference import SourceRef
from tests.vendure.admin import Admin
from tests.vendure.front import Front
from tests.vendure.seed import STORES

pytestmark = [
    pytest.mark.vendure,
    pytest.mark.timeout(600),  # the first of them installs and fills the shop
]

IDS = [str(number) for number in range(1, 51)]


def by_id(number: str) -> CustomerKey:
    """The key of a customer by Vendure's own id."""
    return CustomerKey(CustomerKeyKind.ID, number)


def by_sku(sku: str) -> VariantKey:
    """The key of a variant by its SKU."""
    return VariantKey(VariantKeyKind.SKU, sku)


async def test_fifty_customers_are_one_call(
    vendure: Any, front: Front, admin: Admin, ctx: CallContext
) -> None:
    """A batch by id costs one call beside the login, and each record is the shop's own."""
    keys = [*(by_id(number) for number in IDS), by_id("987654")]

    found = await vendure.customers(ctx, keys)

    assert {"login": 1, "CustomersById": 1} == front.calls
    assert keys[:-1] == sorted(found, key=lambda key: int(key.value))
    answer = await admin.ask(
        "{ customers(options: { take: 50, sort: { id: ASC } })"
        " { items { firstName lastName emailAddress } } }"
    )
    theirs = [
        (f"{it['lastName']} {it['firstName']}", it["emailAddress"])
        for it in answer["customers"]["items"]
    ]
    assert theirs == [(found[key].name, found[key].email) for key in keys[:-1]]


async def test_phone_numbers_become_comparable(vendure: Any, ctx: CallContext) -> None:
    """A number without its country's code is read as one of the configured region."""
    found = await vendure.customers(ctx, [by_id("1"), by_id("2"), by_id("6")])

    assert [None, "+819012340001", "+819012340005"] == [
        found[by_id(number)].phone for number in ("1", "2", "6")
    ]


async def test_customers_are_found_by_email(vendure: Any, front: Front, ctx: CallContext) -> None:
    """E-mails of a batch are one call; one that nobody has is absent."""
    keys = [email_key(f"customer.{number:04}@example.com") for number in (3, 5, 9_999)]

    found = await vendure.customers(ctx, keys)

    assert {"login": 1, "CustomersByEmail": 1} == front.calls
    assert {keys[0]: "4", keys[1]: "6"} == {key: it.ref.id for key, it in found.items()}


async def test_fifty_orders_are_one_call(
    vendure: Any, front: Front, admin: Admin, ctx: CallContext
) -> None:
    """A batch of orders with their lines costs one call; a draft is unknown."""
    found = await vendure.orders(ctx, IDS)

    assert {"login": 1, "Orders": 1} == front.calls
    assert {number for number in IDS if int(number) % 10} == set(found)
    answer = await admin.ask(
        '{ order(id: "1") { code totalWithTax shippingWithTax currencyCode customer { id } } }'
    )
    theirs, order = answer["order"], found["1"]
    assert SourceRef("shop", "1") == order.ref
    assert theirs["code"] == order.number
    assert Channel.WEB is order.channel
    assert datetime(2024, 3, 1, tzinfo=UTC) == order.placed_at
    assert Money(theirs["totalWithTax"], theirs["currencyCode"]) == order.total == order.paid
    assert SourceRef("shop", theirs["customer"]["id"]) == order.customer.ref
    lines = sum((line.total for line in order.lines), Money(theirs["shippingWithTax"], "USD"))
    assert order.total == lines


async def test_every_state_has_its_status(vendure: Any, ctx: CallContext) -> None:
    """Orders that were delivered, sent in part, paid and cancelled are told apart."""
    found = await vendure.orders(ctx, ["1", "5", "6", "9"])

    assert {
        "1": OrderStatus.FULFILLED,
        "5": OrderStatus.PARTIALLY_FULFILLED,
        "6": OrderStatus.OPEN,
        "9": OrderStatus.CANCELED,
    } == {number: order.status for number, order in found.items()}


async def test_orders_are_found_by_number(vendure: Any, ctx: CallContext) -> None:
    """The number on the confirmation leads to the order; a draft's leads nowhere."""
    found = await vendure.orders_by_number(ctx, ["V000001", "V000010", "nothing"])

    assert {"V000001": "1"} == {number: order.ref.id for number, order in found.items()}


@pytest.mark.parametrize("limit", [1, 3, 50])
async def test_pages_hold_every_order_once(
    vendure: Any, admin: Admin, ctx: CallContext, limit: int
) -> None:
    """Whatever the size of a page, orders of one moment included, none is lost or doubled."""
    since = datetime(2024, 4, 1, tzinfo=UTC)
    query = OrderQuery(placed_after=since)
    rows: list[Any] = []
    after = hint = None
    while True:
        page = await vendure.order_page(ctx, query, after=after, hint=hint, limit=limit)
        rows += [it for it in page.rows if after is None or OrderPosition.of(it) < after]
        hint = page.hint
        if hint is None:
            break
        after = OrderPosition.of(rows[-1])

    answer = await admin.ask(
        "query ($since: DateTime) { orders(options:"
        " { take: 1000, filter: { orderPlacedAt: { after: $since } } }) { items { id } } }",
        {"since": since.isoformat()},
    )
    theirs = {it["id"] for it in answer["orders"]["items"]}
    assert len(theirs) > 150
    assert len(theirs) == len(rows)
    assert theirs == {it.ref.id for it in rows}
    assert sorted(rows, key=OrderPosition.of, reverse=True) == rows


async def test_a_moment_is_included_as_the_query_says(vendure: Any, ctx: CallContext) -> None:
    """`placed_before` includes its moment, and `placed_after` does not."""
    newest = await vendure.order_page(ctx, OrderQuery(), after=None, hint=None, limit=8)
    moments = sorted({it.placed_at for it in newest.rows})
    query = OrderQuery(placed_after=moments[0], placed_before=moments[-1])

    page = await vendure.order_page(ctx, query, after=None, hint=None, limit=50)

    assert set(moments[1:]) == {it.placed_at for it in page.rows}
    assert page.hint is None


async def test_orders_of_fifty_customers_are_one_call(
    vendure: Any, front: Front, ctx: CallContext
) -> None:
    """The newest orders of many customers cost one call, and each customer has their own."""
    links = [CustomerLink(ref=SourceRef("shop", number)) for number in IDS]

    found = await vendure.orders_of(ctx, links, 3)

    assert {"login": 1, "OrdersOfId": 1} == front.calls
    for link, orders in found.items():
        assert {link.ref} >= {order.customer.ref for order in orders}
        assert len(orders) <= 3
        assert sorted(orders, key=OrderPosition.of, reverse=True) == list(orders)
    assert sum(map(len, found.values())) > 50


async def test_orders_of_a_customer_of_another_system_are_found_by_email(
    vendure: Any, ctx: CallContext
) -> None:
    """Whom another system knows is found by the e-mail alone."""
    elsewhere = CustomerLink(ref=SourceRef("crm", "C1"), email="customer.0040@example.com")
    here = CustomerLink(ref=SourceRef("shop", "41"))

    found = await vendure.orders_of(ctx, [elsewhere, here], 5)

    assert found[elsewhere]
    assert [it.number for it in found[here]] == [it.number for it in found[elsewhere]]


async def test_variants_and_products_are_one_call_each(
    vendure: Any, front: Front, ctx: CallContext
) -> None:
    """A product knows its variants and they know it; prices are whole minor units."""
    keys = [by_sku("VD-0000-M"), by_sku("VD-0001"), by_sku("vd-0001"), by_sku("none")]

    variants = await vendure.variants(ctx, keys)
    products = await vendure.products(ctx, ["1", "2", "987654"])

    assert {"login": 1, "Variants": 1, "Products": 1} == front.calls
    assert keys[:2] == sorted(variants, key=lambda key: key.value)
    assert ("1", "羽織 Haori 0001") == (variants[keys[0]].product, variants[keys[1]].title)
    assert "USD" == variants[keys[0]].price.currency
    assert {"VD-0000-M", "VD-0000-L"} == set(products["1"].skus)
    assert {"1", "2"} == set(products)


async def test_stock_is_told_by_store(
    vendure: Any, front: Front, admin: Admin, ctx: CallContext
) -> None:
    """Each location is a store, one that has none of it included; an unknown SKU is left out."""
    found = await vendure.stock_levels(ctx, ["VD-0000-M", "VD-0009", "none"], None)

    assert {"login": 1, "StockLevels": 1} == front.calls
    assert {"VD-0000-M", "VD-0009"} == set(found)
    assert ["shibuya", "umeda", "webdc"] == [it.store for it in found["VD-0009"]]
    assert 0 == found["VD-0009"][-1].on_hand
    answer = await admin.ask(
        '{ productVariants(options: { filter: { sku: { eq: "VD-0000-M" } } }) { items {'
        " stockLevels { stockLocation { name } stockOnHand stockAllocated } } } }"
    )
    theirs = [
        (it["stockLocation"]["name"], it["stockOnHand"], it["stockAllocated"])
        for it in answer["productVariants"]["items"][0]["stockLevels"]
    ]
    assert sorted(theirs) == [
        (STORES[it.store], it.on_hand, it.committed) for it in found["VD-0000-M"]
    ]


async def test_stock_of_one_store(vendure: Any, ctx: CallContext) -> None:
    """The answer has the stores that were asked for, and no other."""
    found = await vendure.stock_levels(ctx, ["VD-0000-M"], ["umeda"])

    assert ["umeda"] == [it.store for it in found["VD-0000-M"]]


async def test_a_location_without_a_store_is_passed_over(
    front: Front, connect: Callable[..., Any], ctx: CallContext
) -> None:
    """A location that the configuration does not name hurts nobody."""
    vendure = connect(front.url, stores={"umeda": "Umeda"})

    found = await vendure.stock_levels(ctx, ["VD-0000-M"], None)

    assert ["umeda"] == [it.store for it in found["VD-0000-M"]]


async def test_a_session_that_ended_is_begun_anew_once(
    vendure: Any, front: Front, ctx: CallContext
) -> None:
    """However many calls find the session ended, one logs in, and all are answered."""
    await vendure.customers(ctx, [by_id("1")])
    await front.end_sessions()
    front.calls.clear()

    calls = [vendure.customers(ctx, [by_id(number)]) for number in IDS[:4]]
    found = await asyncio.gather(*calls)

    assert [1, 1, 1, 1] == [len(it) for it in found]
    assert 1 == front.calls["login"]


async def test_a_wrong_password_is_refused(
    front: Front, connect: Callable[..., Any], ctx: CallContext
) -> None:
    """It is tried once, and nothing secret is in the message."""
    vendure = connect(front.url, password="wrong-horse")

    with pytest.raises(Rejected) as refusal:
        await vendure.customers(ctx, [by_id("1")])

    assert "wrong-horse" not in str(refusal.value)
    assert {"login": 1} == front.calls


async def test_the_probe_tries_the_login(vendure: Any, front: Front, ctx: CallContext) -> None:
    """A sign of life is one small call."""
    await vendure.probe(ctx)

    assert {"login": 1, "activeAdministrator": 1} == front.calls
