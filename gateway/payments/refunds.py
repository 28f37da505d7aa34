"""Money given back. Each refund is a record of its own, asked for under its own id as the key."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from msgspec.structs import replace

from connectors.sdk.terminal import ProviderRefund
from gateway.payments.claims import ClaimLostError
from gateway.payments.course import Desk
from gateway.payments.failures import refund_failure_of
from gateway.payments.journal import Payment, Refund, StaleError
from gateway.payments.refund_at_reader import RefundAtReader
from gateway.payments.refund_reading import NOT_MADE, found, news, settled_as
from gateway.payments.states import Event, State
from gateway.payments.subject import Kind, Subject
from gateway.payments.timing import Backoff
from schema.domain.errors import OutcomeUnknown, RateLimited, SourceError, Unavailable
from schema.domain.money import Money
from schema.domain.payment import PaymentFailure, RefundState

log = logging.getLogger(__name__)

_COUNTS = 3

_Answer = Callable[[Payment, Refund], Awaitable[Refund]]


class Refunds:
    """Asks the provider for refunds until it has answered, each in a task of its own.

    A lost answer is asked for again under the same key. When the provider may have forgotten the
    key, nothing is asked for any more: its list tells whether the refund was made.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, refund: Refund, *, is_new: bool = False) -> None:
        """Ask for a refund that is on record, from now on until there is an answer.

        `is_new` tells that nobody has asked for it yet, in whatever process.
        """
        if refund.id in self._tasks:
            return
        task = asyncio.create_task(self._run(refund, is_new=is_new), name=f"refund {refund.id}")
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

    async def count_anew(self, payment: str) -> bool:
        """Read what was given back of a captured payment, by whomever, and what has failed since.

        Where it cannot be read, what our own refunds say stands, and the answer is False.
        """
        for _ in range(_COUNTS):
            with suppress(StaleError):  # somebody else has counted meanwhile: they may know less
                return await self._count(payment)
        return False

    async def _count(self, name: str) -> bool:
        payment = (await self._desk.journal.payments([name])).get(name)
        if payment is None or payment.state is not State.PAID:
            return True
        is_read, captured, method = False, payment.captured, payment.method
        try:
            listed = await self._desk.provider.refunds(payment)
            intent = await self._desk.provider.intent(payment)
        except SourceError:
            refunded = await self._ours(payment)
        else:
            is_read, method = True, intent.method or method
            captured, refunded = intent.received, intent.refunded
            await self._keep(payment, listed, refunded)
        if (captured, refunded, method) != (payment.captured, payment.refunded, payment.method):
            await self._desk.recorder.take(
                payment, Event.MONEY_READ, captured=captured, refunded=refunded, method=method
            )
        return is_read

    async def _keep(
        self, payment: Payment, listed: Sequence[ProviderRefund], given_back: Money
    ) -> None:
        journal = self._desk.journal
        ours = await journal.refunds_of(payment.id)
        found_out = news(payment, ours, listed, given_back, self._desk.clock.now())
        for refund in found_out.changed:
            await journal.settle_refund(refund)
        for refund in found_out.made_elsewhere:
            await journal.keep_refund(refund)

    async def _ours(self, payment: Payment) -> Money:
        given = [
            refund.amount.minor
            for refund in await self._desk.journal.refunds_of(payment.id)
            if refund.provider_id is not None and refund.state is not RefundState.FAILED
        ]
        return Money(max(sum(given), payment.refunded.minor), payment.amount.currency)

    async def _run(self, refund: Refund, *, is_new: bool) -> None:
        timing = self._desk.timing
        answer, slowest_s = self._answer, timing.refund_look_s
        if refund.device is not None:
            answer = RefundAtReader(self._desk, is_new=is_new).answer
            slowest_s = timing.slowest_look_s
        backoff = Backoff(timing.first_look_s, slowest_s)
        while (asked := await self._step(refund, answer)) is not None:
            refund = asked
            await asyncio.sleep(backoff.pause_s())

    async def _step(self, refund: Refund, answer: _Answer) -> Refund | None:
        """Ask once; None when the provider has answered."""
        try:
            payment = (await self._desk.journal.payments([refund.payment]))[refund.payment]
            settled = refund if _is_answered(refund) else await answer(payment, refund)
            if settled != refund:
                await self._desk.journal.settle_refund(settled)
            if not _is_answered(settled):
                return settled
            await self.count_anew(refund.payment)
            # Only now: who dies between the answer and the count leaves both to the next one.
            await self._desk.journal.drop(Subject(Kind.REFUND, refund.id))
        except ClaimLostError:
            return refund  # another process has it by now, and this one will let it go
        except Exception:
            log.exception("a refund waits", extra={"refund": refund.id})
            return refund
        return None

    async def _answer(self, payment: Payment, refund: Refund) -> Refund:
        clock = self._desk.clock
        if clock.now() >= refund.created_at + timedelta(seconds=self._desk.timing.key_life_s):
            return await self._looked_up(payment, refund, NOT_MADE)
        try:
            answer = await self._desk.provider.refund(payment, refund)
        except OutcomeUnknown:
            return replace(refund, state=RefundState.UNKNOWN, updated_at=clock.now())
        except (Unavailable, RateLimited):
            return refund
        except SourceError as error:
            log.warning("a refund was refused", extra={"refund": refund.id, "code": error.code})
            return await self._looked_up(payment, refund, refund_failure_of(error))
        return settled_as(refund, answer, clock.now())

    async def _looked_up(self, payment: Payment, refund: Refund, failure: PaymentFailure) -> Refund:
        """A refund as the provider's list tells it; failed where it is not there.

        An asking of which we have not heard may have had its effect before one was refused.
        """
        try:
            listed = await self._desk.provider.refunds(payment)
        except SourceError:
            return refund
        now = self._desk.clock.now()
        failed = replace(refund, state=RefundState.FAILED, failure=failure, updated_at=now)
        return found(refund, listed, now) or failed


def _is_answered(refund: Refund) -> bool:
    return refund.provider_id is not None or refund.state is RefundState.FAILED
