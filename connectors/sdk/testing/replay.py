"""Answers requests as they were answered once."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

import msgspec
from lxml import etree
from msgspec import Struct

from connectors.sdk.testing.http_message import (
    BrokenMessageError,
    HttpAnswer,
    HttpRequest,
    read_request,
)

Key = tuple[str, str, bytes]

# A connector takes it for a system that cannot do this, and never for an unknown key.
_UNASKED = HttpAnswer(501, {"content-type": "text/plain"}, b"this was never asked\n")


class Replayed(Struct, frozen=True):
    """A request, and what it is answered with."""

    request: HttpRequest
    answer: HttpAnswer


@asynccontextmanager
async def replaying(exchanges: Iterable[Replayed]) -> AsyncIterator[str]:
    """Serve the exchanges on a loopback port while the block runs; the value is its address.

    The same request again has its next answer, and the last one for ever.
    """
    answers: dict[Key, list[HttpAnswer]] = {}
    for it in exchanges:
        answers.setdefault(_key(it.request), []).append(it.answer)
    tasks: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        try:
            while (request := await read_request(reader)) is not None:
                left = answers.get(_key(request), [_UNASKED])
                writer.write((left.pop(0) if len(left) > 1 else left[0]).wire)
                await writer.drain()
        except (BrokenMessageError, OSError):
            pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            tasks.discard(asyncio.current_task())

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        running = [task for task in tasks if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await server.wait_closed()


def _key(request: HttpRequest) -> Key:
    return request.method, request.target, _canonical(request.body)


def _canonical(body: bytes) -> bytes:
    """The body in the one form that all bodies with its content share."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.encode(msgspec.json.decode(body), order="sorted")
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return body
    return etree.tostring(root, method="c14n")
