"""HTTP against a real server that misbehaves in every way we know."""

import asyncio
import gzip
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClient, HttpClients, checked
from connectors.sdk.manifest import Limits
from schema.domain.errors import (
    OutcomeUnknown,
    SchemaDrift,
    SourceError,
    Unavailable,
)
from schema.domain.scope import Actor

Answer = Callable[["Exchange"], Coroutine[Any, Any, None]]

SECRET = "Basic c2VjcmV0"
QUICK = Limits(timeout_s=0.3)


class Exchange:
    """One request that the server has read, and the connection to answer it on."""

    def __init__(self, head: str, body: bytes, writer: asyncio.StreamWriter) -> None:
        self.head = head
        self.body = body
        self.writer = writer
        self.line = head.partition("\r\n")[0]

    async def say(self, text: str, body: bytes = b"") -> None:
        """Send a head, of which the length of `body` becomes part, and the body."""
        lines = text.replace("\n", "\r\n")
        self.writer.write(f"{lines}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
        await self.writer.drain()

    async def raw(self, content: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(content)
        await self.writer.drain()


class Server:
    """A server on a socket of its own that answers as a test says."""

    def __init__(self, answer: Answer) -> None:
        self.exchanges: list[Exchange] = []
        self.asked = asyncio.Event()
        self.gone = asyncio.Event()
        self.url = ""
        self._answer = answer
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Close every connection."""
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(
                    (int(line[15:]) for line in head.lower().split("\r\n") if "content-le" in line),
                    0,
                )
                exchange = Exchange(head, await reader.readexactly(length), writer)
                self.exchanges.append(exchange)
                self.asked.set()
                watch = asyncio.create_task(self._answer(exchange))
                ended = asyncio.create_task(reader.read(1))
                await asyncio.wait({watch, ended}, return_when=asyncio.FIRST_COMPLETED)
                if ended.done() and not watch.done():
                    self.gone.set()
                    watch.cancel()
                await asyncio.gather(watch, return_exceptions=True)
                ended.cancel()
                await asyncio.gather(ended, return_exceptions=True)
                if writer.is_closing():
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            self.gone.set()
        finally:
            writer.close()


Start = Callable[[Answer], Awaitable[Server]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts servers, and stops them after the test."""
    servers: list[Server] = []

    async def starting(answer: Answer) -> Server:
        server = Server(answer)
        await server.start()
        servers.append(server)
        return server

    yield starting
    for server in servers:
        await server.stop()


Open = Callable[..., HttpClient]


@pytest.fixture
async def client() -> AsyncIterator[Open]:
    """Makes clients, and closes them after the test."""
    clients: list[HttpClient] = []

    def opening(url: str, limits: Limits = QUICK) -> HttpClient:
        made = HttpClients().client(url, limits, headers={"authorization": SECRET})
        clients.append(made)
        return made

    yield opening
    for made in clients:
        await made.aclose()


def call(seconds: float = 10.0) -> CallContext:
    """A call that may take so many seconds."""
    return CallContext(time.monotonic() + seconds, Actor("till", "staff"), "trace")


async def ok(exchange: Exchange) -> None:
    """Answer 200 with a little JSON."""
    await exchange.say("HTTP/1.1 200 OK\nContent-Type: application/json", b'{"a": 1}')


async def hang(_: Exchange) -> None:
    """Never answer."""
    await asyncio.sleep(60)


async def drip(exchange: Exchange) -> None:
    """Answer one byte at a time."""
    await exchange.raw(b"HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n")
    while True:
        await exchange.raw(b"x")
        await asyncio.sleep(0.02)


async def reset(exchange: Exchange) -> None:
    """Reset the connection in the middle of the body."""
    await exchange.raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
    made: socket.socket = exchange.writer.get_extra_info("socket")
    made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    exchange.writer.transport.abort()


async def half_close(exchange: Exchange) -> None:
    """Promise a body, and close after a part of it."""
    await exchange.raw(b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a": ')
    exchange.writer.write_eof()
    await asyncio.sleep(60)


async def silent_close(exchange: Exchange) -> None:
    """Close without a word."""
    exchange.writer.close()


async def babble(exchange: Exchange) -> None:
    """Answer something that is not HTTP."""
    await exchange.raw(b"220 mail ready\r\n\r\n")
    exchange.writer.close()


async def endless(exchange: Exchange) -> None:
    """Send chunks for ever."""
    await exchange.raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    while True:
        await exchange.raw(chunk)


async def too_long(exchange: Exchange) -> None:
    """Announce a gigabyte."""
    await exchange.raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n")
    await asyncio.sleep(60)


async def bomb(exchange: Exchange) -> None:
    """Send 64 MiB of zeros in 64 KiB."""
    body = gzip.compress(bytes(64 * 1024 * 1024))
    await exchange.say("HTTP/1.1 200 OK\ncontent-encoding: gzip", body)


def saying(text: str, body: bytes = b"") -> Answer:
    """An answer of a status and a body."""

    async def answer(exchange: Exchange) -> None:
        await exchange.say(text, body)

    return answer


async def failure(of: Awaitable[Any]) -> SourceError:
    """The error that it raises, which holds no secret."""
    with pytest.raises(SourceError) as raised:
        await of
    assert "c2VjcmV0" not in str(raised.value)
    return raised.value


async def test_an_answer_arrives_whole(start: Start, client: Open) -> None:
    """Status, headers in lower case, and the body; what was sent is what was asked."""
    server = await start(ok)
    answer = await client(server.url).request(
        call(), "POST", "/orders/a%2Fb", params={"n": 2, "q": "é&"}, json={"b": [1]}
    )

    assert (200, {"a": 1}) == (answer.status, answer.json())
    assert "application/json" == answer.headers["content-type"]
    sent = server.exchanges[0]
    assert "POST /orders/a%2Fb?n=2&q=%C3%A9%26 HTTP/1.1" == sent.line
    assert b'{"b":[1]}' == sent.body
    assert f"authorization: {SECRET}" in sent.head.replace("Authorization", "authorization")


async def test_connections_are_kept(start: Start, client: Open) -> None:
    """A second call, of whichever kind, needs no second handshake."""
    server = await start(ok)
    made = client(server.url)
    await made.request(call(), "GET", "/")
    await made.request(call(), "POST", "/", write=True)

    ports = {one.writer.get_extra_info("peername")[1] for one in server.exchanges}
    assert (1, 2) == (len(ports), len(server.exchanges))


async def test_making_a_client_opens_no_connection(start: Start, client: Open) -> None:
    """Boot calls no system."""
    server = await start(ok)
    made = client(server.url)
    await asyncio.sleep(0.02)

    assert [] == server.exchanges
    assert not made.session.closed


@pytest.mark.parametrize("write", [False, True])
async def test_a_refused_connection_has_done_nothing(client: Open, *, write: bool) -> None:
    """Nobody listens: a write may safely be tried again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        error = await failure(client(url).request(call(), "POST", "/", write=write))

    assert Unavailable is type(error)


@pytest.mark.parametrize("write", [False, True])
async def test_a_connection_that_never_comes_about_has_done_nothing(
    client: Open, *, write: bool
) -> None:
    """A full backlog swallows the handshake: nothing was sent when time runs out."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        address = deaf.getsockname()
        queued = [socket.socket() for _ in range(4)]
        for one in queued:
            one.settimeout(0)
            one.connect_ex(address)
        await asyncio.sleep(0.05)
        url = f"http://127.0.0.1:{address[1]}"
        error = await failure(client(url).request(call(), "POST", "/", write=write))
        for one in queued:
            one.close()

    assert Unavailable is type(error)


@pytest.mark.parametrize("write", [False, True])
async def test_a_deadline_that_has_passed_sends_nothing(
    start: Start, client: Open, *, write: bool
) -> None:
    """Nobody waits for the answer any more."""
    server = await start(ok)
    error = await failure(client(server.url).request(call(0), "POST", "/", write=write))

    assert Unavailable is type(error)
    assert [] == server.exchanges


LOST = [hang, drip, reset, half_close, silent_close, babble]


@pytest.mark.parametrize("answer", LOST)
async def test_a_read_without_a_whole_answer_is_unavailable(
    start: Start, client: Open, answer: Answer
) -> None:
    """Nothing was learnt, and asking again may help."""
    server = await start(answer)
    begun = time.monotonic()
    error = await failure(client(server.url).request(call(), "GET", "/"))

    assert Unavailable is type(error)
    assert time.monotonic() - begun < 1.5


async def test_a_read_that_its_caller_times_has_one_clock(start: Start, client: Open) -> None:
    """The caller's, which knows what it means that time is over."""
    server = await start(hang)
    timed = replace(call(0.05), is_timed=True)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await client(server.url, Limits(timeout_s=9)).request(timed, "GET", "/")


async def test_a_write_that_its_caller_times_is_unknown(start: Start, client: Open) -> None:
    """A write has its own clock in any case: only here it is known whether it was sent."""
    server = await start(hang)
    timed = replace(call(0.1), is_timed=True)

    async with asyncio.timeout(5):
        error = await failure(
            client(server.url, Limits(timeout_s=9)).request(timed, "POST", "/", write=True)
        )

    assert OutcomeUnknown is type(error)


@pytest.mark.parametrize("answer", [*LOST, endless, too_long, bomb])
async def test_a_write_without_a_whole_answer_is_unknown(
    start: Start, client: Open, answer: Answer
) -> None:
    """It may have happened: only reconciliation may decide."""
    server = await start(answer)
    limits = Limits(timeout_s=5 if answer in {endless, bomb} else 0.3)
    error = await failure(client(server.url, limits).request(call(), "POST", "/", write=True))

    assert OutcomeUnknown is type(error)


async def test_the_callers_deadline_ends_a_call(start: Start, client: Open) -> None:
    """The shorter of the two bounds counts."""
    server = await start(hang)
    begun = time.monotonic()
    error = await failure(client(server.url, Limits(timeout_s=9)).request(call(0.1), "GET", "/"))

    assert Unavailable is type(error)
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize("answer", [endless, too_long, bomb])
async def test_an_answer_beyond_all_measure_is_refused(
    start: Start, client: Open, answer: Answer
) -> None:
    """A babbling system must not fill our memory."""
    server = await start(answer)
    error = await failure(client(server.url, Limits(timeout_s=5)).request(call(), "GET", "/"))

    assert SchemaDrift is type(error)
    assert "33554432" in str(error)


async def test_a_redirect_is_not_followed(start: Start, client: Open) -> None:
    """A system cannot send us, and our password, elsewhere."""
    other = await start(ok)
    server = await start(saying(f"HTTP/1.1 307 Temporary Redirect\nlocation: {other.url}/"))
    made = client(server.url)
    answer = await made.request(call(), "GET", "/")
    vendor = await made.httpx().get("/")

    assert (307, 307) == (answer.status, vendor.status_code)
    assert [] == other.exchanges
    with pytest.raises(SchemaDrift):
        checked(answer)


async def test_cookies_are_not_kept(start: Start, client: Open) -> None:
    """Every call stands alone."""
    server = await start(saying("HTTP/1.1 200 OK\nset-cookie: who=you"))
    made = client(server.url)
    await made.request(call(), "GET", "/")
    await made.request(call(), "GET", "/")

    assert "cookie" not in server.exchanges[1].head.lower()


async def test_a_cancelled_call_closes_its_connection(start: Start, client: Open) -> None:
    """An abandoned answer must not be read by the next caller."""
    server = await start(hang)
    asking = asyncio.create_task(
        client(server.url, Limits(timeout_s=9)).request(call(), "GET", "/")
    )
    await asyncio.wait_for(server.asked.wait(), 1)
    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.wait_for(server.gone.wait(), 1)


async def test_an_httpx_client_shares_the_connections(start: Start, client: Open) -> None:
    """A vendor's library speaks over the same sockets, and is closed with them."""
    server = await start(ok)
    made = client(server.url)
    await made.request(call(), "GET", "/")
    vendor = made.httpx()
    answer = await vendor.get("/things")

    assert {"a": 1} == answer.json()
    assert vendor is made.httpx()
    ports = {one.writer.get_extra_info("peername")[1] for one in server.exchanges}
    assert 1 == len(ports)
    await made.aclose()
    assert vendor.is_closed
    with pytest.raises((RuntimeError, httpx.HTTPError)):
        await vendor.get("/things")


async def test_a_page_instead_of_json_is_drift(start: Start, client: Open) -> None:
    """A proxy's login page comes with 200; it is named by its kind, not quoted."""
    page = b"<html>Dear Ms Sato</html>"
    server = await start(saying("HTTP/1.1 200 OK\ncontent-type: text/html; charset=x", page))
    answer = checked(await client(server.url).request(call(), "GET", "/"))

    with pytest.raises(SchemaDrift) as drift:
        answer.json()
    assert "the body is not JSON (text/html, 25 bytes)" == str(drift.value)
