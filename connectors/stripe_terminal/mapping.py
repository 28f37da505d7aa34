"""Stripe's objects to ours. Pure: no I/O, no clock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct, field

from connectors.sdk.reading import drift, one_of, read
from connectors.sdk.terminal import (
    ActionStatus,
    IntentState,
    IntentStatus,
    ProviderRefund,
    ReaderAction,
    ReaderState,
)
from connectors.stripe_terminal.receipt_mapping import card_facts
from schema.domain.money import Money
from schema.domain.payment import PaymentFailure, RefundReason, RefundState
from schema.domain.reader import ReaderStatus

PAYMENT = "tillgraph_payment"
"""Under which an intent carries our payment's id."""

REFUND = "tillgraph_refund"
"""Under which a refund carries our refund's id."""

# Of a reader's many kinds of action, these are about one intent.
_PAYING = ("process_payment_intent", "collect_payment_method", "confirm_payment_intent")
_REFUNDING = "refund_payment"

_INTENT_STATUS = {status.value: status for status in IntentStatus}
_ACTION_STATUS = {status.value: status for status in ActionStatus}
_READER_STATUS: dict[Any, ReaderStatus] = {
    "online": ReaderStatus.ONLINE,
    "offline": ReaderStatus.OFFLINE,
    None: ReaderStatus.UNKNOWN,
}
# Others, such as `expired_uncaptured_charge`, are Stripe's own business.
_REFUND_REASON = {reason.value: reason for reason in RefundReason}
_REFUND_STATE: dict[Any, RefundState] = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
    None: RefundState.UNKNOWN,
}


class _Tip(Struct):
    amount: int | None = None


class _AmountDetails(Struct):
    tip: _Tip | None = None


class _Charge(Struct):
    amount: int
    amount_captured: int
    amount_refunded: int
    id: str | None = None
    payment_method_details: dict[str, Any] | None = None


class _ApiError(Struct):
    type: str | None = None
    code: str | None = None
    message: str | None = None


class _Intent(Struct):
    object: Literal["payment_intent"]
    id: str
    status: str
    amount: int
    amount_capturable: int
    amount_received: int
    currency: str
    payment_method_types: list[str]
    amount_details: _AmountDetails | None = None
    latest_charge: _Charge | None = None
    last_payment_error: _ApiError | None = None
    created: int | None = None
    metadata: dict[str, str] = field(default_factory=dict)


class _Action(Struct):
    type: str
    status: str
    failure_code: str | None = None
    failure_message: str | None = None


class _Reader(Struct):
    object: Literal["terminal.reader"]
    id: str
    label: str | None = None
    status: str | None = None
    device_type: str | None = None
    serial_number: str | None = None
    last_seen_at: int | None = None


class _Refund(Struct):
    object: Literal["refund"]
    id: str
    amount: int
    currency: str
    status: str | None = None
    failure_reason: str | None = None
    reason: str | None = None
    created: int | None = None
    metadata: dict[str, str] | None = None


def intent_state(content: Mapping[str, Any]) -> IntentState:
    """Read a PaymentIntent whose `latest_charge` is expanded.

    Stripe's amounts are in the currency's smallest unit already, as ours are.
    """
    intent = read(_Intent, content, where="payment_intent")
    currency = intent.currency.upper()
    charge = intent.latest_charge
    facts = card_facts(charge.payment_method_details if charge else None)
    tip = intent.amount_details.tip if intent.amount_details else None
    error = intent.last_payment_error
    return IntentState(
        id=intent.id,
        status=one_of(_INTENT_STATUS, intent.status, field="payment_intent.status"),
        amount=Money(intent.amount, currency),
        capturable=Money(intent.amount_capturable, currency),
        received=Money(intent.amount_received, currency),
        refunded=Money(_given_back(charge) if charge else 0, currency),
        failure=_failure(error.code or error.type, error.message) if error else None,
        capture_before=facts.capture_before,
        reference=intent.metadata.get(PAYMENT),
        method=facts.kind,
        created_at=_created(intent.created, field="payment_intent.created"),
        metadata=intent.metadata,
        tip=Money(tip.amount, currency) if tip and tip.amount is not None else None,
        receipt=facts.receipt,
        is_increasable=facts.is_increasable,
        charge=charge.id if charge else None,
    )


def reader_state(content: Mapping[str, Any]) -> ReaderState:
    """Read a Terminal reader. `last_seen_at` is in milliseconds, unlike Stripe's other times."""
    reader = read(_Reader, content, where="reader")
    seen = reader.last_seen_at
    return ReaderState(
        id=reader.id,
        label=reader.label or "",
        location=_id_of(content.get("location"), field="reader.location"),
        status=one_of(_READER_STATUS, reader.status, field="reader.status"),
        device_type=reader.device_type,
        serial_number=reader.serial_number,
        last_seen_at=_moment(seen / 1000, field="reader.last_seen_at") if seen else None,
        action=_reader_action(content.get("action")),
    )


def refund_state(content: Mapping[str, Any]) -> ProviderRefund:
    """Read a refund."""
    refund = read(_Refund, content, where="refund")
    failed = refund.failure_reason
    return ProviderRefund(
        id=refund.id,
        state=one_of(_REFUND_STATE, refund.status, field="refund.status"),
        amount=Money(refund.amount, refund.currency.upper()),
        failure=_failure(failed, None) if failed else None,
        reference=(refund.metadata or {}).get(REFUND),
        reason=_REFUND_REASON.get(refund.reason or ""),
        created_at=_created(refund.created, field="refund.created"),
    )


def _reader_action(content: Any) -> ReaderAction | None:
    if content is None:
        return None
    action = read(_Action, content, where="reader.action")
    status = one_of(_ACTION_STATUS, action.status, field="reader.action.status")
    is_refund = action.type == _REFUNDING
    return ReaderAction(
        kind=action.type,
        status=status,
        intent=_paid_intent(action.type, content) if action.type in _PAYING else None,
        failure=_failure(action.failure_code, action.failure_message)
        if status is ActionStatus.FAILED
        else None,
        refund_of=_paid_intent(action.type, content) if is_refund else None,
        reference=_noted(content.get(_REFUNDING)) if is_refund else None,
    )


def _noted(refund: Any) -> str | None:
    """Our refund's id, which a reader's action carries."""
    metadata = refund.get("metadata") if isinstance(refund, Mapping) else None
    found = metadata.get(REFUND) if isinstance(metadata, Mapping) else None
    return found if isinstance(found, str) else None


def _paid_intent(kind: str, action: Mapping[str, Any]) -> str | None:
    field = f"reader.action.{kind}"
    about = read(dict[str, Any], action.get(kind) or {}, where=field)
    return _id_of(about.get("payment_intent"), field=f"{field}.payment_intent")


def _id_of(value: Any, *, field: str) -> str | None:
    """An id, given alone or as the expanded object."""
    found = value.get("id") if isinstance(value, Mapping) else value
    if found is None or isinstance(found, str):
        return found
    raise drift(field, "expected an id")


def _given_back(charge: _Charge) -> int:
    """What was given back of the money taken.

    Stripe counts as refunded also what was held and never taken: after a capture of 300 of 500
    it says 200, and after a cancellation 500.
    """
    return max(0, charge.amount_refunded - (charge.amount - charge.amount_captured))


def _created(seconds: int | None, *, field: str) -> datetime | None:
    return _moment(seconds, field=field) if seconds is not None else None


def _failure(code: str | None, message: str | None) -> PaymentFailure:
    return PaymentFailure(code or "unknown", message or "The payment provider gives no reason.")


def _moment(seconds: float, *, field: str) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise drift(field, "expected a time") from None
