"""The provider's messages: believed once they are verified, and then only as a reason to look."""

import asyncio
import logging
from collections.abc import Mapping

from connectors.sdk.terminal import ProviderEvent
from gateway.payments.course import Desk
from gateway.payments.follow import Followers
from gateway.payments.journal import Payment
from gateway.payments.refunds import Refunds
from gateway.payments.states import FINAL

log = logging.getLogger(__name__)


class Webhooks:
    """Takes the provider's messages, in any order and any number of times."""

    def __init__(self, desk: Desk, followers: Followers, refunds: Refunds) -> None:
        self._desk = desk
        self._followers = followers
        self._refunds = refunds
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Verify a message's raw bytes and put it on record; header names are in lower case.

        Returns once that is committed: the provider may be told that it has arrived. What follows
        from it goes on by itself.

        Raises:
            Rejected: It is not genuine, or not recent.
            SchemaDrift: It is genuine, in a form that we do not know.
        """
        event = self._desk.provider.event(body, headers)
        if await self._desk.journal.keep_event(event, body, self._desk.clock.now()):
            self.apply(event)

    def apply(self, event: ProviderEvent) -> None:
        """Look at what a recorded message is about, in a task of its own."""
        task = asyncio.create_task(self._apply(event), name=f"event {event.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        """End every task; messages not taken up yet are so by the next start."""
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _apply(self, event: ProviderEvent) -> None:
        try:
            payment = await self._concerned(event)
            if payment is not None and payment.state not in FINAL:
                self._followers.nudge(payment.id)
            elif payment is not None:
                await self._refunds.count_anew(payment.id)
            await self._desk.journal.event_applied(event.id, self._desk.clock.now())
        except Exception:
            log.exception("a message of the provider waits", extra={"kind": event.kind})

    async def _concerned(self, event: ProviderEvent) -> Payment | None:
        """The payment that the message is about: by its intent, else by the reader that has it."""
        journal = self._desk.journal
        if event.intent is not None:
            return await journal.by_intent(event.intent)
        holder = await journal.holder(event.reader) if event.reader else None
        return (await journal.payments([holder])).get(holder) if holder else None
