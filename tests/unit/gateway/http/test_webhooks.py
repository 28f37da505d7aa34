import asyncio
from collections.abc import AsyncIterator, Callable

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
    """No event is that large: it is answered as a forged one is, and counted."""
    url = f"{address(body_bytes=2_000)}/webhooks/cards"

    async with client.post(url, data=b" " * 2_001) as response:
        assert (400, b"") == (response.status, await response.read())

    assert [] == graph.events
    assert [("cards", "too_large")] == graph.refused


async def test_a_compressed_event_is_refused(
    client: aiohttp.ClientSession, address: Callable[..., str], graph: Graph
) -> None:
    """A small one might become a large one, and nobody signs what it becomes."""
    headers = {"Content-Encoding": "gzip"}

    async with client.post(f"{address()}/webhooks/cards", data=b"x", headers=headers) as response:
        assert 400 == response.status

    assert [("cards", "encoding")] == graph.refused


async def test_an_event_that_does_not_arrive_whole_is_asked_for_again(
    client: aiohttp.ClientSession, address: Callable[..., str], graph: Graph
) -> None:
    """It may be genuine, and is neither taken nor counted."""

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(30)

    url = f"{address(deadline_s=0.2)}/webhooks/cards"
    async with client.post(url, data=slow()) as response:
        assert 408 == response.status

    assert ([], []) == (graph.events, graph.refused)


@pytest.mark.parametrize(("source", "lines"), [("forged", 0), ("odd", 0), ("broken", 1)])
async def test_only_what_failed_is_logged(
    client: aiohttp.ClientSession,
    address: Callable[..., str],
    source: str,
    lines: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A flood of forged events is no flood of lines: they are counted where events are kept."""
    async with client.post(f"{address()}/webhooks/{source}", data=b"{}"):
        pass

    assert lines == len([it for it in caplog.records if it.message == "an event was not taken"])


async def test_events_are_posted(
    client: aiohttp.ClientSession, address: Callable[..., str], graph: Graph
) -> None:
    """A browser that opens the address sends none."""
    async with client.get(f"{address()}/webhooks/cards") as response:
        assert 405 == response.status
