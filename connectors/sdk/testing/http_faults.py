"""The faults of a system that speaks HTTP, acted by the proxy before it."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from connectors.sdk.testing.fault_proxy import Conduct, FaultProxy, Turn, pass_on
from connectors.sdk.testing.faults import (
    MAY_HAVE_HAPPENED,
    NOT_THERE,
    PAUSE,
    UNKNOWN_FORM,
    Fault,
)
from connectors.sdk.testing.http_message import HttpAnswer, answer_head

RETRY_AFTER_S = 7.0
_HEADERS = {"retry-after": f"{RETRY_AFTER_S:g}", "content-type": "application/json"}
_PAGE = b"<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>"
_DRIP_S = 0.05
_ABORT = struct.pack("ii", 1, 0)  # SO_LINGER on, for no time: closing resets the connection

_REFUSED = Fault("refused", "connections are refused", NOT_THERE, NOT_THERE)


async def _hang(turn: Turn) -> None:
    del turn
    await asyncio.Event().wait()


async def _drip(turn: Turn) -> None:
    answer = await turn.ask()
    turn.writer.write(answer_head(answer, len(answer.body) + 1_000))
    while True:
        turn.writer.write(b" ")
        await turn.writer.drain()
        await asyncio.sleep(_DRIP_S)


async def _reset(turn: Turn) -> None:
    turn.writer.write((await turn.ask()).wire[:20])
    await turn.writer.drain()
    wire: socket.socket | None = turn.writer.get_extra_info("socket")
    if wire is not None:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
    turn.writer.transport.abort()


async def _half_close(turn: Turn) -> None:
    answer = await turn.ask()
    turn.writer.write(answer_head(answer, len(answer.body) + 1))
    turn.writer.write(answer.body)
    turn.writer.write_eof()
    await asyncio.Event().wait()


async def _truncated(turn: Turn) -> None:
    answer = await turn.ask()
    cut = answer.body[: len(answer.body) // 2]
    turn.writer.write(HttpAnswer(answer.status, answer.headers, cut).wire)
    await turn.writer.drain()


def _answering(status: int, headers: Mapping[str, str], body: bytes, *, ask: bool) -> Conduct:
    async def conduct(turn: Turn) -> None:
        if ask:  # a write has had its effect, and the answer tells nothing of it
            await turn.ask()
        turn.writer.write(HttpAnswer(status, headers, body).wire)
        await turn.writer.drain()

    return conduct


_CONDUCTS: Mapping[Fault, Conduct] = {
    Fault("hang", "no answer comes", NOT_THERE, MAY_HAVE_HAPPENED, stalls=True): _hang,
    Fault("drip", "the answer never ends", NOT_THERE, MAY_HAVE_HAPPENED, stalls=True): _drip,
    Fault("reset", "the connection is reset", NOT_THERE, MAY_HAVE_HAPPENED): _reset,
    Fault("half_close", "the answer ends early", NOT_THERE, MAY_HAVE_HAPPENED): _half_close,
    Fault("status_500", "the status is 500", NOT_THERE, MAY_HAVE_HAPPENED): _answering(
        500, {"content-type": "application/json"}, b'{"error": {}}', ask=True
    ),
    Fault(
        "status_503",
        "the status is 503, with Retry-After",
        NOT_THERE,
        NOT_THERE + MAY_HAVE_HAPPENED,
        retry_after_s=RETRY_AFTER_S,
    ): _answering(503, _HEADERS, b'{"error": {}}', ask=False),
    Fault(
        "status_429",
        "the status is 429, with Retry-After",
        PAUSE,
        PAUSE,
        retry_after_s=RETRY_AFTER_S,
    ): _answering(429, _HEADERS, b'{"error": {}}', ask=False),
    Fault("html", "a page comes with status 200", UNKNOWN_FORM, MAY_HAVE_HAPPENED): _answering(
        200, {"content-type": "text/html"}, _PAGE, ask=True
    ),
    Fault("truncated", "the body is cut off", UNKNOWN_FORM, MAY_HAVE_HAPPENED): _truncated,
}

HTTP_FAULTS = (_REFUSED, *_CONDUCTS)


class HttpFaults:
    """The `Faults` of a system behind a proxy."""

    offered = HTTP_FAULTS

    def __init__(self, proxy: FaultProxy) -> None:
        self._proxy = proxy

    @property
    def in_flight(self) -> int:
        """See `Faults.in_flight`."""
        return self._proxy.in_flight

    @asynccontextmanager
    async def injected(self, fault: Fault) -> AsyncIterator[None]:
        """See `Faults.injected`."""
        if fault == _REFUSED:
            await self._proxy.refuse()
            try:
                yield
            finally:
                await self._proxy.listen()
            return
        self._proxy.conduct = _CONDUCTS[fault]
        try:
            yield
        finally:
            self._proxy.conduct = pass_on
