"""The provider's messages: believed once they are verified, and then only as a reason to look."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from gateway.payments.course import Desk
from gateway.payments.event_effects import EventEffects, Listener, Strangers
from gateway.payments.event_log import EventCounts, EventQuery
from gateway.payments.event_queue import EventQueue
from gateway.payments.event_replay import Replayed, replay
from gateway.payments.event_sweep import EventSweep
from gateway.payments.event_writer import EventWriter
from gateway.payments.follow import Followers
from gateway.payments.refunds import Refunds
from schema.domain.errors import Rejected, SchemaDrift


class Webhooks:
    """Takes the provider's messages, in any order and any number of times."""

    def __init__(
        self,
        desk: Desk,
        followers: Followers,
        refunds: Refunds,
        strangers: Strangers | None = None,
    ) -> None:
        self._desk = desk
        self._effects = EventEffects(desk, followers.nudge, refunds.count_anew, strangers)
        # What is applied again by hand is read, and nothing is sent: that is the gateway's alone.
        self._reading = EventEffects(desk, lambda _: None, refunds.count_anew, strangers)
        self._queue = EventQueue(self._effects.follow, self._taken_up, self._is_pressed)
        self._writer = EventWriter(desk.journal, desk.clock, self._queue.put)
        self._sweep = EventSweep(desk.journal, desk.clock, desk.timing, self._queue.put)
        self._sweeping: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Take up, from now on, what is on record and was not taken up."""
        sweep = self._sweep.run(self._desk.clock.now())
        self._sweeping = asyncio.create_task(sweep, name="sweep of messages")

    def listen(self, listener: Listener) -> None:
        """Tell somebody of every message that is taken up."""
        self._effects.listen(listener)

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Verify a message's raw bytes and put it on record; header names are in lower case.

        Returns once that is committed: the provider may be told that it has arrived. What follows
        from it goes on by itself.

        Raises:
            Rejected: It is not genuine, or not recent. It is counted, and nothing else.
            SchemaDrift: It is genuine, in a form that we do not know. It is counted as well.
        """
        try:
            event = self._desk.provider.event(body, headers)
        except Rejected as error:
            self.refused(error.reason or "rejected")
            raise
        except SchemaDrift:
            self.refused("form")
            raise
        await self._writer.keep(event, body)

    def refused(self, reason: str) -> None:
        """Count a message that was refused before it could be verified."""
        self._writer.refused(reason)

    async def count(self, query: EventQuery) -> int:
        """Return how many messages on record are meant."""
        return await self._desk.journal.count_events(query)

    async def counts(self, since: datetime | None = None) -> EventCounts:
        """Count what came, since a time or ever."""
        return await self._desk.journal.event_counts(since)

    async def replay(self, query: EventQuery, tell: Callable[[int], None]) -> Replayed:
        """Apply messages on record again; `tell` is told how many are through, as it goes on.

        It reads, and records what it has read. Whatever must be sent to the provider because of it
        is left to the gateway that serves.
        """
        return await replay(self._desk.journal, self._reading, self._desk.clock, query, tell)

    async def aclose(self) -> None:
        """End every task; messages not taken up yet are so by the next start."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeping
        await self._queue.aclose()
        await self._writer.aclose()

    def _taken_up(self, events: Sequence[str]) -> None:
        self._writer.applied(events)

    def _is_pressed(self) -> bool:
        return self._writer.is_pressed
