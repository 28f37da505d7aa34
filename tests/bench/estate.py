"""The four systems as one fast process: each answer is made once, and then lies ready as bytes.

    python -m tests.bench.estate PORT

`/_stats` tells how often each path was asked since it was last asked for that, and forgets it.
`/_delay?ms=5` delays every answer from then on.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import msgspec
import uvloop
from typing_extensions import override

from tests.bench import retailer

Parameters = Mapping[str, str]

_END = b"\r\n\r\n"


class Estate:
    """What the systems answer, how often they were asked, and how long they take."""

    def __init__(self) -> None:
        self.delay_s = 0.0
        self._answers: dict[bytes, tuple[str, bytes]] = {}
        self._calls: Counter[str] = Counter()

    def answer(self, url: bytes) -> bytes:
        """The whole answer to a GET."""
        known = self._answers.get(url)
        if known is None:
            known = self._answers[url] = _made(url)
        path, content = known
        self._calls[path] += 1
        return content

    def commanded(self, url: bytes) -> bytes:
        """The answer to a command."""
        path, query = _parts(url)
        if path == "/_delay":
            self.delay_s = float(query["ms"]) / 1000
            return _response({"delay_s": self.delay_s})
        calls = dict(self._calls)
        self._calls.clear()
        return _response(calls)


class Speaking(asyncio.Protocol):
    """One connection: GETs, one after the other."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # of a TCP server

    @override
    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        while (end := data.find(_END)) >= 0:
            url = data[data.find(b" ") + 1 : data.find(b" HTTP/1", 0, end)]
            data = data[end + len(_END) :]
            self._answer(url)
        self._rest = data

    def _answer(self, url: bytes) -> None:
        transport, estate = self._transport, self._estate
        if transport is None:
            return
        if url.startswith(b"/_"):
            transport.write(estate.commanded(url))
        elif estate.delay_s:
            content = estate.answer(url)
            asyncio.get_running_loop().call_later(estate.delay_s, transport.write, content)
        else:
            transport.write(estate.answer(url))


def _made(url: bytes) -> tuple[str, bytes]:
    path, query = _parts(url)
    answer = _ANSWERS.get(path)
    if answer is None:
        return "unknown", _response({"path": path}, b"404 Not Found")
    return path, _response(answer(query))


def _parts(url: bytes) -> tuple[str, Parameters]:
    parts = urlsplit(url.decode())
    return parts.path, {name: ",".join(them) for name, them in parse_qs(parts.query).items()}


def _response(body: object, status: bytes = b"200 OK") -> bytes:
    content = msgspec.json.encode(body)
    head = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d" % (
        status,
        len(content),
    )
    return head + _END + content


def _numbers(query: Parameters, name: str) -> Iterable[int]:
    return map(int, query[name].split(","))


def _found(rows: Iterable[retailer.Row | None]) -> list[retailer.Row]:
    return [row for row in rows if row is not None]


def _customers(query: Parameters) -> Any:
    return {"customers": _found(map(retailer.customer, _numbers(query, "numbers")))}


def _orders(query: Parameters) -> Any:
    if "ids" in query:
        return {"orders": _found(map(retailer.order_of_id, _numbers(query, "ids")))}
    limit = int(query["limit"])
    if "customers" not in query:
        before = int(query["before"]) if "before" in query else None
        return {"orders": retailer.recent_orders(limit, before)}
    customers = _numbers(query, "customers")
    return {"orders": [row for it in customers for row in retailer.orders_of(it, limit)]}


def _items(query: Parameters) -> Any:
    return {"items": _found(map(retailer.item, query["skus"].split(",")))}


def _groups(query: Parameters) -> Any:
    return {"groups": _found(map(retailer.group, _numbers(query, "numbers")))}


def _levels(query: Parameters) -> Any:
    return {"levels": [row for it in query["skus"].split(",") for row in retailer.levels(it)]}


_ANSWERS: Mapping[str, Callable[[Parameters], Any]] = {
    "/crm/customers": _customers,
    "/oms/orders": _orders,
    "/catalogue/items": _items,
    "/catalogue/groups": _groups,
    "/inventory/levels": _levels,
}


async def serve(port: int) -> None:
    """Serve until the process ends."""
    estate = Estate()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Speaking(estate), "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
