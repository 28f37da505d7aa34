"""Looks after messages on record that nobody has taken up, and erases old ones' bytes."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from connectors.sdk.terminal import ProviderEvent
from gateway.payments.clock import Clock
from gateway.payments.event_log import EventLog, EventQuery, KeptEvent
from gateway.payments.timing import Timing

log = logging.getLogger(__name__)

_PAGE = 500


class EventSweep:
    """Takes up what was left: by a process that ended, or while the provider was away.

    Concurrency: several gateways may sweep the same messages; a look too many does no harm.
    """

    def __init__(
        self,
        journal: EventLog,
        clock: Clock,
        timing: Timing,
        put: Callable[[Iterable[ProviderEvent]], None],
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._timing = timing
        self._put = put

    async def run(self, before: datetime) -> None:
        """Sweep now, and again and again, until cancelled.

        At first all that came before that time: whoever was at it has ended. What comes later is on
        its way already, and would be looked at twice.
        """
        erased_at: datetime | None = None
        while True:
            try:
                await self.take_up(before)
                if erased_at is None or self._clock.now() >= erased_at + timedelta(days=1):
                    erased_at = self._clock.now()
                    await self.erase()
            except Exception:
                log.exception("messages on record could not be looked after")
            await asyncio.sleep(self._timing.sweep_s)
            # What has just come is on its way already.
            before = self._clock.now() - timedelta(seconds=self._timing.sweep_s)

    async def take_up(self, before: datetime) -> None:
        """Put in what came before, and was not taken up."""
        query = EventQuery(until=before, is_unapplied=True)
        last: KeptEvent | None = None
        while page := await self._journal.kept_events(query, last, _PAGE):
            self._put(it.event for it in page)
            last = page[-1]

    async def erase(self) -> None:
        """Erase the raw bytes of messages that are older than they are kept."""
        before = self._clock.now() - timedelta(days=self._timing.events_kept_days)
        while await self._journal.erase_bodies(before):
            pass  # each batch in a transaction of its own, so that others may write in between
