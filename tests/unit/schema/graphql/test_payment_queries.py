"""Lists of payments and refunds, as clients ask for them."""

from typing import Any

from connectors.sdk.terminal import IntentStatus
from gateway.payments.absent import NoPayments
from gateway.payments.adopt import OnlineOrders
from gateway.payments.states import State
from schema.domain.errors import Unavailable
from schema.domain.money import Money
from schema.domain.payment import CaptureMethod
from schema.domain.reference import GlobalId, SourceRef
from tests.unit.gateway.payments.terminal import Intent
from tests.unit.gateway.payments.till import DEVICE, GIFT, a_scope, a_start
from tests.unit.schema.graphql.shop import Shop

PAYMENTS = """query($first: Int, $after: String, $filter: PaymentFilter) {
  payments(first: $first, after: $after, filter: $filter) {
    edges { cursor node { id } }
    nodes { state channel reader { name } refunds { id amount { minor } state actor reason } }
    pageInfo { hasNextPage endCursor } } }"""
REFUNDS = """query($filter: RefundFilter) {
  refunds(filter: $filter) { edges { cursor } nodes { id payment { id } failure { code } }
    pageInfo { hasNextPage } } }"""
REFUND = """mutation($id: ID!, $key: String!) {
  paymentRefund(input: {payment: $id, idempotencyKey: $key, amount: {amount: "100",
    currency: "JPY"}, reason: REQUESTED_BY_CUSTOMER}) { refund { id reason } } }"""


def payment_id(name: str) -> str:
    """A payment's id in the graph."""
    return GlobalId("Payment", (name,)).text


async def two(shop: Shop) -> None:
    """A payment that is paid, and a newer one of an order that waits."""
    await shop.till.start("k1")
    shop.till.terminal.present(DEVICE)
    await shop.till.reaches(State.PAID)
    order = shop.pos.orders_kept[-1]
    await shop.till.service.start(a_scope(), a_start("k2", reader=GIFT, order=order))


async def listed(shop: Shop, **variables: Any) -> Any:
    """A list of payments."""
    return (await shop.data(PAYMENTS, **variables))["payments"]


async def test_payments_are_listed_with_what_was_given_back(shop: Shop) -> None:
    """Page by page, the newest first; refunds come with their payment."""
    await two(shop)
    for key in ("r1", "r2"):
        await shop.data(REFUND, id=payment_id("pay_1"), key=key)
    first = await listed(shop, first=1)
    rest = await listed(shop, after=first["pageInfo"]["endCursor"])

    assert [payment_id("pay_2")] == [it["node"]["id"] for it in first["edges"]]
    assert first["pageInfo"]["hasNextPage"]
    assert not rest["pageInfo"]["hasNextPage"]
    (node,) = rest["nodes"]
    refunds = node.pop("refunds")
    assert {
        "state": "CAPTURED",
        "channel": "IN_PERSON",
        "reader": {"name": "Front counter"},
    } == node
    assert ["till-1", "till-1"] == [it["actor"] for it in refunds]
    assert [({"minor": 100}, "SUCCEEDED", "REQUESTED_BY_CUSTOMER")] * 2 == [
        (it["amount"], it["state"], it["reason"]) for it in refunds
    ]


async def test_payments_are_found_by_a_filter(shop: Shop) -> None:
    """A store, states, an order: what fits all of them."""
    await two(shop)
    order = GlobalId("Order", ("pos", shop.pos.orders_kept[-1].ref.id)).text

    async def found(**filter_: Any) -> list[str]:
        return [it["node"]["id"] for it in (await listed(shop, filter=filter_))["edges"]]

    assert [payment_id("pay_1")] == await found(state="CAPTURED")
    assert [payment_id("pay_2")] == await found(order=order)
    assert [] == await found(channel="ONLINE")
    assert [] == await found(store="umeda")
    assert 2 == len(await found(store="ginza", since="2020-01-01T00:00:00Z"))
    assert [] == await found(until="2020-01-01T00:00:00Z")


async def test_an_order_is_known_by_its_id_also_while_its_system_is_dead(shop: Shop) -> None:
    """Its payments are ours to tell."""
    await two(shop)
    order = GlobalId("Order", ("pos", shop.pos.orders_kept[-1].ref.id)).text
    shop.pos.failure = Unavailable("connection refused")

    edges = (await listed(shop, filter={"order": order}))["edges"]

    assert [payment_id("pay_2")] == [it["node"]["id"] for it in edges]


async def test_refunds_are_listed(shop: Shop) -> None:
    """Of all payments, or of one."""
    await two(shop)
    made = (await shop.data(REFUND, id=payment_id("pay_1"), key="r1"))["paymentRefund"]["refund"]
    every = (await shop.data(REFUNDS))["refunds"]
    of_other = (await shop.data(REFUNDS, filter={"payment": payment_id("pay_2")}))["refunds"]

    assert "REQUESTED_BY_CUSTOMER" == made["reason"]
    assert [{"id": made["id"], "payment": {"id": payment_id("pay_1")}, "failure": None}] == every[
        "nodes"
    ]
    assert not every["pageInfo"]["hasNextPage"]
    assert [] == of_other["nodes"]


async def test_a_wrong_filter_is_told(shop: Shop) -> None:
    """A mistyped store would be one without payments, and a payment's id is no order's."""
    mistyped = await shop.answer(PAYMENTS, filter={"store": "ginzza"})
    other = await shop.answer(PAYMENTS, filter={"order": payment_id("pay_1")})
    cursor = await shop.answer(PAYMENTS, after="nonsense")
    shop_refunds = await shop.answer(REFUNDS, filter={"store": "ginzza"})

    for answer in (mistyped, other, cursor, shop_refunds):
        assert 1 == len(answer.errors or [])


async def test_without_payments_the_lists_are_empty(shop: Shop) -> None:
    """Not an error: nothing was ever paid."""
    context = shop.context()
    context.payments = NoPayments()
    answer = await shop.answer(
        "{ payments { nodes { id refunds { id } } } refunds { nodes { id } } }", context
    )

    assert {"payments": {"nodes": []}, "refunds": {"nodes": []}} == answer.data


async def test_an_online_payment_has_no_reader_and_is_the_orders(shop: Shop) -> None:
    """Its order lists it beside those at readers, and it is given back without a reader."""
    order = shop.oms.orders_kept[-1]

    async def find(_: str) -> SourceRef:
        return order.ref

    shop.till.service.adoption.orders = OnlineOrders("order", find)
    shop.till.terminal.intents["pi_web"] = Intent(
        id="pi_web",
        amount=Money(2000, "JPY"),
        capture=CaptureMethod.AUTOMATIC,
        reference="",
        status=IntentStatus.SUCCEEDED,
        received=2000,
        method="card",
        metadata={"order": "W-9"},
    )
    payment = await shop.till.service.adoption.adopt("pi_web", None)
    assert payment is not None
    refund = (await shop.data(REFUND, id=payment_id(payment.id), key="r1"))["paymentRefund"]
    data = await shop.data(
        """query($id: ID!) { order(by: {id: $id}) { payments {
          id channel state reader { name } refunded { minor } order { number } } } }""",
        id=GlobalId("Order", ("oms", order.ref.id)).text,
    )

    assert refund["refund"] is not None
    assert [
        {
            "id": payment_id(payment.id),
            "channel": "ONLINE",
            "state": "CAPTURED",
            "reader": None,
            "refunded": {"minor": 100},
            "order": {"number": order.number},
        }
    ] == data["order"]["payments"]


async def test_a_reader_for_the_refund_is_named_as_for_a_payment(shop: Shop) -> None:
    """By the store and what staff call it; a card that needs none is told so."""
    await two(shop)
    data = await shop.data(
        """mutation($id: ID!) { paymentRefund(input: {payment: $id, idempotencyKey: "r1",
          reader: {store: "ginza", name: "Front counter"}}) {
            refund { id } userErrors { code path } } }""",
        id=payment_id("pay_1"),
    )

    wrong = {"code": "REFUND_NEEDS_NO_READER", "path": ["input", "reader"]}
    assert {"refund": None, "userErrors": [wrong]} == data["paymentRefund"]
