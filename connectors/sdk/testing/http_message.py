"""HTTP/1.1 messages on a stream: as much of the protocol as standing between two peers takes."""

import asyncio
from collections.abc import Mapping

from msgspec import Struct

_BODY_MAX = 64 * 1024 * 1024
_NO_BODY = frozenset({204, 304})


class BrokenMessageError(Exception):
    """The peer ended, or sent what is no HTTP/1.1 message."""


class HttpRequest(Struct, frozen=True):
    """A request that has arrived whole. Header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class HttpAnswer(Struct, frozen=True):
    """An answer that has arrived whole, or is to be sent. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def wire(self) -> bytes:
        """The message, its length declared."""
        return b"".join((answer_head(self, len(self.body)), self.body))


def answer_head(answer: HttpAnswer, length: int) -> bytes:
    """The head of an answer that declares a body of this length."""
    lines = [f"HTTP/1.1 {answer.status} -"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items() if name not in _FRAMING]
    lines += [f"content-length: {length}", "", ""]
    return "\r\n".join(lines).encode("latin-1", errors="replace")


async def read_request(reader: asyncio.StreamReader) -> HttpRequest | None:
    """Read a request; None where the peer has ended between two.

    Raises:
        BrokenMessageError: See there.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise BrokenMessageError("cut off in the head") from None
        return None
    except (asyncio.LimitOverrunError, OSError) as error:
        raise BrokenMessageError(type(error).__name__) from None
    first, headers = _head(head)
    method, target, *_ = [*first.split(" "), "", ""]
    return HttpRequest(method, target, headers, await _body(reader, headers, to_end=False))


async def read_answer(reader: asyncio.StreamReader, method: str) -> HttpAnswer:
    """Read the answer to a request of this method.

    Raises:
        BrokenMessageError: See there.
    """
    try:
        first, headers = _head(await reader.readuntil(b"\r\n\r\n"))
        status = int(first.split(" ")[1])
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError) as error:
        raise BrokenMessageError(type(error).__name__) from None
    empty = method == "HEAD" or status in _NO_BODY
    return HttpAnswer(status, headers, b"" if empty else await _body(reader, headers, to_end=True))


def request_wire(request: HttpRequest, host: str) -> bytes:
    """The request as it goes on: to another host, in one piece, its answer uncompressed."""
    headers = {
        **{name: it for name, it in request.headers.items() if name not in _FRAMING},
        "host": host,
        "connection": "close",
        "accept-encoding": "identity",
        "content-length": str(len(request.body)),
    }
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + request.body


# What says how a message is framed and belongs to one connection, not to what it carries.
_FRAMING = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})


def _head(raw: bytes) -> tuple[str, dict[str, str]]:
    first, *lines = raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first, {name.strip().lower(): value.strip() for name, _, value in pairs}


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str], *, to_end: bool) -> bytes:
    try:
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return await _chunks(reader)
        if "content-length" in headers:
            return await reader.readexactly(min(int(headers["content-length"]), _BODY_MAX))
        return await reader.read(-1) if to_end else b""
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError) as error:
        raise BrokenMessageError(type(error).__name__) from None


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts: list[bytes] = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        parts.append(await reader.readexactly(min(size, _BODY_MAX)))
        await reader.readuntil(b"\r\n")
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass
    return b"".join(parts)
