"""What a reader took for an order arrives in the order's own system, once."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from gateway.demo.tour import PAYMENT
from tests.e2e.client import Client
from tests.e2e.estate import Estate
from tests.e2e.till import change, started, yen

pytestmark = [pytest.mark.timeout(90)]

_WRITE_BACK = """query WriteBack($id: ID!) {
  payment(id: $id) { writeBack { state tries lastError } refunds { writeBack { state } } }
}"""


async def test_the_pos_is_dead_when_the_money_comes(estate: Estate) -> None:
    """The entry waits with its reason; the POS has it once in the end, and the refund after it."""
    client = estate.client()
    order = await _open_order(client)
    name = await started(client, "ginza", "Gift desk", order=order["id"])
    await estate.turn("pos", "dead")
    await _written(client, name, "PENDING", tries=2, error="SOURCE_UNAVAILABLE")
    await estate.turn("pos", "wrong")
    await _written(client, name, "PENDING", tries=3, error="OUTCOME_UNKNOWN")
    await estate.turn("pos", "ok")
    await _written(client, name, "SENT")
    await change(client, "paymentRefund", payment=name, idempotencyKey="some", amount=yen("1"))
    await _refund_written(client, name)
    tenders = [it for it in await _tenders(estate, order["number"]) if it.get("ref")]

    assert [order["total"]["amount"], "-1"] == [it["amt"] for it in tenders]


async def _written(
    client: Client, name: str, state: str, tries: int = 1, error: str | None = None
) -> None:
    """Wait until the entry stands so, after that many tries; `error` is that of the last one."""
    end = time.monotonic() + 40
    while True:
        found: Any = (await client.ask(_WRITE_BACK, {"id": name})).data["payment"]["writeBack"]
        if (
            found
            and (found["state"], found["lastError"]) == (state, error)
            and found["tries"] >= tries
        ):
            return
        assert time.monotonic() < end, found

        await asyncio.sleep(0.1)


async def _refund_written(client: Client, name: str) -> None:
    end = time.monotonic() + 40
    while True:
        found = (await client.ask(_WRITE_BACK, {"id": name})).data["payment"]["refunds"]
        if [{"writeBack": {"state": "SENT"}}] == found:
            return
        assert time.monotonic() < end, found

        await asyncio.sleep(0.1)


async def _tenders(estate: Estate, receipt: str) -> list[dict[str, Any]]:
    headers = {"authorization": aiohttp.encode_basic_auth("tillgraph", "kasane-pos")}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{estate.systems['pos']['url']}/api/sales/{receipt}") as response,
    ):
        found: list[dict[str, Any]] = (await response.json())["tnd"]
        return found


async def _open_order(client: Client) -> Any:
    nodes = (await client.ask(PAYMENT, operation="Open")).data["orders"]["nodes"]
    return [it for it in nodes if it["status"] == "OPEN" and not it["payments"]][-1]
