import asyncio
from typing import Any

import pytest

from gateway.demo.tour import PAYMENT
from tests.e2e.client import Client
from tests.e2e.estate import Estate
from tests.e2e.till import FOLLOW, change, payment, reached, start, started, yen

pytestmark = [pytest.mark.timeout(60)]

# Each test has a reader of its own, since another one's payment may still wait for its card there.


async def test_an_order_is_paid_once_followed_and_half_refunded(estate: Estate) -> None:
    """The same key is the same payment, however often and at once; the order is paid then."""
    client = estate.client()
    order = await _open_order(client)

    begun = await asyncio.gather(
        *(start(client, "ginza", order=order["id"], key="order at the till") for _ in range(3))
    )
    again = await start(client, "ginza", order=order["id"], key="order at the till")
    name = again["payment"]["id"]
    over_websocket, over_events = await asyncio.gather(
        _states(client.over_websocket(FOLLOW, {"id": name})),
        _states(client.over_events(FOLLOW, {"id": name})),
    )
    half = str(int(order["total"]["amount"]) // 2)
    refund = await change(
        client, "paymentRefund", payment=name, idempotencyKey="half of it", amount=yen(half)
    )
    second = await start(client, "ginza", "Gift desk", order=order["id"])

    assert {name} == {it["payment"]["id"] for it in begun}
    assert ("AWAITING_CARD", "CAPTURED") == (over_websocket[0], over_websocket[-1])
    assert ("AWAITING_CARD", "CAPTURED") == (over_events[0], over_events[-1])
    assert [] == refund["userErrors"]
    found = await payment(client, name)
    assert ("CAPTURED", order["total"]["amount"], half) == (
        found["state"],
        found["captured"]["amount"],
        found["refunded"]["amount"],
    )
    assert (order["number"], [{"id": name}]) == (
        found["order"]["number"],
        found["order"]["payments"],
    )
    assert ["ORDER_PAID"] == [it["code"] for it in second["userErrors"]]
    assert second["payment"] is None


async def test_the_same_key_for_another_request_is_refused(estate: Estate) -> None:
    """Else the second till would believe that it had been paid."""
    client = estate.client()
    await started(client, "shibuya", key="one request")

    other = await start(client, "shibuya", key="one request", amount=yen("1001"))

    assert ["IDEMPOTENCY_CONFLICT"] == [it["code"] for it in other["userErrors"]]


@pytest.mark.parametrize(
    ("place", "code", "path", "known"),
    [
        (("ginzza", "Front counter"), "STORE_UNKNOWN", "store", "ginza"),
        (("ginza", "Front desk"), "READER_UNKNOWN", "name", "Front counter"),
    ],
)
async def test_a_place_that_nobody_knows_is_refused_with_those_that_are(
    estate: Estate, place: tuple[str, str], code: str, path: str, known: str
) -> None:
    """A mistyped name is seen at once."""
    found = await start(estate.client(), *place)

    (error,) = found["userErrors"]
    assert found["payment"] is None
    assert (code, ["input", "reader", path]) == (error["code"], error["path"])
    assert known in error["message"]


async def test_two_tills_at_one_reader(estate: Estate) -> None:
    """One of them gets it, also at the same moment; the other hears who has it."""
    client = estate.client()

    found = await asyncio.gather(*(start(client, "kobe") for _ in range(2)))

    codes = sorted(it["code"] for one in found for it in one["userErrors"])
    (held,) = [one["payment"]["id"] for one in found if one["payment"]]
    assert ["READER_BUSY"] == codes
    assert "CAPTURED" == (await reached(client, held, "CAPTURED"))["state"]


async def test_a_payment_is_called_off_while_it_waits(estate: Estate) -> None:
    """No card is charged, and the reader is free at once."""
    client = estate.client()
    name = await started(client, "sapporo")

    called_off = await change(client, "terminalPaymentCancel", payment=name)
    next_one = await start(client, "sapporo")

    assert ("CANCELED", "0") == (
        called_off["payment"]["state"],
        called_off["payment"]["captured"]["amount"],
    )
    assert [] == next_one["userErrors"]


async def test_money_that_is_held_is_taken_by_hand(estate: Estate) -> None:
    """A part of it, and no more than that."""
    client = estate.client()
    name = await started(client, "namba", captureMethod="MANUAL")
    held = await reached(client, name, "AUTHORIZED")

    too_much = await change(client, "terminalPaymentCapture", payment=name, amount=yen("1001"))
    taken = await change(client, "terminalPaymentCapture", payment=name, amount=yen("600"))

    assert "0" == held["captured"]["amount"]
    assert ["CAPTURE_TOO_LARGE"] == [it["code"] for it in too_much["userErrors"]]
    assert ("CAPTURED", "600") == (
        taken["payment"]["state"],
        taken["payment"]["captured"]["amount"],
    )


async def _open_order(client: Client) -> Any:
    """An order of the store that nobody has paid yet."""
    nodes = (await client.ask(PAYMENT, operation="Open")).data["orders"]["nodes"]
    return next(it for it in nodes if it["status"] == "OPEN" and not it["payments"])


async def _states(updates: Any) -> list[str]:
    return [data["paymentUpdated"]["state"] async for data in updates]
