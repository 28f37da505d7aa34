"""A token that many calls share: fetched when first needed, renewed before it ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from msgspec import Struct
from msgspec.structs import replace

from connectors.sdk.context import CallContext
from connectors.sdk.manifest import Limits
from schema.domain.errors import Unavailable

# A token that ends while a call is under way would cost that call a second attempt.
_RENEWED_AFTER = 0.9


class Token(Struct, frozen=True):
    """A token, and for how many seconds it holds; None is until it is refused."""

    text: str
    lasts_s: float | None = None


Fetch = Callable[[CallContext], Awaitable[Token]]


class SharedToken:
    """Holds one token.

    Concurrency: callers at once share one fetch, and what comes of it; one that is cancelled leaves
    it to the others.
    """

    def __init__(self, fetch: Fetch, limits: Limits) -> None:
        self._fetch = fetch
        self._limits = limits
        self._token: Token | None = None
        self._renew_at = float("inf")
        self._fetching: asyncio.Task[Token] | None = None

    async def text(self, ctx: CallContext) -> str:
        """The token to send; raises what fetching it raises."""
        if self._token is None or self._renew_at <= time.monotonic():
            return await self._fetched(ctx)
        return self._token.text

    def drop(self, text: str) -> None:
        """Forget a token that was refused, unless another has taken its place already."""
        if self._token is not None and self._token.text == text:
            self._token = None

    async def aclose(self) -> None:
        """End a fetch that nobody waits for any more."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    async def _fetched(self, ctx: CallContext) -> str:
        if self._fetching is None:
            # It serves others as well, so it has the whole time of a call, whoever began it.
            lasting = replace(ctx, deadline=time.monotonic() + self._limits.timeout_s)
            self._fetching = asyncio.create_task(self._renew(lasting))
            self._fetching.add_done_callback(self._ended)
        fetching = self._fetching
        try:
            async with asyncio.timeout(ctx.remaining_s):
                return (await asyncio.shield(fetching)).text
        except TimeoutError as error:
            raise Unavailable("no token in time") from error

    async def _renew(self, ctx: CallContext) -> Token:
        asked_at = time.monotonic()
        token = await self._fetch(ctx)
        lasts_s = float("inf") if token.lasts_s is None else token.lasts_s
        self._renew_at = asked_at + lasts_s * _RENEWED_AFTER
        self._token = token
        return token

    def _ended(self, fetching: asyncio.Task[Token]) -> None:
        self._fetching = None
        if not fetching.cancelled():
            # Whoever waited was told; where nobody did, nobody is left to tell.
            fetching.exception()
