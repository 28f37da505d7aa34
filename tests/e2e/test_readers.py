"""Readers that are known by their labels, in a gateway that runs."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.client import Client
from tests.e2e.estate import Estate
from tests.e2e.serving import Serving, own_configuration
from tests.e2e.till import start, started

pytestmark = [pytest.mark.long, pytest.mark.timeout(90)]

STORE = "sapporo"
_REGISTER = """mutation Register($store: String!, $name: String!, $key: String!) {
  readerRegister(input: {
    store: $store, registrationCode: "simulated-s700", name: $name, idempotencyKey: $key
  }) { reader { id name } userErrors { code } }
}"""
_NAMES = "query Names($store: String!) { readers(store: $store) { name configured } }"


async def test_a_start_without_stripe_knows_the_readers_by_their_labels(
    estate: Estate, tmp_path: Path
) -> None:
    """No reader is configured; the names come from Stripe, and then from the gateway's database."""
    configuration = without_readers(own_configuration(estate.configuration, tmp_path))
    first = await Serving.start(configuration)
    await names(first.client(), "Front counter")
    await started(first.client(), STORE)
    await first.stop()

    await estate.turn("stripe", "dead")
    second = await Serving.start(configuration)
    try:
        known = await start(second.client(), STORE, "Gift desk")
        unknown = await start(second.client(), STORE, "Back door")
    finally:
        await second.stop()

    assert ["PROVIDER_UNAVAILABLE"] == [it["code"] for it in known["userErrors"]]
    assert ["READER_UNKNOWN"] == [it["code"] for it in unknown["userErrors"]]


async def test_a_registration_whose_gateway_was_killed_makes_one_reader(
    estate: Estate, tmp_path: Path
) -> None:
    """The call lasts, the gateway ends; the same request at the next one finds the same reader."""
    configuration = own_configuration(estate.configuration, tmp_path)
    first = await Serving.start(configuration)
    await estate.turn("stripe", "slow", 3.0)
    given = {"store": STORE, "name": "Lift", "key": "lift"}
    asking = asyncio.create_task(first.client().ask(_REGISTER, given))
    await asyncio.sleep(1.0)
    await first.kill()
    await asyncio.gather(asking, return_exceptions=True)
    await estate.heal()

    second = await Serving.start(configuration)
    try:
        payload = await _registered(second.client(), given)
        found = await names(second.client(), "Lift")
    finally:
        await second.stop()

    assert [] == payload["userErrors"]
    assert 1 == [it["name"] for it in found].count("Lift")


async def _registered(client: Client, given: Mapping[str, str]) -> Any:
    """What comes of a registration: it is asked for again while the killed one's call lasts."""
    end = time.monotonic() + 15
    while True:
        payload = (await client.ask(_REGISTER, given)).data["readerRegister"]
        is_running = ["OUTCOME_UNKNOWN"] == [it["code"] for it in payload["userErrors"]]
        if not is_running or time.monotonic() > end:
            return payload
        await asyncio.sleep(0.2)


def without_readers(configuration: Path) -> Path:
    """The same configuration, in which no store names a reader."""
    content = yaml.safe_load(configuration.read_text(encoding="utf-8"))
    for store in content["stores"].values():
        store.pop("readers", None)
    configuration.write_text(yaml.safe_dump(content), encoding="utf-8")
    return configuration


async def names(client: Client, name: str) -> Any:
    """The store's readers, once one of them has the name."""
    end = time.monotonic() + 30
    while True:
        found = (await client.ask(_NAMES, {"store": STORE})).data["readers"]
        if name in [it["name"] for it in found]:
            return found
        assert time.monotonic() < end, found

        await asyncio.sleep(0.1)
