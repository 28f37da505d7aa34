"""What `tillgraph demo --once` shows: a joined answer over all systems, and a captured payment."""

import asyncio
import time
import uuid
from importlib.resources import files
from typing import Any

from gateway.demo.client import GatewayClient

_PAY_S = 20.0
_POLL_S = 0.2
_ENDED = {"CAPTURED", "DECLINED", "CANCELED", "EXPIRED"}

SAMPLE = (files("gateway.demo") / "sample.graphql").read_text(encoding="utf-8")
PAYMENT = (files("gateway.demo") / "payment.graphql").read_text(encoding="utf-8")


class TourError(Exception):
    """The tour did not show what it should; the message says what is missing."""


async def joined(client: GatewayClient) -> dict[str, Any]:
    """Run the sample query. Raises `TourError` unless data of every system is in the answer."""
    answer = await client.ask(SAMPLE, "Sample")
    if answer.get("errors"):
        paths = [".".join(map(str, it.get("path") or ["?"])) for it in answer["errors"]]
        raise TourError(f"the answer has holes: {', '.join(paths[:5])}")
    if lacking := _lacking(answer["data"]):
        raise TourError(f"the answer lacks {', '.join(lacking)}")
    return answer


def _lacking(data: dict[str, Any]) -> list[str]:
    """What no order in the answer has, by name."""
    orders = [
        order
        for connection in data.values()
        if isinstance(connection, dict)
        for order in connection.get("nodes") or []
    ]
    customers = [order["customer"] for order in orders if order["customer"]]
    variants = [
        line["variant"] for order in orders for line in order["lines"] or [] if line["variant"]
    ]
    found = {
        "orders of more than one system": len({it["source"]["name"] for it in orders}) > 1,
        "a customer": bool(customers),
        "a loyalty account": any(customer["loyalty"] for customer in customers),
        "a store": any(order["store"] for order in orders),
        "a variant": bool(variants),
        "stock": any(variant["stock"] for variant in variants),
    }
    return [name for name, there in found.items() if not there]


async def paid(client: GatewayClient) -> dict[str, Any]:
    """Pay an open order on the reader "Front counter"; wait for the money, and until the POS knows.

    Raises:
        TourError: There is no open order, the payment was refused, or not all of it came in time.
    """
    order = _open_order(await client.ask(PAYMENT, "Open"))
    key = {"order": order["id"], "key": str(uuid.uuid4())}
    begun = (await client.ask(PAYMENT, "Pay", key))["data"]["terminalPaymentStart"]
    if begun is None or begun["userErrors"] or not begun["payment"]:
        raise TourError(f"the payment was not started: {begun and begun['userErrors']}")
    end = time.monotonic() + _PAY_S
    while True:
        answer = await client.ask(PAYMENT, "Paid", {"payment": begun["payment"]["id"]})
        payment = answer["data"]["payment"] or {}
        told = (payment.get("writeBack") or {}).get("state")
        if payment.get("state") == "CAPTURED" and told == "SENT":
            return answer
        is_over = payment.get("state") in _ENDED - {"CAPTURED"}
        if is_over or time.monotonic() > end:
            raise TourError(
                f"the payment is {payment.get('state')} and not CAPTURED: {payment.get('failure')};"
                f" the order's system has been told: {told}"
            )
        await asyncio.sleep(_POLL_S)


def _open_order(answer: dict[str, Any]) -> dict[str, Any]:
    """The newest order of the store that is open, costs something, and has no payment yet."""
    orders: list[dict[str, Any]] = (answer["data"]["orders"] or {}).get("nodes") or []
    for order in orders:
        if order["status"] == "OPEN" and not order["payments"]:
            return order
    raise TourError(f"none of the newest {len(orders)} orders of the store is open")
