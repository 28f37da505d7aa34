"""Readers' tasks when the gateway is killed in the middle."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.demo.readers import devices
from tests.e2e.client import Client
from tests.e2e.estate import Estate
from tests.e2e.serving import Serving, own_configuration
from tests.e2e.till import started

pytestmark = [pytest.mark.long, pytest.mark.timeout(120)]

# A process that is killed has its claims for ten seconds; what is left is taken up soon after.
_TAKEN_UP_S = 30
_LASTS_S = 3
_ASK = """mutation Ask($store: String!, $key: String!) {
  readerCollectInputs(input: {
    reader: { store: $store, name: "Front counter" }
    inputs: [{ kind: EMAIL, title: "Your e-mail", required: true }]
    idempotencyKey: $key
  }) { task { id state } userErrors { code } }
}"""
_READ = "query Read($id: ID!) { readerTask(id: $id) { state inputs { value } } }"


@pytest.mark.parametrize(
    ("store", "fault"),
    [("nagoya", "delay"), ("kyoto", "reply_lost"), ("ikebukuro", "timeout_undelivered")],
)
async def test_a_reader_is_soon_free_of_a_gateway_that_was_killed(
    estate: Estate, tmp_path: Path, store: str, fault: str
) -> None:
    """Killed while its call to the reader lasts, which may be for more than a minute.

    The next one looks at the reader at once: it goes on waiting there, or wakes it anew.
    """
    wrong = {"call": "collect_inputs", "fault": fault, "delay_s": _LASTS_S}
    await _command(estate, "PUT", "/faults", wrong)
    configuration = own_configuration(estate.configuration, tmp_path)
    first = await Serving.start(configuration)
    await estate.forget("stripe")
    asking = asyncio.create_task(first.client().ask(_ASK, {"store": store, "key": "k"}))
    await _came(estate, "collect_inputs")
    await first.kill()
    await asyncio.gather(asking, return_exceptions=True)

    begun = time.monotonic()
    second = await Serving.start(configuration)
    try:
        client = second.client()
        again = (await client.ask(_ASK, {"store": store, "key": "k"})).data
        assert [] == again["readerCollectInputs"]["userErrors"]
        name = again["readerCollectInputs"]["task"]["id"]
        await _reaches(client, name, "WAITING")
        took_s = time.monotonic() - begun
        device = devices(store)["Front counter"]
        await _command(estate, "POST", f"/readers/{device}/enter", {})
        entered = await _reaches(client, name, "SUCCEEDED")
        paid = await started(client, store)
    finally:
        await second.stop()

    assert took_s < _TAKEN_UP_S
    assert [{"value": "customer@example.com"}] == entered["inputs"]
    assert paid


async def _reaches(client: Client, name: str, state: str) -> Mapping[str, Any]:
    end = time.monotonic() + 2 * _TAKEN_UP_S
    while True:
        found: Mapping[str, Any] = (await client.ask(_READ, {"id": name})).data["readerTask"]
        if found["state"] == state:
            return found
        assert time.monotonic() < end, found

        await asyncio.sleep(0.1)


async def _came(estate: Estate, call: str) -> None:
    end = time.monotonic() + 15
    while not (await estate.calls("stripe")).get(call):
        assert time.monotonic() < end, "it never came"

        await asyncio.sleep(0.02)


async def _command(estate: Estate, method: str, path: str, content: object) -> None:
    control = estate.systems["stripe"]["control"]
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{control}{path}", json=content) as response,
    ):
        assert response.ok, await response.text()
