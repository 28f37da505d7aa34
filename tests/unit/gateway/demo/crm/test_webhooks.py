"""Changes are posted to whoever asked for them."""

import asyncio
import hashlib
import hmac
import json
from typing import Any

import pytest
from aiohttp import web

from gateway.demo.crm.records import customer_id
from gateway.demo.crm.webhooks import SIGNATURE
from gateway.demo.data.kasane import kasane

WHO = customer_id(next(it for it in kasane().customers if it.in_crm))


class Listener:
    """An address that keeps what is posted to it, after refusing the first posts."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.posts: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()
        self.url = ""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Refuse, or keep."""
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=500)
        await self.posts.put((await request.read(), request.headers[SIGNATURE]))
        return web.Response(status=204)


@pytest.fixture
async def listener(request: pytest.FixtureRequest) -> Any:
    """A listener on a free port; the parameter is how many posts it refuses."""
    made = Listener(request.param)
    runner = web.ServerRunner(web.Server(made.handle), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/crm"
    yield made
    await runner.cleanup()


@pytest.mark.parametrize("listener", [0, 1], indirect=True)
async def test_a_change_is_posted_and_signed(crm: Any, listener: Listener) -> None:
    """With the secret that registering gave, over the raw bytes; a post that fails is repeated."""
    status, webhook = await crm.ask("POST", "/v2/webhooks", {"url": listener.url})
    await crm.ask("PATCH", f"/v2/customers/{WHO}", {"first_name": "花子"})
    async with asyncio.timeout(5.0):
        body, signature = await listener.posts.get()
    _, feed = await crm.ask("GET", "/v2/changes")

    expected = hmac.new(webhook["secret"].encode(), body, hashlib.sha256).hexdigest()
    assert 201 == status
    assert f"sha256={expected}" == signature
    assert feed["changes"] == [json.loads(body)]
    assert ("customer.updated", WHO) == (json.loads(body)["type"], json.loads(body)["customer_id"])


async def test_an_address_that_is_dead_stops_nothing(crm: Any, unused_tcp_port: int) -> None:
    """The change is in the feed all the same, and closing ends the attempts."""
    await crm.ask("POST", "/v2/webhooks", {"url": f"http://127.0.0.1:{unused_tcp_port}/"})
    status, _ = await crm.ask("PATCH", f"/v2/customers/{WHO}", {"first_name": "花子"})
    _, feed = await crm.ask("GET", "/v2/changes")

    assert 200 == status
    assert 1 == len(feed["changes"])
