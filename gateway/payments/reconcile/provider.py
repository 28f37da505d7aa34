"""The provider's books, read gently."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from connectors.sdk.context import CallContext
from connectors.sdk.payment_ledger import EventPage, IntentPage, RefundPage
from connectors.sdk.terminal import IntentState
from gateway.payments.provider import Watched
from gateway.payments.reconcile.finding import FindingLog
from schema.domain.errors import NotFound, RateLimited, SourceError, Unavailable
from schema.domain.scope import Actor

T = TypeVar("T")
P = TypeVar("P", IntentPage, RefundPage, EventPage)

log = logging.getLogger(__name__)

_ACTOR = Actor("tillgraph", "system")
_TRIES = 6


class LedgerDriver(Protocol):
    """What is needed of a payment provider: see `PaymentLedger` and `TerminalDriver`."""

    async def intent(self, ctx: CallContext, intent: str, account: str | None) -> IntentState:
        """See `TerminalDriver.intent`."""
        ...

    async def intent_page(
        self, ctx: CallContext, since: datetime, account: str | None, after: str | None
    ) -> IntentPage:
        """See `PaymentLedger.intent_page`."""
        ...

    async def refund_page(
        self, ctx: CallContext, since: datetime, account: str | None, after: str | None
    ) -> RefundPage:
        """See `PaymentLedger.refund_page`."""
        ...

    async def event_page(
        self, ctx: CallContext, since: datetime, account: str | None, after: str | None
    ) -> EventPage:
        """See `PaymentLedger.event_page`."""
        ...


class Gentleness(Struct, frozen=True, kw_only=True):
    """How the provider's books are read, in seconds."""

    call_s: float = 30.0
    """A call lasts no longer than this."""
    page_pause_s: float = 0.25
    """The pause between two pages: payments at readers come first."""
    retry_pause_s: float = 1.0
    """The pause after a call that failed; each next one is twice as long."""


class ProviderBooks:
    """Reads one call at a time, with pauses; a call that fails is made again some times."""

    def __init__(
        self, driver: LedgerDriver, watched: Watched | None, gentleness: Gentleness | None = None
    ) -> None:
        self._driver = driver
        self._watched = watched
        self._gentleness = gentleness or Gentleness()

    async def intent(self, intent: str, account: str | None) -> IntentState | None:
        """Return the truth about a payment; None where the provider does not know it.

        Raises:
            SourceError: It could not be read.
        """
        try:
            return await self._read(lambda ctx: self._driver.intent(ctx, intent, account))
        except NotFound:
            return None

    def intent_pages(self, since: datetime, account: str | None) -> AsyncIterator[IntentPage]:
        """Every page of payments that were created since, newest first. Raises as `intent`."""
        return self._pages(lambda ctx, at: self._driver.intent_page(ctx, since, account, at))

    def refund_pages(self, since: datetime, account: str | None) -> AsyncIterator[RefundPage]:
        """Every page of refunds that were created since, newest first. Raises as `intent`."""
        return self._pages(lambda ctx, at: self._driver.refund_page(ctx, since, account, at))

    def event_pages(self, since: datetime, account: str | None) -> AsyncIterator[EventPage]:
        """Every page of what was told since, newest first. Raises as `intent`."""
        return self._pages(lambda ctx, at: self._driver.event_page(ctx, since, account, at))

    async def _pages(
        self, ask: Callable[[CallContext, str | None], Awaitable[P]]
    ) -> AsyncIterator[P]:
        """One page after another, with a pause before each but the first."""
        after: str | None = None
        while True:
            page = await self._read(partial(_at, ask, after))
            yield page
            after = page.next
            if after is None:
                return
            await asyncio.sleep(self._gentleness.page_pause_s)

    async def _read(self, ask: Callable[[CallContext], Awaitable[T]]) -> T:
        """Read once more, and some more times, where that may help."""
        pause_s = self._gentleness.retry_pause_s
        for _ in range(_TRIES - 1):
            try:
                return await self._once(ask)
            except (Unavailable, RateLimited) as error:
                log.info("the provider's books wait", extra={"code": error.code})
                await asyncio.sleep(max(pause_s, error.retry_after_s or 0.0))
                pause_s *= 2
        return await self._once(ask)

    async def _once(self, ask: Callable[[CallContext], Awaitable[T]]) -> T:
        deadline = time.monotonic() + self._gentleness.call_s
        call: Awaitable[Any] = ask(CallContext(deadline, _ACTOR, "reconciliation", "payment"))
        try:
            async with asyncio.timeout(self._gentleness.call_s + 1):
                return await (self._watched(call) if self._watched else call)  # type: ignore[no-any-return]
        except SourceError:
            raise
        except TimeoutError:
            raise Unavailable("no answer in time") from None


def _at(
    ask: Callable[[CallContext, str | None], Awaitable[P]], after: str | None, ctx: CallContext
) -> Awaitable[P]:
    return ask(ctx, after)


async def all_accounts(
    journal: FindingLog, configured: Sequence[str | None]
) -> Sequence[str | None]:
    """The configured accounts, and those that payments have gone through before."""
    known = dict.fromkeys([*configured, *await journal.accounts()])
    return [*known] or [None]
