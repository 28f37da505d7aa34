"""Tells whoever registered an address of each change, signed."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator

import aiohttp
import msgspec
from aiohttp import web
from msgspec import Struct

from gateway.demo.crm.changes import Change

SIGNATURE = "X-Kasane-Signature"

_ATTEMPTS = 4
_FIRST_PAUSE_S = 0.25
_TIMEOUT = aiohttp.ClientTimeout(total=5.0)


class Webhook(Struct, frozen=True):
    """An address that is told of changes. `secret` signs what is posted there."""

    id: str
    url: str
    secret: str


class Webhooks:
    """Posts each change to every address. It may arrive twice, late, or out of order."""

    def __init__(self) -> None:
        self._webhooks: list[Webhook] = []
        self._posts: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def context(self, _: web.Application) -> AsyncIterator[None]:
        """Hold the connections for as long as the application runs."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as self._session:
            yield
            for post in self._posts:
                post.cancel()
            await asyncio.gather(*self._posts, return_exceptions=True)

    def add(self, url: str) -> Webhook:
        """Tell this address from now on."""
        webhook = Webhook(f"whk_{secrets.token_hex(6)}", url, secrets.token_hex(24))
        self._webhooks.append(webhook)
        return webhook

    def tell(self, change: Change) -> None:
        """Begin to post a change to every address."""
        body = msgspec.json.encode(change)
        for webhook in self._webhooks:
            post = asyncio.create_task(self._post(webhook, body))
            self._posts.add(post)
            post.add_done_callback(self._posts.discard)

    async def _post(self, webhook: Webhook, body: bytes) -> None:
        headers = {"Content-Type": "application/json", SIGNATURE: signature(webhook.secret, body)}
        for attempt in range(_ATTEMPTS):
            if attempt:
                await asyncio.sleep(_FIRST_PAUSE_S * 2 ** (attempt - 1))
            if await self._accepted(webhook.url, body, headers):
                return

    async def _accepted(self, url: str, body: bytes, headers: dict[str, str]) -> bool:
        assert self._session is not None  # noqa: S101 - `context` holds it while requests come
        try:
            async with self._session.post(url, data=body, headers=headers) as response:
                return response.ok
        except (aiohttp.ClientError, TimeoutError):
            return False


def signature(secret: str, body: bytes) -> str:
    """What the header says of a body: HMAC-SHA256 over its raw bytes, in hexadecimal."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
