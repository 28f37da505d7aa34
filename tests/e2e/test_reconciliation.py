"""Money that moved without the gateway is found beside it, shown in the graph, and let go of."""

import asyncio
import json
import sys
import time
from typing import Any

import aiohttp
import pytest

from tests.e2e.client import Client
from tests.e2e.estate import Estate
from tests.e2e.till import change, reached, started

pytestmark = [pytest.mark.timeout(120)]

_FINDINGS = """query Findings($after: String) {
  reconciliation {
    lastRun { startedAt finishedAt intents refunds adopted unreadable findings }
    findings(first: 2, after: $after) {
      nodes {
        kind severity message seenAt firstSeenAt providerReference amount { amount currency }
        payment { id state } refund { id }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""


async def test_a_payment_made_without_us(estate: Estate) -> None:
    """The command finds it, the graph shows it, and it is gone when the money was given back."""
    client = estate.client()
    intent = await _paid_without_us(estate)
    code, found = await _reconcile(estate)
    mine = await _finding(client, intent)
    await _ask_stripe(estate, "refunds", payment_intent=intent)
    _, later = await _reconcile(estate)

    assert 1 == code
    assert intent in [it["finding"]["provider_reference"] for it in found["findings"]]
    assert ("INTENT_UNKNOWN", "ERROR", {"amount": "777", "currency": "JPY"}) == (
        mine["kind"],
        mine["severity"],
        mine["amount"],
    )
    assert intent not in [it["finding"]["provider_reference"] for it in later["findings"]]
    assert later["run"]["intents"] >= 1
    assert await _finding(client, intent) is None


async def test_a_refund_made_without_us(estate: Estate) -> None:
    """The command takes it in, beside the gateway that serves: nothing is left to find."""
    client = estate.client()
    name = await started(client, "namba")
    await reached(client, name, "CAPTURED")
    intent = next(
        it["id"]
        for it in (await _ask_stripe(estate, "payment_intents"))["data"]
        if it["status"] == "succeeded"
    )
    await _ask_stripe(estate, "refunds", payment_intent=intent, amount="5")
    await _reconcile(estate)
    payment = await reached(client, name, "CAPTURED")

    assert "5" == payment["refunded"]["amount"]
    refused = await change(
        client,
        "paymentRefund",
        payment=name,
        idempotencyKey="too much",
        amount={"amount": "1000", "currency": "JPY"},
    )
    assert ["REFUND_TOO_LARGE"] == [it["code"] for it in refused["userErrors"]]


async def _paid_without_us(estate: Estate) -> str:
    """A payment that somebody else has sent to a reader of ours; its card comes by itself."""
    made = await _ask_stripe(
        estate,
        "payment_intents",
        amount="777",
        currency="jpy",
        **{"allowed_payment_method_types[]": "card_present"},
    )
    readers = (await _ask_stripe(estate, "terminal/readers"))["data"]
    free = next(it["id"] for it in readers if it["action"] is None)
    path = f"terminal/readers/{free}/process_payment_intent"
    await _ask_stripe(estate, path, payment_intent=made["id"])
    end = time.monotonic() + 20
    while (await _ask_stripe(estate, f"payment_intents/{made['id']}"))["status"] != "succeeded":
        assert time.monotonic() < end

        await asyncio.sleep(0.1)
    name: str = made["id"]
    return name


async def _ask_stripe(estate: Estate, path: str, **content: str) -> Any:
    url = f"{estate.systems['stripe']['url']}/v1/{path}"
    headers = {"authorization": "Bearer sk_test_other"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request("POST" if content else "GET", url, data=content or None) as response,
    ):
        found = await response.json()
        assert response.ok, found
        return found


async def _reconcile(estate: Estate) -> tuple[int, Any]:
    command = [sys.executable, "-m", "gateway.cli", "payments", "reconcile", "--json"]
    ran = await asyncio.create_subprocess_exec(
        *command,
        "--config",
        str(estate.configuration),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, noted = await ran.communicate()
    assert ran.returncode in {0, 1}, noted.decode()
    assert told, noted.decode()
    return ran.returncode, json.loads(told)


async def _finding(client: Client, intent: str) -> Any:
    """The finding of an intent, looked for over all parts of the list."""
    after = None
    while True:
        found = (await client.ask(_FINDINGS, {"after": after})).data["reconciliation"]
        assert found["lastRun"]["finishedAt"] is not None
        for node in found["findings"]["nodes"]:
            if node["providerReference"] == intent:
                return node
        if not found["findings"]["pageInfo"]["hasNextPage"]:
            return None
        after = found["findings"]["pageInfo"]["endCursor"]
