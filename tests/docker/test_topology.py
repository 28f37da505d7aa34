import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.demo.tour import PAYMENT, SAMPLE
from tests.docker.compose import project
from tests.docker.topology import Topology
from tests.postgres import create_database, drop_database

KEY = "only-for-this-test-0123456789"

pytestmark = [pytest.mark.long, pytest.mark.timeout(120)]


@pytest.fixture
async def topology(postgres: str, tmp_path: Path) -> AsyncIterator[Topology]:
    """The compose file's services as processes, over a database of their own."""
    database = await create_database(postgres)
    topology = Topology(project({"TILLGRAPH_KEY": KEY, "TAP_AFTER": "0.2"}), tmp_path, database)
    try:
        await topology.start()
        yield topology
    finally:
        await topology.aclose()
        await drop_database(postgres, database)


async def test_the_services_together_are_the_demo(topology: Topology) -> None:
    """One query has data of every system, a payment is captured, and nobody asks without a key."""
    url = f"http://{topology.address('gateway', '8080')}/graphql"
    bearer = {"Authorization": f"Bearer {KEY}"}
    async with aiohttp.ClientSession(headers=bearer) as session:
        sample = await _asked(session, url, SAMPLE, "Sample")
        orders = (await _asked(session, url, PAYMENT, "Open"))["orders"]["nodes"]
        order = next(it for it in orders if it["status"] == "OPEN")
        payment = await _paid(session, url, order["id"])
    async with aiohttp.ClientSession() as session, session.post(url, json={"query": "{a}"}) as it:
        refused = it.status

    nodes = sample["orders"]["nodes"]
    variants = [line["variant"] for node in nodes for line in node["lines"]]
    assert 401 == refused
    assert {"pos", "oms"} == {node["source"]["name"] for node in nodes}
    assert any(node["customer"]["loyalty"] for node in nodes if node["customer"])
    assert all(variant["stock"] for variant in variants)
    assert ("CAPTURED", order["number"]) == (payment["state"], payment["order"]["number"])


async def test_every_service_ends_when_it_is_told_to(topology: Topology) -> None:
    """With exit code 0, so that nothing is started anew."""
    assert {0} == set((await topology.aclose()).values())


async def _paid(session: aiohttp.ClientSession, url: str, order: str) -> dict[str, Any]:
    started = await _asked(session, url, PAYMENT, "Pay", {"order": order, "key": "compose"})
    begun = started["terminalPaymentStart"]["payment"]
    while True:
        found = await _asked(session, url, PAYMENT, "Paid", {"payment": begun["id"]})
        payment: dict[str, Any] = found["payment"]
        if payment["captured"]["amount"] == payment["amount"]["amount"]:
            return payment
        await asyncio.sleep(0.1)


async def _asked(
    session: aiohttp.ClientSession,
    url: str,
    document: str,
    operation: str,
    variables: dict[str, str] | None = None,
) -> dict[str, Any]:
    body = {"query": document, "operationName": operation, "variables": variables or {}}
    async with session.post(url, json=body) as response:
        answer = await response.json()
    assert "errors" not in answer, answer["errors"]
    data: dict[str, Any] = answer["data"]
    return data
