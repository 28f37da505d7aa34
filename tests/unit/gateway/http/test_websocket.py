import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from gateway.http.messages import PROTOCOL
from tests.unit.gateway.http.conftest import KEY
from tests.unit.gateway.http.graph import Graph

KEYS = [{"name": "till", "key": KEY, "role": "staff", "stores": ["ginza"]}]


class Socket:
    """One socket, as a client has it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.wire = socket

    async def say(self, **message: Any) -> None:
        """Send a message."""
        await self.wire.send_str(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        heard: dict[str, Any] = json.loads(await self.wire.receive_str(timeout=5))
        return heard

    async def init(self, **payload: Any) -> None:
        """Begin, and be let in."""
        await self.say(type="connection_init", payload=payload)

        assert {"type": "connection_ack"} == await self.hear()

    async def subscribe(self, name: str, query: str, **members: Any) -> None:
        """Start an operation."""
        await self.say(id=name, type="subscribe", payload={"query": query, **members})

    async def closed(self) -> int | None:
        """The code with which the server closes the socket, whatever it says before."""
        ends = {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING}
        while (await self.wire.receive(timeout=5)).type not in ends:
            pass
        return self.wire.close_code


Open = Callable[..., Any]


@pytest.fixture
def opened(client: aiohttp.ClientSession, address: Callable[..., str], graph: Graph) -> Open:
    """Opens a socket of a server with some settings."""

    @asynccontextmanager
    async def open_socket(
        protocols: tuple[str, ...] = (PROTOCOL,),
        headers: dict[str, str] | None = None,
        **settings: Any,
    ) -> AsyncIterator[Socket]:
        url = f"{address(**settings)}/graphql"
        async with client.ws_connect(url, protocols=protocols, headers=headers) as socket:
            yield Socket(socket)

    return open_socket


async def test_a_subscription_is_followed_to_its_end(opened: Open) -> None:
    """Each event is an answer under the client's id."""
    async with opened() as socket:
        assert PROTOCOL == socket.wire.protocol
        await socket.init()
        await socket.subscribe(
            "a",
            "subscription A($to: Int!) { count(to: $to) }",
            variables={"to": 2},
            operationName="A",
        )

        assert [
            {"id": "a", "type": "next", "payload": {"data": {"count": 0}}},
            {"id": "a", "type": "next", "payload": {"data": {"count": 1}}},
            {"id": "a", "type": "complete"},
        ] == [await socket.hear() for _ in range(3)]


async def test_queries_and_mutations_are_run_as_well(opened: Open, graph: Graph) -> None:
    """Each has one answer, and an id may be used again after it."""
    async with opened() as socket:
        await socket.init()
        for query in ("{ hello }", "mutation { set(value: 9) }"):
            await socket.subscribe("a", query)
            assert ["next", "complete"] == [(await socket.hear())["type"] for _ in range(2)]

    assert 9 == graph.value


async def test_a_field_that_fails_is_part_of_the_answer(opened: Open) -> None:
    """Only a request that was not run is an error of its own."""
    async with opened() as socket:
        await socket.init()
        await socket.subscribe("a", "{ hello down }")
        answer, end = await socket.hear(), await socket.hear()

    assert ("next", "complete") == (answer["type"], end["type"])
    assert "SOURCE_UNAVAILABLE" == answer["payload"]["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A($a: Int!) { add(a: $a) }", "BAD_USER_INPUT"),
        ("subscription { refused }", "NOT_PERMITTED"),
    ],
)
async def test_what_was_not_run_is_an_error(opened: Open, query: str, code: str) -> None:
    """It is the operation's last word, and the socket stays open."""
    async with opened() as socket:
        await socket.init()
        await socket.subscribe("a", query)
        said = await socket.hear()
        await socket.subscribe("a", "{ hello }")

        assert ("a", "error", code) == (
            said["id"],
            said["type"],
            said["payload"][0]["extensions"]["code"],
        )
        assert "next" == (await socket.hear())["type"]


async def test_a_client_may_stop_listening(opened: Open, graph: Graph) -> None:
    """The source is closed, nothing more is said of it, and the id is free at once."""
    async with opened() as socket:
        await socket.init()
        await socket.subscribe("a", "subscription { endless }")
        await socket.hear()
        await socket.say(id="a", type="complete")
        await socket.say(id="unknown", type="complete")
        await socket.subscribe("a", "{ hello }")

        assert "hello world" == (await socket.hear())["payload"]["data"]["hello"]
        assert 0 == graph.listening


async def test_operations_end_with_the_socket(opened: Open, graph: Graph) -> None:
    """However it was closed."""
    async with opened() as socket:
        await socket.init()
        for name in ("a", "b"):
            await socket.subscribe(name, "subscription { endless }")
            await socket.hear()
        assert 2 == graph.listening

    async with asyncio.timeout(5):
        while graph.listening:  # noqa: ASYNC110 - it is another thread's
            await asyncio.sleep(0.01)


async def test_pings_are_answered(opened: Open) -> None:
    """With what they hold, before and after the beginning; pongs are not."""
    async with opened() as socket:
        await socket.say(type="ping")
        assert {"type": "pong"} == await socket.hear()
        await socket.say(type="pong")
        await socket.init()
        await socket.say(type="pong", payload={})
        await socket.say(type="ping", payload={"n": 1})

        assert {"type": "pong", "payload": {"n": 1}} == await socket.hear()


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",)])
async def test_another_protocol_is_4406(opened: Open, protocols: tuple[str, ...]) -> None:
    """The older protocol of the same purpose is not spoken."""
    async with opened(protocols) as socket:
        assert 4406 == await socket.closed()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        "{}",
        '{"type": "start"}',
        '{"type": "connection_ack"}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "a", "payload": {}}',
        '{"type": "subscribe", "id": "a", "payload": null}',
        '{"type": "subscribe", "id": "a", "payload": {"query": "{ hello }", "variables": []}}',
        '{"type": "complete"}',
        '{"type": "ping", "payload": 7}',
        '{"type": "ping", "payload": ' + "[" * 20_000,
    ],
    ids=lambda it: it[:70],
)
async def test_anything_else_is_4400(opened: Open, text: str) -> None:
    """The reason says so, and nothing of what was sent."""
    async with opened() as socket:
        await socket.init()
        await socket.wire.send_str(text)

        assert 4400 == await socket.closed()


async def test_bytes_are_4400(opened: Open) -> None:
    """Messages are text."""
    async with opened() as socket:
        await socket.wire.send_bytes(b'{"type": "connection_init"}')

        assert 4400 == await socket.closed()


async def test_an_operation_before_the_beginning_is_4401(opened: Open) -> None:
    """Nobody has been asked yet who it is."""
    async with opened() as socket:
        await socket.subscribe("a", "{ hello }")

        assert 4401 == await socket.closed()


@pytest.mark.parametrize(
    "payload", [{"authorization": f"Bearer {KEY}"}, {"Authorization": f"Bearer {KEY}"}]
)
async def test_a_key_may_come_with_the_first_message(opened: Open, payload: dict[str, str]) -> None:
    """Browsers cannot send it as a header."""
    async with opened(keys=KEYS) as socket:
        await socket.init(**payload)
        await socket.subscribe("a", "{ who }")

        assert "till staff ('ginza',)" == (await socket.hear())["payload"]["data"]["who"]


async def test_a_key_may_come_as_a_header(opened: Open) -> None:
    """As with any other request."""
    async with opened(keys=KEYS, headers={"Authorization": f"Bearer {KEY}"}) as socket:
        await socket.init()


@pytest.mark.parametrize("payload", [{}, {"authorization": "Bearer wrong"}, {"authorization": 7}])
async def test_without_a_key_it_is_4403(opened: Open, payload: dict[str, Any]) -> None:
    """And never says what was wrong."""
    async with opened(keys=KEYS) as socket:
        await socket.say(type="connection_init", payload=payload)

        assert 4403 == await socket.closed()


async def test_a_page_of_another_site_is_refused(opened: Open) -> None:
    """Browsers would let it ask as whoever sits before them."""
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        async with opened(headers={"Origin": "https://evil.example.com"}):
            pass

    assert 403 == caught.value.status


async def test_a_second_beginning_is_4429(opened: Open) -> None:
    """There is one for each socket."""
    async with opened() as socket:
        await socket.init()
        await socket.say(type="connection_init")

        assert 4429 == await socket.closed()


async def test_an_id_in_use_is_4409(opened: Open, graph: Graph) -> None:
    """Nobody could tell the two apart."""
    async with opened() as socket:
        await socket.init()
        await socket.subscribe("a", "subscription { endless }")
        await socket.subscribe("a", "{ hello }")

        assert 4409 == await socket.closed()
        assert 0 == graph.listening


async def test_more_than_a_hundred_operations_are_4429(opened: Open) -> None:
    """One socket cannot take all there is."""
    async with opened() as socket:
        await socket.init()
        for number in range(100):
            await socket.subscribe(str(number), "subscription { endless }")
            await socket.hear()
        await socket.subscribe("more", "{ hello }")

        assert 4429 == await socket.closed()


async def test_a_message_that_is_too_large_closes_the_socket(opened: Open) -> None:
    """With the websocket's own code for that."""
    async with opened() as socket:
        await socket.init()
        await socket.wire.send_str(" " * (256 * 1024 + 1))

        assert 1009 == await socket.closed()


async def test_a_client_that_never_begins_is_4408(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A socket costs something even if nothing is asked."""
    monkeypatch.setattr("gateway.http.websocket._INIT_WITHIN_S", 0.1)
    async with opened() as socket:
        assert 4408 == await socket.closed()
