"""What a request to start a payment must fulfil before anything is recorded."""

import hashlib
from datetime import datetime

import msgspec

from connectors.sdk.terminal import AmountRule
from gateway.payments import hold_refusals, refusals
from gateway.payments.amounts import AmountRules, not_chargeable, not_money
from gateway.payments.due_log import OrderPart
from gateway.payments.failures import VOIDED
from gateway.payments.journal import (
    KeyTaken,
    NotChargeable,
    NothingDue,
    PartTooLarge,
    Payment,
)
from gateway.payments.leases import ReaderHeld
from gateway.payments.reader_checks import reader_store
from gateway.payments.reader_names import StoreReaders
from gateway.payments.readers import ReaderDirectory
from gateway.payments.states import State
from schema.domain.money import Money
from schema.domain.order import OrderRecord, OrderStatus
from schema.domain.payment import CaptureMethod, UserErrorRecord
from schema.domain.payment_method import PaymentMethodKind
from schema.domain.scope import Actor
from schema.ports.payments import PaymentStart

_KEY_MAX = 255
_NOT_HELD = "Only money that is authorized can be captured."
_GROWING = "More money is being asked for: wait, then capture."
_AS_BEFORE = (None, False, (PaymentMethodKind.CARD,))


def place(
    directory: ReaderDirectory, actor: Actor, request: PaymentStart
) -> StoreReaders | UserErrorRecord:
    """Find the reader's store."""
    return key(request.idempotency_key) or reader_store(directory, actor, request.reader)


def key(text: str) -> UserErrorRecord | None:
    """Why a text is no idempotency key."""
    return None if 0 < len(text) <= _KEY_MAX else refusals.key_invalid()


def amount_due(
    store: StoreReaders, request: PaymentStart, rules: AmountRules
) -> Money | UserErrorRecord:
    """The amount that is given, or that is due on the order as its own system tells.

    A part of an order is checked here as far as it can be; what is due of the order when the
    payment begins is the journal's to say.
    """
    if (request.amount is None) is (request.order is None):
        return refusals.amount_or_order()
    if wrong := _wrong_method(request):
        return wrong
    currency, tip = store.currency, request.tip_eligible
    if tip is not None and (wrong := not_money(tip, currency, refusals.TIP)):
        return wrong
    if request.order is not None:
        return _part(store, request, rules) or _due(store, request.order)
    if request.part is not None:
        return refusals.part_without_order()
    amount = request.amount or Money(0, currency)
    return _payable(amount, currency, rules, refusals.AMOUNT) or amount


def _wrong_method(request: PaymentStart) -> UserErrorRecord | None:
    """Why the money cannot be taken in this way."""
    if not request.methods:
        return hold_refusals.methods_empty()
    is_manual = request.capture is CaptureMethod.MANUAL
    if is_manual and {*request.methods} != {PaymentMethodKind.CARD}:
        return hold_refusals.automatic_capture_required()
    if request.incrementable and not is_manual:
        return hold_refusals.manual_capture_required()
    return None


def _part(store: StoreReaders, request: PaymentStart, rules: AmountRules) -> UserErrorRecord | None:
    if request.part is None:
        return None
    return _payable(request.part, store.currency, rules, refusals.PART)


def _due(store: StoreReaders, order: OrderRecord) -> Money | UserErrorRecord:
    if order.status is OrderStatus.CANCELED:
        return refusals.order_canceled()
    if order.total.currency != store.currency or order.paid.currency != store.currency:
        return refusals.currency_mismatch(store.currency, refusals.ORDER)
    due = order.total - order.paid
    return due if due.minor > 0 else refusals.order_paid()


def wanted(request: PaymentStart, rule: AmountRule | None) -> OrderPart:
    """What a payment wants of its order."""
    read_at = request.order.as_of if request.order else None
    return OrderPart(read_at, request.part, rule)


def not_begun(
    new: Payment,
    outcome: ReaderHeld | KeyTaken | NothingDue | PartTooLarge | NotChargeable,
) -> UserErrorRecord:
    """Why the journal did not record a payment."""
    match outcome:
        case ReaderHeld():
            return refusals.reader_busy(new.reader, outcome)
        case KeyTaken():
            return refusals.key_taken()
        case NothingDue():
            return refusals.order_paid()
        case PartTooLarge(left):
            return refusals.amount_exceeds_due(left, refusals.PART)
        case _:
            return outcome.why


def _payable(
    amount: Money, currency: str, rules: AmountRules, path: tuple[str, ...]
) -> UserErrorRecord | None:
    return not_money(amount, currency, path) or not_chargeable(amount, rules(currency), path)


def part_of(payment: Payment, amount: Money | None) -> UserErrorRecord | None:
    """Why an amount is none of a payment's; None is all there is, and right."""
    if amount is None:
        return None
    return not_money(amount, payment.amount.currency, refusals.AMOUNT)


def why_not_captured(
    payment: Payment, amount: Money | None, now: datetime
) -> UserErrorRecord | None:
    """Why a payment's money cannot be taken now; the same asked again is no mistake."""
    if _is_expired(payment, now):
        return hold_refusals.capture_expired(payment.capture_before or now)
    if payment.state is State.AUTHORIZED:
        held = payment.authorized or payment.amount
        if amount is not None and amount.minor > held.minor:
            return refusals.capture_too_large(held)
        return None
    is_manual = payment.capture_method is CaptureMethod.MANUAL
    if not is_manual or payment.state not in {State.CAPTURING, State.PAID}:
        is_growing = payment.state is State.INCREASING
        return refusals.payment_state(_GROWING if is_growing else _NOT_HELD)
    # What is paid in a single message, as with Interac, is taken whether it was asked for or not.
    taken = payment.captured if payment.state is State.PAID else None
    if amount == payment.capture_amount or (amount is not None and amount == taken):
        return None
    return refusals.payment_state("The payment is captured already, with another amount.")


def _is_expired(payment: Payment, now: datetime) -> bool:
    """Whether a hold has run out, also where the provider has given it up by now."""
    if payment.capture_before is None or now < payment.capture_before:
        return False
    is_given_up = payment.state is State.CANCELED and payment.failure == VOIDED
    return payment.state is State.AUTHORIZED or is_given_up


def why_not_canceled(payment: Payment) -> UserErrorRecord:
    """Why a payment cannot be called off any more."""
    if payment.state is State.PAID:
        return refusals.payment_state("The money is captured: give it back with a refund.")
    if payment.state is State.CAPTURING:
        return refusals.payment_state("The money is being captured: wait, then give it back.")
    return refusals.payment_state("The payment has ended without money: nothing is to cancel.")


def start_hash(request: PaymentStart) -> str:
    """What makes two requests the same. An order is itself, however much is due on it by now."""
    order = request.order.ref if request.order else None
    asked = (request.reader, request.amount, order, request.capture, request.tip_eligible)
    # What was not known yet when a request was recorded must not make it another one now.
    more: tuple[object, ...] = (request.part, request.incrementable, request.methods)
    return _digest(("start", *asked, *(more if more != _AS_BEFORE else ())))


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
        methods=tuple(dict.fromkeys(request.methods)),
        incrementable=request.incrementable,
        created_at=now,
        updated_at=now,
    )
