"""Money given back. Each refund is a record of its own, asked for under its own id as the key."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from msgspec.structs import replace

from gateway.payments.course import Desk
from gateway.payments.journal import Payment, Refund, StaleError
from gateway.payments.states import Event, State
from gateway.payments.timing import Backoff
from schema.domain.errors import OutcomeUnknown, RateLimited, SourceError, Unavailable
from schema.domain.money import Money
from schema.domain.payment import RefundState

log = logging.getLogger(__name__)


class Refunds:
    """Asks the provider for refunds until it has answered, each in a task of its own.

    A lost answer is asked for again under the same key; when the provider may have forgotten the
    key, the refund stays unknown for a person to look at.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, refund: Refund) -> None:
        """Ask for a refund that is on record, from now on until there is an answer."""
        task = asyncio.create_task(self._run(refund), name=f"refund {refund.id}")
        task.add_done_callback(lambda _: self._tasks.pop(refund.id))
        self._tasks[refund.id] = task

    async def wait(self, refund: str, within_s: float) -> None:
        """Return when the provider has answered, but only for a moment."""
        if task := self._tasks.get(refund):
            await asyncio.wait({task}, timeout=within_s)

    async def aclose(self) -> None:
        """End every task; open refunds are taken up again by the next start."""
        tasks = [*self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def count_anew(self, payment: str) -> None:
        """Read how much of a captured payment was given back, by whomever.

        Where it cannot be read, what our own refunds say stands.
        """
        found = (await self._desk.journal.payments([payment])).get(payment)
        if found is None or found.state is not State.PAID:
            return
        captured, refunded = found.captured, await self._ours(found)
        with suppress(SourceError):
            intent = await self._desk.provider.intent(found)
            captured, refunded = intent.received, intent.refunded
        if (captured, refunded) != (found.captured, found.refunded):
            with suppress(StaleError):  # somebody else has just counted
                await self._desk.recorder.take(
                    found, Event.MONEY_READ, captured=captured, refunded=refunded
                )

    async def _ours(self, payment: Payment) -> Money:
        given = [
            refund.amount.minor
            for refund in await self._desk.journal.refunds_of(payment.id)
            if refund.provider_id is not None and refund.state is not RefundState.FAILED
        ]
        return Money(max(sum(given), payment.refunded.minor), payment.amount.currency)

    async def _run(self, refund: Refund) -> None:
        timing = self._desk.timing
        backoff = Backoff(timing.first_look_s, timing.refund_look_s)
        until = refund.created_at + timedelta(seconds=timing.key_life_s)
        while self._desk.clock.now() < until:
            asked = await self._ask(refund)
            if asked is None:
                return
            refund = asked
            await asyncio.sleep(backoff.pause_s())
        log.warning("a refund stays unknown", extra={"refund": refund.id})

    async def _ask(self, refund: Refund) -> Refund | None:
        """Ask once; None when the provider has answered."""
        try:
            payment = (await self._desk.journal.payments([refund.payment]))[refund.payment]
            settled = await self._answer(payment, refund)
            if settled != refund:
                await self._desk.journal.settle_refund(settled)
            if settled.provider_id is None and settled.state is not RefundState.FAILED:
                return settled
            await self.count_anew(refund.payment)
        except Exception:
            log.exception("a refund waits", extra={"refund": refund.id})
            return refund
        return None

    async def _answer(self, payment: Payment, refund: Refund) -> Refund:
        now = self._desk.clock.now()
        try:
            answer = await self._desk.provider.refund(payment, refund)
        except OutcomeUnknown:
            return replace(refund, state=RefundState.UNKNOWN, updated_at=now)
        except (Unavailable, RateLimited):
            return refund
        except SourceError as error:
            log.warning("a refund was refused", extra={"refund": refund.id, "code": error.code})
            return replace(refund, state=RefundState.FAILED, updated_at=now)
        return replace(refund, state=answer.state, provider_id=answer.id, updated_at=now)
