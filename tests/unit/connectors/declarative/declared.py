"""Connectors out of files that tests write, and a system over HTTP that answers as a test says."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from connectors.declarative import connector_class
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.source import SourceContext

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ORDER = """
  order:
    id: id
    number: id
    placed_at: {path: at, zone: UTC}
    channel: {path: channel, enum: channel}
    status: {value: OPEN}
    total: {path: total, money: minor, currency: {value: JPY}}
    lines: {each: "lines || `[]`", fields: {sku: sku, quantity: quantity, title: sku,
      unit_price: {path: price, money: minor, currency: {value: JPY}},
      total: {path: price, money: minor, currency: {value: JPY}}}}
    customer: {fields: {id: customer, email: {path: email, email: true}}}
    store: {path: branch, map: stores}
"""
HEAD = """
id: shop
version: 0.1.0
title: Shop
config:
  base_url: {type: url, description: Address of the shop}
  stores: {type: map, description: Store code to the number of its branch}
source: {kind: http_json}
probe: {request: {path: /ping}}
enums:
  channel: {web: WEB, tel: CALL_CENTER}
records:
"""


def declared(path: Path, text: str, config: Mapping[str, Any], *, name: str = "shop") -> Any:
    """The connector that a file of this text describes."""
    path.write_text(text, encoding="utf-8")
    kind = connector_class(path)
    return kind(kind.Config.model_validate(config), SourceContext(name, Limits(), HttpClients()))


class System:
    """What listens. `requests` are those that came, by path with query."""

    def __init__(self, url: str, requests: list[str]) -> None:
        self.url = url
        self.requests = requests


@asynccontextmanager
async def system(handler: Handler) -> AsyncIterator[System]:
    """A system over HTTP on a free port; the handler answers every request."""
    requests: list[str] = []

    async def counted(request: web.Request) -> web.StreamResponse:
        requests.append(request.path_qs)
        return await handler(request)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", counted)
    runner = web.AppRunner(application, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield System(f"http://127.0.0.1:{runner.addresses[0][1]}", requests)
    finally:
        await runner.cleanup()
