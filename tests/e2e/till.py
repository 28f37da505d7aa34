"""Payments as a till starts and follows them."""

import asyncio
import time
import uuid
from collections.abc import Mapping
from typing import Any

from tests.e2e.client import Client

_START = """mutation Start($input: TerminalPaymentStartInput!) {
  terminalPaymentStart(input: $input) { payment { id state } userErrors { code message path } }
}"""
_CHANGES = {
    "terminalPaymentCancel": "TerminalPaymentCancelInput",
    "terminalPaymentCapture": "TerminalPaymentCaptureInput",
    "paymentRefund": "PaymentRefundInput",
}
_PAYMENT = """query Payment($id: ID!) {
  payment(id: $id) {
    id state amount { amount currency } captured { amount } refunded { amount }
    order { number payments { id } } reader { name } failure { code } events { state note }
  }
}"""
FOLLOW = """subscription Follow($id: ID!) {
  paymentUpdated(id: $id) { id state captured { amount } }
}"""

_FREE_WITHIN_S = 15.0  # another test's payment may still wait for its card


async def start(
    client: Client,
    store: str,
    reader: str = "Front counter",
    *,
    key: str | None = None,
    **what: object,
) -> Any:
    """Start a payment; of ¥1,000 unless told otherwise. Returns the payload."""
    given = {"reader": {"store": store, "name": reader}, "idempotencyKey": key or uuid.uuid4().hex}
    if not what.keys() & {"order", "amount"}:
        what["amount"] = yen("1000")
    answer = await client.ask(_START, {"input": {**given, **what}})
    return answer.data["terminalPaymentStart"]


async def started(client: Client, store: str, reader: str = "Front counter", **what: object) -> str:
    """Start a payment that is to wait for its card, once the reader is free; returns its id."""
    end = time.monotonic() + _FREE_WITHIN_S
    while True:
        found = await start(client, store, reader, **what)  # type: ignore[arg-type] # as it is there
        is_busy = ["READER_BUSY"] == [it["code"] for it in found["userErrors"]]
        if not is_busy or time.monotonic() > end:
            break
        await asyncio.sleep(0.2)
    assert [] == found["userErrors"]
    assert "AWAITING_CARD" == found["payment"]["state"]
    name: str = found["payment"]["id"]
    return name


async def change(client: Client, mutation: str, **given: object) -> Any:
    """Cancel, capture or refund. Returns the payload."""
    document = (
        f"mutation Change($input: {_CHANGES[mutation]}!) {{ {mutation}(input: $input) {{"
        " payment { id state captured { amount } refunded { amount } }"
        " userErrors { code message path } } }"
    )
    return (await client.ask(document, {"input": given})).data[mutation]


async def payment(client: Client, name: str) -> Any:
    """Read a payment."""
    return (await client.ask(_PAYMENT, {"id": name})).data["payment"]


async def reached(client: Client, name: str, state: str, within_s: float = 10) -> Mapping[str, Any]:
    """Read a payment again and again until it is in a state."""
    end = time.monotonic() + within_s
    while True:
        found: Mapping[str, Any] = await payment(client, name)
        if found["state"] == state:
            return found
        assert time.monotonic() < end, found
        await asyncio.sleep(0.1)


def yen(amount: str) -> dict[str, str]:
    """An amount of yen."""
    return {"amount": amount, "currency": "JPY"}
