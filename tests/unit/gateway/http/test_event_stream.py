import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from starlette.types import Message

from gateway.http.event_stream import EventStream
from gateway.http.execution import Answer
from gateway.http.media_type import EVENTS
from tests.unit.gateway.http.graph import Graph

Event = tuple[str, Any]


def events_in(text: str) -> list[Event]:
    """The events of a stream with their data; comments are none."""
    found = []
    for part in text.split("\n\n"):
        lines = [line.partition(":") for line in part.splitlines() if not line.startswith(":")]
        fields = {name: value.strip() for name, _, value in lines}
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"] or "null")))
    return found


class Streamer:
    """Follows operations of one server."""

    def __init__(self, client: aiohttp.ClientSession, address: str) -> None:
        self._client = client
        self._url = f"{address}/graphql"

    @asynccontextmanager
    async def open(self, query: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """The stream of an operation."""
        accept = {"Accept": EVENTS}
        async with self._client.post(self._url, json={"query": query}, headers=accept) as response:
            yield response

    async def follow(self, query: str) -> list[Event]:
        """All events until the server ends the stream."""
        async with self.open(query) as response:
            assert (200, EVENTS) == (response.status, response.content_type)
            return events_in(await response.text())


@pytest.fixture
def streamer(client: aiohttp.ClientSession, address: Callable[..., str], graph: Graph) -> Streamer:
    """Follows operations of a server with no keys."""
    return Streamer(client, address())


async def test_each_event_is_an_answer(streamer: Streamer) -> None:
    """And the end is told."""
    assert [
        ("next", {"data": {"count": 0}}),
        ("next", {"data": {"count": 1}}),
        ("complete", None),
    ] == await streamer.follow("subscription { count(to: 2) }")


async def test_a_query_is_a_stream_of_one(streamer: Streamer, graph: Graph) -> None:
    """As is a mutation."""
    assert [("next", {"data": {"hello": "hello world"}}), ("complete", None)] == (
        await streamer.follow("{ hello }")
    )
    assert [("next", {"data": {"set": 3}}), ("complete", None)] == (
        await streamer.follow("mutation { set(value: 3) }")
    )


async def test_request_errors_come_as_an_event(streamer: Streamer) -> None:
    """Browsers tell a page nothing of a stream that is refused."""
    (kind, answer), end = await streamer.follow("subscription { nothing }")

    assert ("next", ("complete", None)) == (kind, end)
    assert "GRAPHQL_VALIDATION_FAILED" == answer["errors"][0]["extensions"]["code"]
    assert "data" not in answer


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { refused }", "NOT_PERMITTED"),
        ("subscription A($to: Int!) { count(to: $to) }", "BAD_USER_INPUT"),
    ],
)
async def test_what_cannot_be_followed_says_why(streamer: Streamer, query: str, code: str) -> None:
    """There is one event, with no data."""
    (_, answer), _ = await streamer.follow(query)

    assert code == answer["errors"][0]["extensions"]["code"]
    assert "data" not in answer


async def test_a_source_that_breaks_ends_the_stream(streamer: Streamer) -> None:
    """What has come remains; the text of the error stays here."""
    first, (_, answer), end = await streamer.follow("subscription { breaks }")

    assert (("next", {"data": {"breaks": 1}}), ("complete", None)) == (first, end)
    assert "INTERNAL" == answer["errors"][0]["extensions"]["code"]
    assert "canary" not in json.dumps(answer)


async def test_each_event_has_a_deadline_of_its_own(streamer: Streamer) -> None:
    """It begins when the event comes."""
    async with streamer.open("subscription { remaining }") as response:
        text = ""
        while "event: next" not in text:
            text += (await response.content.readline()).decode()
        ((_, answer),) = events_in(text + (await response.content.readline()).decode())

    assert 9 < answer["data"]["remaining"] <= 10


async def test_the_source_is_closed_when_the_client_goes(streamer: Streamer, graph: Graph) -> None:
    """Nobody follows a payment for a browser that is closed."""
    async with streamer.open("subscription { endless }") as response:
        while b"event: next" not in await response.content.readline():
            pass
        assert 1 == graph.listening
        response.close()

    async with asyncio.timeout(5):
        while graph.listening:  # noqa: ASYNC110 - it is another thread's
            await asyncio.sleep(0.01)


async def _silent() -> AsyncGenerator[Answer, None]:
    await asyncio.sleep(60)
    yield {}


async def _streamed(ending: asyncio.Event, until: int) -> bytes:
    """What a silent stream sends; it is ended after some parts."""
    sent: list[bytes] = []

    async def send(message: Message) -> None:
        sent.append(message.get("body", b""))
        if len(sent) == until:
            ending.set()

    async def receive() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    stream = EventStream(_silent(), ending)
    await stream({"type": "http"}, receive, send)
    return b"".join(sent)


async def test_a_silent_stream_is_kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """With comments, which clients pass over."""
    monkeypatch.setattr("gateway.http.event_stream._KEEP_ALIVE_S", 0.01)

    assert b":\n\n" * 3 == await _streamed(asyncio.Event(), until=4)


async def test_a_stream_ends_with_the_server() -> None:
    """Without `complete`: the operation is not over, and the client comes again."""
    ending = asyncio.Event()
    ending.set()

    assert b":\n\n" == await _streamed(ending, until=1)
