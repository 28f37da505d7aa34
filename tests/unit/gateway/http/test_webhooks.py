from collections.abc import Callable

import aiohttp
import pytest

from tests.unit.gateway.http.conftest import KEY
from tests.unit.gateway.http.graph import Graph


async def test_an_event_is_passed_on_as_it_is(
    client: aiohttp.ClientSession, address: Callable[..., str], graph: Graph
) -> None:
    """Its signature is over the very bytes, and no key is asked for."""
    keys = [{"name": "till", "key": KEY, "role": "staff"}]
    body = b'{ "id": "evt_1" }\n\xff'

    async with client.post(
        f"{address(keys=keys)}/webhooks/cards", data=body, headers={"Stripe-Signature": "t=1"}
    ) as response:
        assert (200, b"") == (response.status, await response.read())

    ((source, taken, headers),) = graph.events
    assert ("cards", body, "t=1") == (source, taken, headers["stripe-signature"])


@pytest.mark.parametrize(
    ("source", "status"), [("nobody", 404), ("forged", 400), ("odd", 400), ("broken", 503)]
)
async def test_the_sender_is_told_what_became_of_it(
    client: aiohttp.ClientSession,
    address: Callable[..., str],
    graph: Graph,
    source: str,
    status: int,
) -> None:
    """By the status alone: 503 asks it to send the event again."""
    async with client.post(f"{address()}/webhooks/{source}", data=b"{}") as response:
        assert (status, b"") == (response.status, await response.read())


async def test_a_large_event_is_refused(
    client: aiohttp.ClientSession, address: Callable[..., str], graph: Graph
) -> None:
    """No event is that large."""
    url = f"{address(body_bytes=2_000)}/webhooks/cards"

    async with client.post(url, data=b" " * 2_001) as response:
        assert 413 == response.status

    assert [] == graph.events


async def test_events_are_posted(
    client: aiohttp.ClientSession, address: Callable[..., str], graph: Graph
) -> None:
    """A browser that opens the address sends none."""
    async with client.get(f"{address()}/webhooks/cards") as response:
        assert 405 == response.status
