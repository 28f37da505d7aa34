"""Stands before the shop: counts what it is asked, and can end the session of who asks."""

import json
from collections import Counter
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

_KEPT = ("authorization", "content-type")
_TOKEN = "vendure-auth-token"


class Front:
    """A server that hands every call on to a shop. `calls` counts them by operation."""

    def __init__(self, shop: str) -> None:
        self.url = ""
        self.calls: Counter[str] = Counter()
        self._shop = shop
        self._tokens: list[str] = []

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._runner = web.ServerRunner(web.Server(self._answer), shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()
        await self._http.close()

    async def end_sessions(self) -> None:
        """Log everyone out who came this way."""
        logout = {"query": "mutation { logout { success } }"}
        while self._tokens:
            headers = {"authorization": f"Bearer {self._tokens.pop()}"}
            async with self._http.post(
                f"{self._shop}/admin-api", json=logout, headers=headers
            ) as response:
                assert {"data": {"logout": {"success": True}}} == await response.json()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        said = json.loads(body)
        self.calls[said.get("operationName") or _root(said["query"])] += 1
        headers = {name: request.headers[name] for name in _KEPT if name in request.headers}
        async with self._http.post(
            f"{self._shop}{request.path}", data=body, headers=headers
        ) as response:
            content = await response.read()
            token = response.headers.get(_TOKEN)
        if token:
            self._tokens.append(token)
        told = {} if token is None else {_TOKEN: token}
        return web.Response(
            body=content,
            status=response.status,
            content_type=response.content_type,
            headers=told,
        )


def _root(document: str) -> str:
    """What a nameless operation asks for."""
    return document.partition("{")[2].split("{")[0].split("(")[0].strip()
