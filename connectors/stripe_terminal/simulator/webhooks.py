"""The account's events, sent to one address."""

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec

_LOG = logging.getLogger(__name__)
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_WAITING_MAX = 1000
_WORKERS = 4
# Stripe tries three times in a sandbox, hours apart; nobody watches a simulator for hours.
_PAUSES_S = (0.2, 1.0, 3.0)


class Webhooks:
    """Events on their way, at least once and in no promised order. The oldest is given up first."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret.encode()
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(_WAITING_MAX)

    def tell(self, event: Mapping[str, Any]) -> None:
        """Send an event soon. Never blocks."""
        if self._waiting.full():
            self._waiting.get_nowait()
            _LOG.warning("too many events wait for delivery: the oldest is given up")
        self._waiting.put_nowait(msgspec.json.encode(event))

    async def deliver(self) -> None:
        """Send events, until cancelled."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, asyncio.TaskGroup() as work:
            for _ in range(_WORKERS):
                work.create_task(self._worker(session))

    async def _worker(self, session: aiohttp.ClientSession) -> None:
        while True:
            body = await self._waiting.get()
            for pause_s in (*_PAUSES_S, None):
                if await self._is_taken(session, body):
                    break
                if pause_s is None:
                    _LOG.warning("an event is given up: nobody takes it")
                else:
                    await asyncio.sleep(pause_s)

    async def _is_taken(self, session: aiohttp.ClientSession, body: bytes) -> bool:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(body, self._secret, int(time.time())),
        }
        try:
            async with session.post(
                self._url, data=body, headers=headers, allow_redirects=False
            ) as response:
                return HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES
        except (aiohttp.ClientError, TimeoutError):
            return False


def signature(body: bytes, secret: bytes, at: int) -> str:
    """The header that proves a body genuine and recent."""
    digest = hmac.new(secret, b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
