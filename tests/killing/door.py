"""One address for the provider's events, behind which whichever gateway lives takes them."""

from collections.abc import Callable, Sequence

import aiohttp
from aiohttp import web


class Door:
    """Passes each event on to the first gateway that answers, as a load balancer does."""

    def __init__(self, gateways: Callable[[], Sequence[str]]) -> None:
        self._gateways = gateways
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self.address = ""

    async def open(self) -> None:
        """Listen."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5))
        app = web.Application()
        app.router.add_post("/{path:.*}", self._pass)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"

    async def aclose(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _pass(self, request: web.Request) -> web.Response:
        assert self._session is not None
        body = await request.read()
        kept = {k: v for k, v in request.headers.items() if k == "Stripe-Signature"}
        for gateway in self._gateways():
            try:
                async with self._session.post(
                    f"{gateway}{request.path}", data=body, headers=kept
                ) as answer:
                    return web.Response(status=answer.status)
            except (aiohttp.ClientError, TimeoutError):
                continue
        return web.Response(status=502)
