"""Payments that were made online are taken into the journal, so that a store can refund them."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from msgspec import Struct

from connectors.sdk.terminal import IntentState, IntentStatus
from gateway.payments.clock import Names
from gateway.payments.course import Desk
from gateway.payments.journal import Payment, StaleError
from gateway.payments.refunds import Refunds
from gateway.payments.states import Event, State
from schema.domain.errors import NotFound, SourceError
from schema.domain.payment import AT_PROVIDER, CaptureMethod, PaymentChannel
from schema.domain.reference import SourceRef

log = logging.getLogger(__name__)

FindOrder = Callable[[str], Awaitable[SourceRef | None]]
"""Finds an order by its number. Raises `SourceError` where its system does not answer."""


class OnlineOrders(Struct, frozen=True):
    """How online payments tell their order: `key` names what of their metadata is its number."""

    key: str
    find: FindOrder


class Adoption:
    """Takes in intents that are at the provider and not in the journal.

    Only money that was taken, of a card that no reader has seen, and that is none of ours. Anything
    else is left: what waits may still be given up, and what a reader took without us is a matter
    for the books. Concurrency: any number of callers and processes; each intent is taken in once.
    """

    def __init__(
        self, desk: Desk, refunds: Refunds, names: Names, orders: OnlineOrders | None
    ) -> None:
        self._desk = desk
        self._refunds = refunds
        self._names = names
        self.orders = orders

    async def adopt(self, intent: str, account: str | None) -> Payment | None:
        """Read an intent, and take it in. See `take_in`.

        Raises:
            SourceError: The provider does not answer.
        """
        try:
            state = await self._desk.provider.stranger(intent, account)
        except NotFound:
            return None
        return await self.take_in(state, account)

    async def take_in(self, intent: IntentState, account: str | None) -> Payment | None:
        """Record a payment that was made online, as the provider tells it; return it.

        One that is on record already is counted anew, and gets its order if that could not be found
        before. None: it is not for us, or not ours to take in.
        """
        known = await self._desk.journal.by_intent(intent.id)
        if known is None:
            if not _is_for_us(intent):
                return None
            new = await self._new(intent, account)
            known = await self._desk.journal.keep_online(new, "found at the provider")
        elif known.channel is PaymentChannel.ONLINE and known.order is None:
            await self._link(known, intent)
        if known.channel is not PaymentChannel.ONLINE:
            return None
        await self._refunds.count_anew(known.id)
        return (await self._desk.journal.payments([known.id]))[known.id]

    async def _link(self, payment: Payment, intent: IntentState) -> None:
        order = await self._order(intent)
        if order is not None:
            with suppress(StaleError):  # the next one who comes will do it
                await self._desk.recorder.take(
                    payment, Event.MONEY_READ, "its order was found", order=order
                )

    async def _new(self, intent: IntentState, account: str | None) -> Payment:
        name, now = self._names.payment(), self._desk.clock.now()
        return Payment(
            id=name,
            idempotency_key=name,
            request_hash="",
            actor=AT_PROVIDER,
            store="",
            reader="",
            device="",
            account=account,
            amount=intent.amount,
            captured=intent.received,
            refunded=intent.refunded,
            capture_method=CaptureMethod.AUTOMATIC,
            order=await self._order(intent),
            state=State.PAID,
            intent=intent.id,
            channel=PaymentChannel.ONLINE,
            method=intent.method,
            created_at=intent.created_at or now,
            updated_at=now,
        )

    async def _order(self, intent: IntentState) -> SourceRef | None:
        """The order that the payment names, where its system tells now which that is."""
        number = intent.metadata.get(self.orders.key, "").strip() if self.orders else ""
        if not number or self.orders is None:
            return None
        try:
            return await self.orders.find(number)
        except SourceError as error:
            log.warning("an online payment waits for its order", extra={"code": error.code})
            return None


def _is_for_us(intent: IntentState) -> bool:
    is_taken = intent.status is IntentStatus.SUCCEEDED and intent.received.minor > 0
    is_online = intent.method is not None and not intent.was_at_reader
    return is_taken and is_online and intent.reference is None
