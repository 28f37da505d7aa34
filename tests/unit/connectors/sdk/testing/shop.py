"""A small system of the kit's own tests: orders by id, a list of them, and stock to hold."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from connectors.sdk.testing import ReadSample, Samples, SuiteConfig, System, WriteSample
from schema.domain.money import Money
from schema.domain.order import OrderQuery
from schema.domain.reservation import ReservationLine, ReservationRequest

KEY = "a-secret-of-the-shop"
NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
UNITS = 3


def an_order(number: int, *, seconds: int = 0) -> dict[str, Any]:
    """An order; every other one is the web's, and three share a second."""
    placed = NOON - timedelta(seconds=number // 3 + seconds)
    return {
        "id": f"{number:04d}",
        "placed": placed.isoformat(),
        "total": 1980 + number,
        "channel": "WEB" if number % 2 else "STORE",
        "store": "ginza",
        "title": "青いシャツ",
        "email": f"taro.{number}@example.jp",
    }


class Shop:
    """The system, and what it has noted."""

    def __init__(self) -> None:
        self.orders = {it["id"]: it for it in map(an_order, range(1, 13))}
        self.held: dict[str, dict[str, Any]] = {}
        self.number = 5_000

    def application(self) -> web.Application:
        """Its routes; all of them want the key."""
        made = web.Application(middlewares=[_gate])
        made.router.add_get("/ping", self._ping)
        made.router.add_get("/orders", self._some)
        made.router.add_get("/list", self._list)
        made.router.add_post("/held", self._hold)
        return made

    async def insert(self) -> None:
        """A new order among the newest."""
        self.number += 1
        new = an_order(self.number, seconds=-(self.number // 3))
        self.orders[new["id"]] = new

    async def _ping(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _some(self, request: web.Request) -> web.Response:
        ids = dict.fromkeys(request.query.getall("id", []))
        return web.json_response({"orders": [self.orders[it] for it in ids if it in self.orders]})

    async def _list(self, request: web.Request) -> web.Response:
        """All orders newest first, from a row on that is named by place and id, or by offset."""
        rows = sorted(self.orders.values(), key=lambda it: (it["placed"], it["id"]), reverse=True)
        placed, name = request.query.get("placed"), request.query.get("after", "")
        if placed:
            rows = [it for it in rows if (it["placed"], it["id"]) < (placed, name)]
        start, count = int(request.query.get("offset", "0")), int(request.query["count"])
        return web.json_response(
            {"orders": rows[start : start + count], "more": len(rows) > start + count}
        )

    async def _hold(self, request: web.Request) -> web.Response:
        """Hold a unit under the idempotency key; the same key has the same answer."""
        asked = await request.json()
        key = request.headers.get("idempotency-key") or f"none-{len(self.held)}"
        if key not in self.held:
            if len(self.held) >= UNITS:
                return web.json_response({"error": "none left"}, status=409)
            self.held[key] = {"id": f"h{len(self.held)}", "state": "HELD", **asked}
        return web.json_response(self.held[key], status=201)


@web.middleware
async def _gate(request: web.Request, handler: Any) -> web.StreamResponse:
    if request.headers.get("x-key") != KEY:
        return web.json_response({}, status=401)
    response: web.StreamResponse = await handler(request)
    return response


@asynccontextmanager
async def running_shop() -> AsyncIterator[System]:
    """The shop on a free port, and what it can be asked."""
    shop = Shop()
    runner = web.AppRunner(
        shop.application(), access_log=None, handler_cancellation=True, shutdown_timeout=0
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    async def arguments(_connector: Any, word: str) -> tuple[Any, ...]:
        return (ReservationRequest(word, "ginza", (ReservationLine("KS-1", 1),), NOON),)

    reads = {
        "orders": ReadSample(
            known=("0001", "0002", "0003"),
            unknown="9999",
            expected={"0001": {"total": Money(1981, "JPY"), "lines.0.title": "青いシャツ"}},
        ),
        "order_page": ReadSample(known=(OrderQuery(),)),
    }
    hold = WriteSample(arguments=arguments, effects=lambda: len(shop.held), units=UNITS)
    try:
        yield System(
            config={"base_url": f"http://127.0.0.1:{runner.addresses[0][1]}"},
            samples=Samples(reads=reads, writes={"reserve": hold}),
            insert=shop.insert,
        )
    finally:
        await runner.cleanup()


SUITE = SuiteConfig(system=running_shop, config={"key": KEY}, patience_s=0.3)
