"""What is asked for money to be given back: checked, and recorded."""

import hashlib
from collections.abc import Callable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from connectors.sdk.terminal import INTERAC, ActionStatus, ReaderState
from gateway.payments import checks, refund_refusals, refusals
from gateway.payments.clock import Names
from gateway.payments.course import Desk
from gateway.payments.failures import READER_BUSY, READER_WRONG_LOCATION, failure_of
from gateway.payments.journal import KeyTaken, Payment, Refund, TooLarge
from gateway.payments.leases import ReaderHeld
from gateway.payments.reader_checks import reader_store
from gateway.payments.reader_names import StoreReaders
from gateway.payments.readers import ReaderDirectory
from gateway.payments.reads import PaymentReads
from gateway.payments.refunds import Refunds
from gateway.payments.states import State
from schema.domain.errors import SourceError
from schema.domain.payment import RefundState, UserErrorRecord
from schema.domain.scope import Actor
from schema.ports.payments import RefundStart

_DISPLAY = "set_reader_display"  # stays in progress for ever, and may be replaced


class RefundRequests:
    """Begins refunds. What they come to is `Refunds`' business."""

    def __init__(
        self,
        desk: Desk,
        reads: PaymentReads,
        refunds: Refunds,
        directory: ReaderDirectory,
        *,
        names: Names,
        claimant: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._desk = desk
        self._reads = reads
        self._refunds = refunds
        self._directory = directory
        self._names = names
        self._claimant = claimant

    async def begun(self, actor: Actor, request: RefundStart) -> Refund | UserErrorRecord:
        """Find the refund that the key has begun, or begin it."""
        payment = await self._reads.own(actor, request.payment)
        if isinstance(payment, UserErrorRecord):
            return payment
        if refusal := _refused(payment, request):
            return refusal
        known = await self._desk.journal.refund_by_key(request.idempotency_key)
        if known is not None:
            return known if known.request_hash == _hash(request) else refusals.key_taken()
        place = await self._place(actor, payment, request)
        if isinstance(place, UserErrorRecord):
            return place
        name, now = self._names.refund(), self._desk.clock.now()
        return await self._begin(
            replace(_new(name, now, actor, payment, request), **place), request
        )

    async def _begin(self, new: Refund, request: RefundStart) -> Refund | UserErrorRecord:
        begun = await self._desk.journal.begin_refund(
            new, whole=request.amount is None, claimant=self._claimant()
        )
        if isinstance(begun, KeyTaken):
            return refusals.key_taken()
        if isinstance(begun, TooLarge):
            return refusals.refund_too_large(begun.left)
        if isinstance(begun, ReaderHeld):
            return refusals.reader_busy(new.reader or "", begun)
        if begun.id == new.id:
            self._refunds.begin(begun, is_new=True)
        return begun

    async def _place(
        self, actor: Actor, payment: Payment, request: RefundStart
    ) -> dict[str, str] | UserErrorRecord:
        """The fields that name the reader; none where no reader is needed."""
        if request.reader is None:
            needs_reader = payment.method == INTERAC
            return refund_refusals.reader_needed() if needs_reader else {}
        store = reader_store(self._directory, actor, request.reader)
        if isinstance(store, UserErrorRecord):
            return store
        device = store.readers[request.reader.name]
        try:
            refusal = await self._unfit(payment, store, device)
        except SourceError as error:
            return refund_refusals.refused(failure_of(error))
        place = {"store": store.store, "reader": request.reader.name, "device": device}
        return refusal or place

    async def _unfit(
        self, payment: Payment, store: StoreReaders, device: str
    ) -> UserErrorRecord | None:
        """Why the card cannot be asked for at a reader, which is only read.

        Its `status` is no reason: the provider itself says not to go by it.
        """
        method = payment.method or (await self._desk.provider.intent(payment)).method
        if method != INTERAC:
            return refund_refusals.reader_not_needed()
        reader = await self._desk.provider.device(device, store.account)
        is_elsewhere = store.location is not None and reader.location != store.location
        if is_elsewhere or store.account != payment.account:
            return refund_refusals.refused(READER_WRONG_LOCATION)
        return refund_refusals.refused(READER_BUSY) if _is_busy(reader) else None


def _is_busy(reader: ReaderState) -> bool:
    """Whether somebody is at work there, whom the provider would replace without an error."""
    action = reader.action
    is_at_work = action is not None and action.status is ActionStatus.IN_PROGRESS
    return is_at_work and action is not None and action.kind != _DISPLAY


def _refused(payment: Payment, request: RefundStart) -> UserErrorRecord | None:
    if payment.state is not State.PAID:
        return refusals.payment_state("Only money that was captured can be given back.")
    return checks.part_of(payment, request.amount) or checks.key(request.idempotency_key)


def _new(name: str, now: datetime, actor: Actor, payment: Payment, request: RefundStart) -> Refund:
    """The refund as it is recorded first; no amount stands for all that is left."""
    return Refund(
        id=name,
        payment=payment.id,
        idempotency_key=request.idempotency_key,
        request_hash=_hash(request),
        actor=actor.name,
        amount=request.amount or payment.captured,
        state=RefundState.PENDING,
        created_at=now,
        updated_at=now,
        reason=request.reason,
    )


def _hash(request: RefundStart) -> str:
    """What makes two requests for a refund the same."""
    asked: tuple[object, ...] = ("refund", request.payment, request.amount)
    # What was not known yet when a request was recorded must not make it another one now.
    asked += tuple(it for it in (request.reason, request.reader) if it is not None)
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()
