"""Stands between a connector and its system, counts what passes, and misbehaves when told."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from connectors.sdk.testing.http_message import (
    BrokenMessageError,
    HttpAnswer,
    HttpRequest,
    read_answer,
    read_request,
    request_wire,
)

_LOOK_S = 0.005
_UNREACHED = HttpAnswer(502, {"content-type": "text/plain"}, b"the system does not answer\n")


class Exchange(Struct, frozen=True):
    """A request that has come through, with what was answered; `at` is of `time.monotonic`."""

    at: float
    request: HttpRequest
    answer: HttpAnswer


class Turn(Struct, frozen=True):
    """One request's turn: what was asked, how the system is asked, and where the answer goes."""

    request: HttpRequest
    ask: Callable[[], Awaitable[HttpAnswer]]
    writer: asyncio.StreamWriter


Conduct = Callable[[Turn], Awaitable[None]]
"""Answers a request in its own way. What it leaves open is closed after it."""


async def pass_on(turn: Turn) -> None:
    """Answer what the system answers."""
    turn.writer.write((await turn.ask()).wire)
    await turn.writer.drain()


class FaultProxy:
    """An HTTP/1.1 server on a loopback port, whose answers come from `upstream`.

    `in_flight` counts requests that wait for their answer now, `most_in_flight` at the worst.
    """

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._host = parts.hostname or ""
        self._is_tls = parts.scheme == "https"
        self._port = parts.port or (443 if self._is_tls else 80)
        self._path = parts.path.rstrip("/")
        self._netloc = parts.netloc.rpartition("@")[2]
        self._server: asyncio.Server | None = None
        self._listening = 0
        self._open: dict[asyncio.StreamWriter, asyncio.Task[Any] | None] = {}
        self.conduct: Conduct = pass_on
        self.in_flight = 0
        self.most_in_flight = 0
        self.starts: list[float] = []
        self.exchanges: list[Exchange] = []

    @property
    def url(self) -> str:
        """The address to give the connector."""
        return f"http://127.0.0.1:{self._listening}{self._path}"

    @property
    def connections(self) -> int:
        """How many connections are open, idle ones included."""
        return len(self._open)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FaultProxy"]:
        """Listen while the block runs."""
        await self.listen()
        try:
            yield self
        finally:
            await self.refuse()

    async def listen(self) -> None:
        """Take connections, on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._listening)
        self._listening = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Take no more connections, and end those that are open."""
        if self._server is not None:
            self._server.close()
            for writer in self._open:
                writer.transport.abort()
            tasks = [task for task in self._open.values() if task is not None]
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    def forget(self) -> None:
        """Begin to count anew."""
        self.most_in_flight = self.in_flight
        self.starts.clear()
        self.exchanges.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open[writer] = asyncio.current_task()
        try:
            while (request := await read_request(reader)) is not None:
                await self._turn(request, reader, writer)
                if writer.is_closing():
                    break
        except (BrokenMessageError, OSError):
            pass  # the connector gave its call up
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            del self._open[writer]

    async def _turn(
        self, request: HttpRequest, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.starts.append(time.monotonic())
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

        async def ask() -> HttpAnswer:
            started = time.monotonic()
            answer = await self._asked(request)
            self.exchanges.append(Exchange(started, request, answer))
            return answer

        work = asyncio.create_task(self._conducted(Turn(request, ask, writer)))
        gone = asyncio.create_task(_gone(reader))
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
            else:
                writer.transport.abort()
        finally:
            work.cancel()
            gone.cancel()
            await asyncio.gather(work, gone, return_exceptions=True)
            self.in_flight -= 1

    async def _conducted(self, turn: Turn) -> None:
        try:
            await self.conduct(turn)
        except (BrokenMessageError, OSError):
            turn.writer.write(_UNREACHED.wire)

    async def _asked(self, request: HttpRequest) -> HttpAnswer:
        secure = ssl.create_default_context() if self._is_tls else None
        reader, writer = await asyncio.open_connection(self._host, self._port, ssl=secure)
        try:
            writer.write(request_wire(request, self._netloc))
            return await read_answer(reader, request.method)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _gone(reader: asyncio.StreamReader) -> None:
    """Return when the peer has ended its connection, however it did."""
    # A StreamReader tells nobody that its peer is gone: it has to be asked.
    while not reader.at_eof() and reader.exception() is None:  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_S)
