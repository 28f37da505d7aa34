from typing import Any

import pytest
from graphql import ExecutionResult, parse, subscribe

from gateway.payments.absent import NoPayments
from gateway.payments.reader_absent import NoReaders
from gateway.payments.states import State
from schema.domain.errors import Unavailable
from schema.domain.reference import GlobalId
from schema.graphql.schema import core
from tests.unit.gateway.payments.till import DEVICE
from tests.unit.schema.graphql.shop import Shop

START = """mutation($input: TerminalPaymentStartInput!) { terminalPaymentStart(input: $input) {
  payment { id state amount { minor } order { number } reader { name } captureMethod }
  userErrors { code path ... on NameUnknownError { names } } } }"""
ORDER = GlobalId("Order", ("pos", "1")).text


def an_input(**fields: Any) -> dict[str, Any]:
    """A payment of an order at the front counter."""
    reader = {"store": "ginza", "name": "Front counter"}
    return {"reader": reader, "idempotencyKey": "k1"} | fields


def yen(amount: str) -> dict[str, str]:
    """Some yen."""
    return {"amount": amount, "currency": "JPY"}


async def started(shop: Shop, **fields: Any) -> dict[str, Any]:
    """Start a payment that nothing is wrong with."""
    payload = (await shop.data(START, input=an_input(**fields)))["terminalPaymentStart"]
    assert [] == payload["userErrors"]

    payment: dict[str, Any] = payload["payment"]
    return payment


async def test_an_order_is_paid_with_what_is_due(shop: Shop) -> None:
    """The amount comes from the order's own system."""
    payment = await started(shop, order=ORDER)

    assert ("AWAITING_CARD", {"minor": 1000}, {"number": "N-1"}, {"name": "Front counter"}) == (
        payment["state"],
        payment["amount"],
        payment["order"],
        payment["reader"],
    )


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"order": ORDER, "amount": yen("1")}, "AMOUNT_OR_ORDER", ["input", "amount"]),
        ({}, "AMOUNT_OR_ORDER", ["input", "amount"]),
        ({"amount": yen("0.5")}, "AMOUNT_FRACTION", ["input", "amount"]),
        ({"amount": yen("-1")}, "AMOUNT_INVALID", ["input", "amount"]),
        ({"amount": yen("1"), "part": yen("1")}, "PART_WITHOUT_ORDER", ["input", "part"]),
        ({"order": ORDER, "part": yen("0.5")}, "AMOUNT_FRACTION", ["input", "part"]),
        (
            {"amount": yen("1"), "tipEligible": yen("0.5")},
            "AMOUNT_FRACTION",
            ["input", "tipEligible"],
        ),
        ({"order": "%%%"}, "ORDER_UNKNOWN", ["input", "order"]),
        ({"order": GlobalId("Order", ("pos", "99")).text}, "ORDER_UNKNOWN", ["input", "order"]),
        ({"order": GlobalId("Store", ("ginza",)).text}, "ORDER_UNKNOWN", ["input", "order"]),
        (
            {"amount": yen("1"), "reader": {"store": "x", "name": "x"}},
            "STORE_UNKNOWN",
            ["input", "reader", "store"],
        ),
        (
            {"amount": yen("1"), "reader": {"store": "ginza", "name": "x"}},
            "READER_UNKNOWN",
            ["input", "reader", "name"],
        ),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_is_sent(
    shop: Shop, fields: dict[str, Any], code: str, path: list[str]
) -> None:
    """To the person who asked, with the argument."""
    payload = (await shop.data(START, input=an_input(**fields)))["terminalPaymentStart"]

    assert payload["payment"] is None
    assert [(code, path)] == [(it["code"], it["path"]) for it in payload["userErrors"]]
    assert [] == shop.till.terminal.calls


async def test_a_wrong_name_comes_with_the_right_ones(shop: Shop) -> None:
    """So that a till can offer them."""
    reader = {"store": "ginza", "name": "x"}
    payload = await shop.data(START, input=an_input(amount=yen("1"), reader=reader))

    assert [["Front counter", "Gift desk"]] == [
        it["names"] for it in payload["terminalPaymentStart"]["userErrors"]
    ]


async def test_an_order_whose_system_is_dead_is_not_paid(shop: Shop) -> None:
    """Nobody knows what is due on it."""
    shop.pos.failure = Unavailable("down")

    payload = (await shop.data(START, input=an_input(order=ORDER)))["terminalPaymentStart"]

    assert ["SOURCE_UNAVAILABLE"] == [it["code"] for it in payload["userErrors"]]


async def test_an_order_is_paid_in_parts(shop: Shop) -> None:
    """What is due falls with each part, for whole lists of orders in one question."""
    payment = await started(shop, order=ORDER, part=yen("400"))
    refused = await shop.data(
        START, input=an_input(order=ORDER, part=yen("601"), idempotencyKey="k2")
    )
    order = await shop.data(
        "query($id: ID!) { order(by: {id: $id}) { total { minor } due { minor } } }", id=ORDER
    )

    assert {"minor": 400} == payment["amount"]
    assert [{"code": "AMOUNT_EXCEEDS_DUE", "path": ["input", "part"]}] == refused[
        "terminalPaymentStart"
    ]["userErrors"]
    assert {"order": {"total": {"minor": 1000}, "due": {"minor": 600}}} == order


async def test_a_hold_grows(shop: Shop) -> None:
    """With the order that it pays; what is wrong is told, and the receipt of what is held."""
    payment = await started(
        shop, order=ORDER, part=yen("400"), captureMethod="MANUAL", incrementable=True
    )
    shop.till.terminal.present(DEVICE, tip=50)
    await shop.till.reaches(State.AUTHORIZED)

    data = await shop.data(
        """mutation($id: ID!, $more: MoneyInput!, $most: MoneyInput!, $tenth: MoneyInput!) {
          a: terminalPaymentIncrease(input: {payment: $id, amount: $tenth, idempotencyKey: "i"}) {
            userErrors { code path } }
          b: terminalPaymentIncrease(input: {payment: $id, amount: $most, idempotencyKey: "i"}) {
            userErrors { code path } }
          c: terminalPaymentIncrease(input: {payment: $id, amount: $more, idempotencyKey: "i"}) {
            payment { state amount { minor } authorized { minor } tip { minor } captureBefore
              methods receipt { brand last4 applicationName } } userErrors { code } } }""",
        id=payment["id"],
        more=yen("700"),
        most=yen("1001"),
        tenth=yen("0.1"),
    )

    path = ["input", "amount"]
    assert [{"code": "AMOUNT_FRACTION", "path": path}] == data["a"]["userErrors"]
    assert [{"code": "AMOUNT_EXCEEDS_DUE", "path": path}] == data["b"]["userErrors"]
    assert {
        "state": "AUTHORIZED",
        "amount": {"minor": 700},
        "authorized": {"minor": 750},
        "tip": {"minor": 50},
        "captureBefore": None,
        "methods": ["CARD"],
        "receipt": {"brand": "visa", "last4": "4242", "applicationName": "VISA CREDIT"},
    } == data["c"]["payment"]


async def test_a_hold_of_an_order_whose_system_is_dead(shop: Shop) -> None:
    """What is due of it cannot be known, so nothing is asked for."""
    payment = await started(shop, order=ORDER, captureMethod="MANUAL", incrementable=True)
    shop.till.terminal.present(DEVICE)
    await shop.till.reaches(State.AUTHORIZED)
    shop.pos.failure = Unavailable("down")

    data = await shop.data(
        """mutation($id: ID!, $more: MoneyInput!) {
          terminalPaymentIncrease(input: {payment: $id, amount: $more, idempotencyKey: "i"}) {
            userErrors { code path } } }""",
        id=payment["id"],
        more=yen("2000"),
    )

    assert [{"code": "SOURCE_UNAVAILABLE", "path": ["input", "payment"]}] == data[
        "terminalPaymentIncrease"
    ]["userErrors"]
    assert [] == shop.till.terminal.named("increase")


async def test_a_payment_is_called_off(shop: Shop) -> None:
    """And says so."""
    payment = await started(shop, amount=yen("500"))

    data = await shop.data(
        """mutation($id: ID!) { terminalPaymentCancel(input: {payment: $id}) {
          payment { state } userErrors { code } } }""",
        id=payment["id"],
    )

    assert {"payment": {"state": "CANCELED"}, "userErrors": []} == data["terminalPaymentCancel"]


async def test_authorized_money_is_taken_and_given_back(shop: Shop) -> None:
    """In part; the payment tells both, and the refund is a thing of its own."""
    payment = await started(shop, amount=yen("500"), captureMethod="MANUAL")
    shop.till.terminal.present(DEVICE)
    await shop.till.reaches(State.AUTHORIZED)

    data = await shop.data(
        """mutation($id: ID!, $part: MoneyInput!, $tenth: MoneyInput!) {
          a: terminalPaymentCapture(input: {payment: $id, amount: $tenth}) { userErrors { code } }
          b: terminalPaymentCapture(input: {payment: $id, amount: $part}) {
            payment { state captured { minor } } userErrors { code } }
          c: paymentRefund(input: {payment: $id, idempotencyKey: "r1", amount: $tenth}) {
            userErrors { code } }
          d: paymentRefund(input: {payment: $id, idempotencyKey: "r1"}) {
            payment { refunded { minor } } refund { id state amount { minor } payment { state } } }
          e: paymentRefund(input: {payment: $id, idempotencyKey: "r2"}) {
            refund { id } userErrors { code path } } }""",
        id=payment["id"],
        part=yen("300"),
        tenth=yen("0.1"),
    )

    assert [{"code": "AMOUNT_FRACTION"}] == data["a"]["userErrors"]
    assert {"state": "CAPTURED", "captured": {"minor": 300}} == data["b"]["payment"]
    assert [{"code": "AMOUNT_FRACTION"}] == data["c"]["userErrors"]
    assert {"minor": 300} == data["d"]["payment"]["refunded"]
    assert ("SUCCEEDED", {"minor": 300}, {"state": "CAPTURED"}) == (
        data["d"]["refund"]["state"],
        data["d"]["refund"]["amount"],
        data["d"]["refund"]["payment"],
    )
    assert ["REFUND_TOO_LARGE"] == [it["code"] for it in data["e"]["userErrors"]]
    ids = [data["d"]["refund"]["id"], payment["id"]]
    found = await shop.data("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=ids)
    assert ["Refund", "Payment"] == [it["__typename"] for it in found["nodes"]]


@pytest.mark.parametrize("name", ["%%%", GlobalId("Order", ("pos", "1")).text])
async def test_an_id_of_no_payment_is_told(shop: Shop, name: str) -> None:
    """Whether or not it is one of another thing."""
    data = await shop.data(
        """mutation($id: ID!) {
          terminalPaymentCancel(input: {payment: $id}) { userErrors { code } } }""",
        id=name,
    )

    assert [{"code": "PAYMENT_UNKNOWN"}] == data["terminalPaymentCancel"]["userErrors"]


async def test_a_payment_is_followed_to_its_end(shop: Shop) -> None:
    """The present state first, the final one last."""
    payment = await started(shop, amount=yen("500"))
    document = parse("subscription($id: ID!) { paymentUpdated(id: $id) { state } }")
    stream = await subscribe(  # type: ignore[misc]
        core(), document, context_value=shop.context(), variable_values={"id": payment["id"]}
    )
    assert not isinstance(stream, ExecutionResult)

    states: list[str] = []
    async for event in stream:
        states.append((event.data or {})["paymentUpdated"]["state"])
        if len(states) == 1:
            shop.till.terminal.present(DEVICE)

    assert ("AWAITING_CARD", "CAPTURED") == (states[0], states[-1])


async def test_without_payments_every_mutation_says_so(shop: Shop) -> None:
    """And there is nothing to read."""
    context = shop.context()
    context.payments, context.readers = NoPayments(), NoReaders()

    result = await shop.answer(
        """mutation($input: TerminalPaymentStartInput!, $id: ID!) {
          a: terminalPaymentStart(input: $input) { userErrors { code } }
          b: terminalPaymentCancel(input: {payment: $id}) { userErrors { code } }
          c: terminalPaymentCapture(input: {payment: $id}) { userErrors { code } }
          d: paymentRefund(input: {payment: $id, idempotencyKey: "r"}) { userErrors { code } }
          e: terminalPaymentIncrease(input: {payment: $id, idempotencyKey: "i",
            amount: {amount: "1", currency: "JPY"}}) { userErrors { code } } }""",
        context,
        input=an_input(order=ORDER),
        id=GlobalId("Payment", ("pay_1",)).text,
    )
    read = await shop.answer(
        """{ orders(first: 1) { nodes {
          due { minor } payments { id } store { readers { name } } } } }""",
        context,
    )

    told = [payload["userErrors"][0]["code"] for payload in (result.data or {}).values()]
    assert ["PAYMENTS_NOT_CONFIGURED"] * 5 == told
    assert [{"due": {"minor": 1000}, "payments": [], "store": {"readers": []}}] == (
        read.data or {}
    )["orders"]["nodes"]
