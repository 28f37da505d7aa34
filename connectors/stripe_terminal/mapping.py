"""Stripe's objects to ours. Pure: no I/O, no clock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct

from connectors.sdk.reading import drift, one_of, read
from connectors.sdk.terminal import (
    ActionStatus,
    IntentState,
    IntentStatus,
    ProviderRefund,
    ReaderAction,
    ReaderState,
)
from schema.domain.money import Money
from schema.domain.payment import PaymentFailure, RefundState
from schema.domain.reader import ReaderStatus

# Of a reader's many kinds of action, these are about one intent.
_PAYING = ("process_payment_intent", "collect_payment_method", "confirm_payment_intent")

_INTENT_STATUS = {status.value: status for status in IntentStatus}
_ACTION_STATUS = {status.value: status for status in ActionStatus}
_READER_STATUS: dict[Any, ReaderStatus] = {
    "online": ReaderStatus.ONLINE,
    "offline": ReaderStatus.OFFLINE,
    None: ReaderStatus.UNKNOWN,
}
_REFUND_STATE: dict[Any, RefundState] = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
    None: RefundState.UNKNOWN,
}


class _CardPresent(Struct):
    capture_before: int | None = None


class _MethodDetails(Struct):
    card_present: _CardPresent | None = None


class _Charge(Struct):
    amount: int
    amount_captured: int
    amount_refunded: int
    payment_method_details: _MethodDetails | None = None


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
    latest_charge: _Charge | None = None
    last_payment_error: _ApiError | None = None


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
    last_seen_at: int | None = None


class _Refund(Struct):
    object: Literal["refund"]
    id: str
    amount: int
    currency: str
    status: str | None = None
    failure_reason: str | None = None


def intent_state(content: Mapping[str, Any]) -> IntentState:
    """Read a PaymentIntent whose `latest_charge` is expanded.

    Stripe's amounts are in the currency's smallest unit already, as ours are.
    """
    intent = read(_Intent, content, where="payment_intent")
    currency = intent.currency.upper()
    charge = intent.latest_charge
    error = intent.last_payment_error
    return IntentState(
        id=intent.id,
        status=one_of(_INTENT_STATUS, intent.status, field="payment_intent.status"),
        amount=Money(intent.amount, currency),
        capturable=Money(intent.amount_capturable, currency),
        received=Money(intent.amount_received, currency),
        refunded=Money(_given_back(charge) if charge else 0, currency),
        failure=_failure(error.code or error.type, error.message) if error else None,
        capture_before=_capture_before(charge),
    )


def takes_card_present(content: Mapping[str, Any]) -> bool:
    """Whether the intent can be paid on a reader: types asked for are filtered without an error."""
    return "card_present" in read(_Intent, content, where="payment_intent").payment_method_types


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
    )


def _reader_action(content: Any) -> ReaderAction | None:
    if content is None:
        return None
    action = read(_Action, content, where="reader.action")
    status = one_of(_ACTION_STATUS, action.status, field="reader.action.status")
    return ReaderAction(
        kind=action.type,
        status=status,
        intent=_paid_intent(action.type, content) if action.type in _PAYING else None,
        failure=_failure(action.failure_code, action.failure_message)
        if status is ActionStatus.FAILED
        else None,
    )


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


def _capture_before(charge: _Charge | None) -> datetime | None:
    details = charge.payment_method_details if charge else None
    card = details.card_present if details else None
    if card is None or card.capture_before is None:
        return None
    return _moment(card.capture_before, field="charge.capture_before")


def _failure(code: str | None, message: str | None) -> PaymentFailure:
    return PaymentFailure(code or "unknown", message or "The payment provider gives no reason.")


def _moment(seconds: float, *, field: str) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise drift(field, "expected a time") from None
