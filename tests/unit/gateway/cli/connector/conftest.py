"""A connector that has just been begun, the shop that it speaks to, and the command."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from typer.testing import CliRunner, Result

from gateway.cli.connector.new import create
from gateway.cli.connector_commands import connector

KEY = "a-key-of-the-shop"
Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Runs `tillgraph connector` with some arguments."""

    def invoke(*arguments: object) -> Result:
        # Wide enough that no line is broken over two.
        return CliRunner().invoke(connector, [str(it) for it in arguments], env={"COLUMNS": "250"})

    return invoke


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the package `acme_pos`, whose modules are gone after the test."""
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)
    create("acme_pos", "http", tmp_path)
    yield tmp_path / "acme_pos" / "acme_pos"
    for name in set(sys.modules) - before:
        if name.partition(".")[0] == "acme_pos":
            del sys.modules[name]


@pytest.fixture
async def shop() -> AsyncIterator[str]:
    """The address of a shop that counts two SKUs, one of them in a way that nobody knows."""

    async def stock(request: web.Request) -> web.Response:
        if request.headers.get("x-api-key") != KEY:
            return web.json_response({"error": f"not a key: {KEY}"}, status=401)
        rows = [
            {"sku": "A-1", "store": "ginza", "on_hand": 4, "counted_at": "2026-11-24T12:00:00Z"},
            {"sku": "B-2", "store": "ginza", "on_hand": "many", "counted_at": "noon"},
        ]
        return web.json_response({"rows": rows, "access_token": "given-out", "echo": KEY})

    async def health(_: web.Request) -> web.Response:
        return web.json_response({})

    application = web.Application()
    application.router.add_get("/v1/stock", stock)
    application.router.add_get("/v1/health", health)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
