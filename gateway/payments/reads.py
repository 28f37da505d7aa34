"""What may be asked about payments."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

from gateway.payments import refusals
from gateway.payments.changes import Changes, Follower
from gateway.payments.journal import Journal, Payment
from gateway.payments.readers import may_see
from gateway.payments.record import Recorder, shown_refund
from gateway.payments.timing import Timing
from schema.domain.errors import InvalidRequest, NotPermitted
from schema.domain.payment import (
    PaymentChannel,
    PaymentRecord,
    RefundRecord,
    UserErrorRecord,
)
from schema.domain.reference import SourceRef
from schema.domain.scope import Actor


class PaymentReads:
    """Reads payments for those who may see them. See `schema.ports.payments.Payments`."""

    def __init__(
        self, journal: Journal, recorder: Recorder, changes: Changes[Payment], timing: Timing
    ) -> None:
        self._journal = journal
        self._recorder = recorder
        self._changes = changes
        self._timing = timing

    async def payments(self, actor: Actor, ids: Sequence[str]) -> Sequence[PaymentRecord | None]:
        """See `Payments.payments`."""
        found = await self._journal.payments(ids)
        records = await self._seen(actor, found.values())
        return [records.get(name) for name in ids]

    async def of_orders(
        self, actor: Actor, orders: Sequence[SourceRef]
    ) -> Sequence[Sequence[PaymentRecord]]:
        """See `Payments.of_orders`."""
        found = await self._journal.of_orders(orders)
        records = await self._seen(actor, (it for rows in found.values() for it in rows))
        return [
            [records[it.id] for it in found.get(order, ()) if it.id in records] for order in orders
        ]

    async def refunds(self, actor: Actor, ids: Sequence[str]) -> Sequence[RefundRecord | None]:
        """See `Payments.refunds`."""
        found = await self._journal.refunds(ids)
        payments = await self._journal.payments([it.payment for it in found.values()])
        seen = {
            name: shown_refund(refund)
            for name, refund in found.items()
            if may_see_payment(actor, payments[refund.payment])
        }
        return [seen.get(name) for name in ids]

    async def updates(self, actor: Actor, payment: str) -> AsyncIterator[PaymentRecord]:
        """See `Payments.updates`."""
        with self._changes.follow(payment) as follower:
            found = (await self._journal.payments([payment])).get(payment)
            if found is None:
                raise InvalidRequest("There is no such payment.")
            if not may_see_payment(actor, found):
                raise NotPermitted("the payment belongs to a store that the actor may not see")
            record = (await self._recorder.shown([found]))[0]
            yield record
            while not record.is_final:
                record = await self._newer(follower, record)
                yield record

    async def shown(self, payment: Payment) -> PaymentRecord:
        """One payment as clients see it."""
        return (await self._recorder.shown([payment]))[0]

    async def own(self, actor: Actor, payment: str) -> Payment | UserErrorRecord:
        """Find a payment that the actor wants to change."""
        found = (await self._journal.payments([payment])).get(payment)
        if found is None:
            return refusals.payment_unknown()
        if not may_see_payment(actor, found):
            return refusals.not_permitted(refusals.PAYMENT)
        return found

    async def settled(self, payment: str, is_enough: Callable[[Payment], bool]) -> Payment:
        """Wait until a payment has come far enough, but only for a moment; return where it is."""
        with self._changes.follow(payment) as follower:
            found = self._recorder.known(payment) or await self._now(payment)
            try:
                async with asyncio.timeout(self._timing.answer_within_s):
                    while not is_enough(found):
                        found = await follower.next()
            except TimeoutError:
                found = await self._now(payment)  # another process may follow it
            return found

    async def _newer(self, follower: Follower[Payment], than: PaymentRecord) -> PaymentRecord:
        """Wait for a state that is later than one; it may be another process that reaches it."""
        while True:
            try:
                async with asyncio.timeout(self._timing.follow_look_s):
                    payment = await follower.next()
            except TimeoutError:
                payment = await self._now(than.id)
            record = await self.shown(payment)
            if len(record.events) > len(than.events):
                return record

    async def _now(self, payment: str) -> Payment:
        return (await self._journal.payments([payment]))[payment]

    async def _seen(self, actor: Actor, payments: Iterable[Payment]) -> dict[str, PaymentRecord]:
        seen = [it for it in payments if may_see_payment(actor, it)]
        return {record.id: record for record in await self._recorder.shown(seen)}


def may_see_payment(actor: Actor, payment: Payment) -> bool:
    """Whether the payment is one of the actor's stores, or was made online, as for any store."""
    return payment.channel is PaymentChannel.ONLINE or may_see(actor, payment.store)
