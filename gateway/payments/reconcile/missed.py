"""What the provider has told, and nobody here has heard: its own list of events has it."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from connectors.sdk.terminal import ProviderEvent
from gateway.payments.clock import Clock
from gateway.payments.event_effects import is_of_refund
from gateway.payments.event_log import Arrival, EventBatch, EventQuery
from gateway.payments.event_replay import Replayed
from gateway.payments.reconcile.finding import ReconciliationJournal
from gateway.payments.reconcile.provider import ProviderBooks, all_accounts
from gateway.payments.states import State
from schema.domain.errors import SourceError

log = logging.getLogger(__name__)

_TURN = "missed events"

Apply = Callable[[EventQuery, Callable[[int], None]], Awaitable[Replayed]]
"""Reads anew what messages on record are about. See `Webhooks.replay`."""

Page = Callable[[], Awaitable[None]]
"""Hears of each page that is through."""


class Pace(Struct, frozen=True, kw_only=True):
    """When the list is read, in seconds."""

    look_s: float = 300.0
    """How often: one call for each account, where little has happened."""
    overlap_s: float = 600.0
    """A look begins so long before the last one did: what is told may be listed a little later."""
    first_s: float = 30 * 86_400.0
    """How far back the first one looks."""
    turn_s: float = 300.0
    """A process that looks and says nothing for this long has given up."""


class Caught(Struct, frozen=True):
    """How many messages had not come, and how many are in a form that we do not know."""

    events: int = 0
    unreadable: int = 0


class MissedEvents:
    """Puts on record what no message has told, and has it applied as a message is.

    A message may be lost for good: it was never sent, or nobody took it for days. What cannot be
    applied at once waits on record with all others. Concurrency: any number of processes; a turn
    on record lets one look at a time.
    """

    def __init__(
        self,
        journal: ReconciliationJournal,
        books: ProviderBooks,
        clock: Clock,
        apply: Apply,
        *,
        accounts: Sequence[str | None] = (),
        pace: Pace | None = None,
    ) -> None:
        self._journal = journal
        self._books = books
        self._clock = clock
        self._apply = apply
        self._accounts = accounts
        self._pace = pace or Pace()
        self._owner = secrets.token_hex(8)
        self._since: dict[str | None, datetime] = {}
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to look, after a first pause."""
        self._task = asyncio.create_task(self._run(), name="missed events")

    async def aclose(self) -> None:
        """Stop; what was not looked through is so by the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> int | None:
        """Take up all that was missed since the last look; None: another process looks.

        An account whose list cannot be read to its end holds up no other: of that one the next look
        begins where this did.
        """
        began = self._clock.now()
        if not await self._has_turn(self._pace.turn_s):
            return None

        async def go_on() -> None:
            await self._has_turn(self._pace.turn_s)

        first, count = await self._first(began), 0
        for account in await all_accounts(self._journal, self._accounts):
            since = self._since.get(account, first)
            try:
                count += (await self.of_account(since, account, go_on)).events
            except SourceError as error:
                log.warning("missed events wait for the provider", extra={"code": error.code})
            else:
                self._since[account] = began - timedelta(seconds=self._pace.overlap_s)
        await self._has_turn(self._pace.look_s * 0.9)
        return count

    async def of_account(self, since: datetime, account: str | None, told: Page) -> Caught:
        """Take up what was missed of one account since a time.

        Raises:
            SourceError: The list could not be read to its end.
        """
        caught = Caught()
        async for page in self._books.event_pages(since, account):
            if page.unreadable:
                log.warning("events are of no known form", extra={"count": len(page.unreadable)})
            caught = Caught(
                caught.events + await self._take_up(page.rows),
                caught.unreadable + len(page.unreadable),
            )
            await told()
        return caught

    async def _take_up(self, told: Sequence[ProviderEvent]) -> int:
        query, now = EventQuery(ids=[it.id for it in told]), self._clock.now()
        known = {it.event.id for it in await self._journal.kept_events(query)}
        arrivals = [
            Arrival(it, b"", now)
            for it in await self._with_news([it for it in told if it.id not in known])
        ]
        if not arrivals:
            return 0
        new = await self._journal.record_events(EventBatch(arrivals=arrivals), now)
        await self._apply(EventQuery(ids=sorted(new)), lambda _: None)
        log.info("messages that had not come were taken up", extra={"count": len(new)})
        return len(new)

    async def _with_news(self, told: Sequence[ProviderEvent]) -> Sequence[ProviderEvent]:
        """Leave out that a payment was paid where that is on record: most of a list is that."""
        intents = [it.intent for it in told if it.intent is not None]
        ours = await self._journal.payments_of_intents(intents)
        paid = {intent for intent, it in ours.items() if it.state is State.PAID}
        return [it for it in told if is_of_refund(it) or it.intent not in paid]

    async def _first(self, now: datetime) -> datetime:
        """Where to begin after a start: the last comparison has looked as well."""
        last = await self._journal.last_run()
        if last is not None:
            return last.started_at - timedelta(seconds=self._pace.overlap_s)
        oldest = await self._journal.oldest_payment_at() or now
        return max(oldest, now - timedelta(seconds=self._pace.first_s))

    async def _has_turn(self, seconds: float) -> bool:
        now = self._clock.now()
        until = now + timedelta(seconds=seconds)
        return await self._journal.take_turn(_TURN, self._owner, now, until)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._pace.look_s)
            try:
                await self.look()
            except Exception:
                log.exception("missed events could not be looked for")
