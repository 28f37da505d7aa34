"""Events on their way to the endpoints: at least once, and in no promised order."""

import asyncio
import hashlib
import hmac
import logging
import random
import time
from collections import deque
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Literal

import aiohttp
from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator.records import Endpoint, Event

_LOG = logging.getLogger(__name__)
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_WAITING_MAX = 20_000
_WORKERS = 16
_DELIVERIES_MAX = 1000
# Stripe tries three times in a sandbox, hours apart; nobody watches a simulator for hours.
_PAUSES_S = (0.2, 1.0, 3.0)

Seconds = Annotated[float, Meta(ge=0, le=600)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Post(Struct, frozen=True, forbid_unknown_fields=True):
    """How events travel, until told otherwise.

    Each comes in `copies`, unless it is lost, which happens to the share `drop`; each copy is
    `delay_s` on its way, and up to `shuffle_s` more, so that later ones overtake it.
    """

    copies: Annotated[int, Meta(ge=1, le=10)] = 1
    drop: Share = 0.0
    delay_s: Seconds = 0.0
    shuffle_s: Seconds = 0.0
    seed: int = 0


class Delivery(Struct, frozen=True, kw_only=True):
    """What became of one try: `taken`, `refused`, or `dropped` before it was sent."""

    event: str
    kind: str
    endpoint: str
    outcome: Literal["taken", "refused", "dropped"]
    status: int | None = None


class _Letter(Struct, frozen=True):
    event: Event
    endpoint: Endpoint


class Webhooks:
    """What is to be sent, and what was. The oldest is given up first when too much waits."""

    def __init__(self) -> None:
        self.deliveries: deque[Delivery] = deque(maxlen=_DELIVERIES_MAX)
        self._post = Post()
        self._luck = random.Random(0)  # noqa: S311 - repeatable on purpose
        self._waiting: asyncio.Queue[_Letter] = asyncio.Queue(_WAITING_MAX)

    @property
    def post(self) -> Post:
        """How events travel."""
        return self._post

    def change(self, post: Post) -> None:
        """Let them travel otherwise from now on."""
        self._post = post
        self._luck = random.Random(post.seed)  # noqa: S311 - repeatable on purpose

    def tell(self, event: Event, endpoints: Sequence[Endpoint]) -> None:
        """Send an event soon. Never blocks."""
        for endpoint in endpoints:
            letter = _Letter(event, endpoint)
            if self._luck.random() < self._post.drop:
                self._note(letter, "dropped")
                continue
            for _ in range(self._post.copies):
                self._send(letter)

    def resend(self, event: Event, endpoints: Sequence[Endpoint]) -> None:
        """Send an event again, whatever happens to others."""
        for endpoint in endpoints:
            self._queue(_Letter(event, endpoint))

    async def deliver(self) -> None:
        """Send events, until cancelled."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, asyncio.TaskGroup() as work:
            for _ in range(_WORKERS):
                work.create_task(self._worker(session))

    def _send(self, letter: _Letter) -> None:
        post = self._post
        delay_s = post.delay_s + self._luck.random() * post.shuffle_s
        if delay_s:
            asyncio.get_running_loop().call_later(delay_s, self._queue, letter)
        else:
            self._queue(letter)

    def _queue(self, letter: _Letter) -> None:
        if self._waiting.full():
            self._waiting.get_nowait()
            _LOG.warning("too many events wait for delivery: the oldest is given up")
        self._waiting.put_nowait(letter)

    async def _worker(self, session: aiohttp.ClientSession) -> None:
        while True:
            letter = await self._waiting.get()
            for pause_s in (*_PAUSES_S, None):
                if await self._is_taken(session, letter):
                    break
                if pause_s is None:
                    _LOG.warning("an event is given up: nobody takes it")
                else:
                    await asyncio.sleep(pause_s)

    async def _is_taken(self, session: aiohttp.ClientSession, letter: _Letter) -> bool:
        body, secret = letter.event.body, letter.endpoint.secret.encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            # Of the machine's time, which the receiver has too, and never of the account's clock.
            "Stripe-Signature": signature(body, secret, int(time.time())),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            async with session.post(
                letter.endpoint.url, data=body, headers=headers, allow_redirects=False
            ) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError):
            self._note(letter, "refused")
            return False
        is_taken = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
        self._note(letter, "taken" if is_taken else "refused", status)
        return is_taken

    def _note(
        self,
        letter: _Letter,
        outcome: Literal["taken", "refused", "dropped"],
        status: int | None = None,
    ) -> None:
        self.deliveries.append(
            Delivery(
                event=letter.event.id,
                kind=letter.event.kind,
                endpoint=letter.endpoint.id,
                outcome=outcome,
                status=status,
            )
        )


def signature(body: bytes, secret: bytes, at: int) -> str:
    """The header that proves a body genuine and recent."""
    digest = hmac.new(secret, b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
