import asyncio
import contextlib
import time
from collections.abc import Callable

import pytest
from yarl import URL

from gateway.http.media_type import JSON
from tests.unit.gateway.http.asker import Asker
from tests.unit.gateway.http.graph import Graph

BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "number": b"42",
    "text": b'"{ hello }"',
    "nonsense": b"NONSENSE",
    "cut off": b'{"query":',
    "batch": b'[{"query": "{ hello }"}]',
    "no query": b"{}",
    "null query": b'{"query": null}',
    "object query": b'{"query": {}}',
    "list of variables": b'{"query": "{ hello }", "variables": [7]}',
    "text variables": b'{"query": "{ hello }", "variables": "{}"}',
    "number as name": b'{"query": "{ hello }", "operationName": 7}',
    "list of extensions": b'{"query": "{ hello }", "extensions": []}',
    "not UTF-8": b'{"query": "\xff"}',
    "half a surrogate pair": b'{"query": "\\ud800"}',
    "byte order mark": b'\xef\xbb\xbf{"query": "{ hello }"}',
    "5,000 digits": b'{"query": "{ hello }", "variables": {"a": ' + b"9" * 5_000 + b"}}",
    "deep list": b"[" * 100_000 + b"]" * 100_000,
    "deep object": b'{"a":' * 40_000,
    "deep member": b'{"query": "{ hello }", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep document": b'{"query": "' + b"{ node " * 30_000 + b'"}',
    "many tokens": b'{"query": "{' + b"hello " * 40_000 + b'}"}',
    "long document": b'{"query": "' + b" " * 250_000 + b'{ hello }"}',
    "same fields": b'{"query": "{' + b"node { name } " * 480 + b'}"}',
    "long names": b'{"query": "{' + (b"z" * 700 + b" ") * 90 + b'}"}',
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_body_is_refused_at_once(asker: Asker, name: str) -> None:
    """Never with 5xx, and in GraphQL's form."""
    started = time.process_time()

    status, answer, _ = await asker.send(BROKEN[name])

    # Client and server together, on a busy machine: several times what is allowed.
    assert 0.3 > time.process_time() - started
    assert 400 == status
    assert answer["errors"][0]["message"]
    assert answer["errors"][0]["extensions"]["reference"]
    assert "data" not in answer


async def _status(address: str, head: str, body: bytes) -> int:
    """What is answered to a request of which this is all that ever comes."""
    url = URL(address)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    start = f"POST /graphql HTTP/1.1\r\nHost: {url.host}\r\nContent-Type: {JSON}\r\n{head}\r\n\r\n"
    writer.write(start.encode() + body)
    line = await asyncio.wait_for(reader.readline(), 5)
    writer.transport.abort()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return int(line.split()[1])


@pytest.mark.parametrize("size", [256 * 1024 + 1, 50_000_000, 10**15])
async def test_a_large_body_is_refused_unread(
    address: Callable[..., str], graph: Graph, size: int
) -> None:
    """It says how large it will be."""
    assert 413 == await _status(address(), f"Content-Length: {size}", b" ")


async def test_a_body_is_bounded_while_it_arrives(
    address: Callable[..., str], graph: Graph
) -> None:
    """A client need not say beforehand how much it sends."""
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"

    assert 413 == await _status(address(), "Transfer-Encoding: chunked", chunk * 5)


async def test_a_body_that_does_not_arrive_is_not_waited_for(
    address: Callable[..., str], graph: Graph
) -> None:
    """Whoever sends a byte a minute cannot hold the server."""
    assert 408 == await _status(address(deadline_s=0.1), "Content-Length: 10", b" ")


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
async def test_compressed_bodies_are_refused(asker: Asker, encoding: str) -> None:
    """A small one might become a large one."""
    status, _, _ = await asker.send(b"\x1f\x8b\x08\x00", Content_Encoding=encoding)

    assert 415 == status
