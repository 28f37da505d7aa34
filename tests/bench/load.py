"""Sends requests as fast as they are answered, over a fixed count of connections.

It is a process of its own: what it is to do comes to its standard input as JSON, what it has found
goes to its standard output.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import cast

import msgspec
import uvloop
from msgspec import Struct
from typing_extensions import override

from tests.bench.process import pinned

_GRACE_S = 60.0
_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_LAST_CHUNK = b"0\r\n\r\n"


class Load(Struct, frozen=True):
    """What is sent. A path alone is a GET; bodies are posted in turn."""

    port: int
    path: str
    connections: int
    seconds: float
    bodies: Sequence[bytes] = ()
    headers: Mapping[str, str] = {}


class Outcome(Struct, frozen=True):
    """What came of it. `errors` are answers that were none; times are in milliseconds.

    `least_ms` is the shortest, in which nothing else was in the way.
    """

    requests: int
    errors: int
    seconds: float
    least_ms: float
    p50_ms: float
    p99_ms: float

    @property
    def per_s(self) -> float:
        """Answers in a second."""
        return self.requests / self.seconds


def sent(load: Load, *, core: int) -> Outcome:
    """Send a load from a process on a core."""
    with pinned(core):
        found = subprocess.run(
            [sys.executable, "-m", __name__],
            input=msgspec.json.encode(load),
            stdout=subprocess.PIPE,
            check=True,
            timeout=load.seconds + _GRACE_S,
        )
    return msgspec.json.decode(found.stdout, type=Outcome)


class _Run:
    """What all connections share: requests to send, and what came of them."""

    def __init__(self, load: Load) -> None:
        self.requests: Iterator[bytes] = cycle(_requests(load))
        self.times_s: list[float] = []
        self.errors = 0
        self.ends_at = time.perf_counter() + load.seconds
        self.open = load.connections
        self.over = asyncio.get_running_loop().create_future()

    def closed(self) -> None:
        """One connection has nothing more to do."""
        self.open -= 1
        if not self.open:
            self.over.set_result(None)


class _Connection(asyncio.Protocol):
    """One connection: the next request goes out when the answer to the one before has come."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._transport: asyncio.Transport | None = None
        self._parts: list[bytes] = []
        self._missing: int | None = None
        self._sent_at = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # of a TCP client
        self._next()

    @override
    def data_received(self, data: bytes) -> None:
        self._parts.append(data)
        if self._missing is None:
            head, found, body = b"".join(self._parts).partition(_END)
            length = head.lower().partition(_LENGTH)[2]
            if not found or not length:  # the head is not there yet, or the answer comes in chunks
                if found and body.endswith(_LAST_CHUNK):
                    self._answered()
                return
            self._missing = int(length.partition(b"\r")[0]) - len(body)
        else:
            self._missing -= len(data)
        if self._missing <= 0:
            self._answered()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._sent_at:
            self._run.errors += 1
        self._run.closed()

    def _answered(self) -> None:
        run, now = self._run, time.perf_counter()
        run.times_s.append(now - self._sent_at)
        answer = b"".join(self._parts)
        if not answer.startswith(b"HTTP/1.1 200") or b'"errors":' in answer:
            run.errors += 1
        self._parts, self._missing, self._sent_at = [], None, 0.0
        if now < run.ends_at:
            self._next()
        elif self._transport is not None:
            self._transport.close()

    def _next(self) -> None:
        if self._transport is not None:
            self._sent_at = time.perf_counter()
            self._transport.write(next(self._run.requests))


async def _run(load: Load) -> Outcome:
    loop = asyncio.get_running_loop()
    run, begun = _Run(load), time.perf_counter()
    for _ in range(load.connections):
        await loop.create_connection(lambda: _Connection(run), "127.0.0.1", load.port)
    await run.over
    times = sorted(run.times_s)
    return Outcome(
        requests=len(times),
        errors=run.errors,
        seconds=time.perf_counter() - begun,
        least_ms=times[0] * 1000,
        p50_ms=times[len(times) // 2] * 1000,
        p99_ms=times[min(len(times) * 99 // 100, len(times) - 1)] * 1000,
    )


def _requests(load: Load) -> Sequence[bytes]:
    headers = {"host": f"127.0.0.1:{load.port}", "accept": "application/json", **load.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    if not load.bodies:
        return [f"GET {load.path} HTTP/1.1\r\n{head}\r\n".encode()]
    posted = f"POST {load.path} HTTP/1.1\r\n{head}content-type: application/json\r\n"
    return [f"{posted}content-length: {len(body)}\r\n\r\n".encode() + body for body in load.bodies]


if __name__ == "__main__":
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Load)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(_run(asked))))
