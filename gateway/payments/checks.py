"""What a request to start a payment must fulfil before anything is recorded."""

import hashlib
from datetime import datetime

import msgspec

from gateway.payments import refusals
from gateway.payments.journal import Payment, Refund
from gateway.payments.readers import ReaderDirectory, StoreReaders, may_see
from gateway.payments.states import State
from schema.domain.money import Money
from schema.domain.order import OrderRecord, OrderStatus
from schema.domain.payment import CaptureMethod, RefundState, UserErrorRecord
from schema.domain.scope import Actor
from schema.ports.payments import PaymentStart

_KEY_MAX = 255
# More than any reader takes, and far below what a database's integers hold.
_MINOR_MAX = 10**12


def place(
    directory: ReaderDirectory, actor: Actor, request: PaymentStart
) -> StoreReaders | UserErrorRecord:
    """Find the reader's store."""
    code, name = request.reader.store, request.reader.name
    if wrong := key(request.idempotency_key):
        return wrong
    store = directory.store(code)
    if store is None:
        return refusals.store_unknown(directory.stores_of(actor))
    if not may_see(actor, code):
        return refusals.not_permitted(("input", "reader", "store"))
    if name not in store.readers:
        return refusals.reader_unknown(code, directory.names(code))
    return store


def key(text: str) -> UserErrorRecord | None:
    """Why a text is no idempotency key."""
    return None if 0 < len(text) <= _KEY_MAX else refusals.key_invalid()


def amount_due(store: StoreReaders, request: PaymentStart) -> Money | UserErrorRecord:
    """The amount that is given, or that is due on the order as its own system tells."""
    if (request.amount is None) is (request.order is None):
        return refusals.amount_or_order()
    tip = request.tip_eligible
    if tip is not None and (wrong := _wrong(tip, store.currency, refusals.TIP)):
        return wrong
    if request.order is not None:
        return _due(store, request.order)
    amount = request.amount or Money(0, store.currency)
    return _wrong(amount, store.currency, refusals.AMOUNT) or amount


def _due(store: StoreReaders, order: OrderRecord) -> Money | UserErrorRecord:
    if order.status is OrderStatus.CANCELED:
        return refusals.order_canceled()
    if order.total.currency != store.currency or order.paid.currency != store.currency:
        return refusals.currency_mismatch(store.currency, refusals.ORDER)
    due = order.total - order.paid
    return due if due.minor > 0 else refusals.order_paid()


def _wrong(amount: Money, currency: str, path: tuple[str, ...]) -> UserErrorRecord | None:
    if amount.currency != currency:
        return refusals.currency_mismatch(currency, path)
    return None if 0 < amount.minor <= _MINOR_MAX else refusals.amount_invalid(path)


def part_of(payment: Payment, amount: Money | None) -> UserErrorRecord | None:
    """Why an amount is none of a payment's; None is all there is, and right."""
    if amount is None:
        return None
    return _wrong(amount, payment.amount.currency, refusals.AMOUNT)


def why_not_captured(payment: Payment, amount: Money | None) -> UserErrorRecord | None:
    """Why a payment's money cannot be taken now; the same asked again is no mistake."""
    if payment.state is State.AUTHORIZED:
        held = payment.authorized or payment.amount
        if amount is not None and amount.minor > held.minor:
            return refusals.capture_too_large(held)
        return None
    is_manual = payment.capture_method is CaptureMethod.MANUAL
    if is_manual and payment.state in {State.CAPTURING, State.PAID}:
        if payment.capture_amount == amount:
            return None
        return refusals.payment_state("The payment is captured already, with another amount.")
    return refusals.payment_state("Only money that is authorized can be captured.")


def why_not_canceled(payment: Payment) -> UserErrorRecord:
    """Why a payment cannot be called off any more."""
    if payment.state is State.PAID:
        return refusals.payment_state("The money is captured: give it back with a refund.")
    if payment.state is State.CAPTURING:
        return refusals.payment_state("The money is being captured: wait, then give it back.")
    return refusals.payment_state("The payment has ended without money: nothing is to cancel.")


def refundable(payment: Payment, amount: Money | None) -> UserErrorRecord | None:
    """Why nothing of a payment can be given back."""
    if payment.state is not State.PAID:
        return refusals.payment_state("Only money that was captured can be given back.")
    return part_of(payment, amount)


def start_hash(request: PaymentStart) -> str:
    """What makes two requests the same. An order is itself, however much is due on it by now."""
    order = request.order.ref if request.order else None
    asked = (request.reader, request.amount, order, request.capture, request.tip_eligible)
    return _digest(("start", *asked))


def refund_hash(payment: str, amount: Money | None) -> str:
    """What makes two requests for a refund the same."""
    return _digest(("refund", payment, amount))


def _digest(asked: tuple[object, ...]) -> str:
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()


def new_payment(
    name: str,
    now: datetime,
    actor: Actor,
    *,
    store: StoreReaders,
    request: PaymentStart,
    amount: Money,
) -> Payment:
    """The payment as it is recorded first."""
    nothing = Money(0, amount.currency)
    return Payment(
        id=name,
        idempotency_key=request.idempotency_key,
        request_hash=start_hash(request),
        actor=actor.name,
        store=store.store,
        reader=request.reader.name,
        device=store.readers[request.reader.name],
        location=store.location,
        account=store.account,
        amount=amount,
        captured=nothing,
        refunded=nothing,
        capture_method=request.capture,
        tip_eligible=request.tip_eligible,
        order=request.order.ref if request.order else None,
        created_at=now,
        updated_at=now,
    )


def new_refund(
    name: str, now: datetime, actor: Actor, *, payment: Payment, amount: Money | None, key: str
) -> Refund:
    """The refund as it is recorded first; None stands for all that is left."""
    return Refund(
        id=name,
        payment=payment.id,
        idempotency_key=key,
        request_hash=refund_hash(payment.id, amount),
        actor=actor.name,
        amount=amount or payment.captured,
        state=RefundState.PENDING,
        created_at=now,
        updated_at=now,
    )
