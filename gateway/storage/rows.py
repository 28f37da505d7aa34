"""Rows to records and back."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError

from gateway.payments.journal import Attempt, Payment, PaymentStep, Refund
from gateway.storage.money_columns import money_fields, money_row
from gateway.storage.statement import Row
from schema.domain.money import Money
from schema.domain.payment import PaymentFailure
from schema.domain.reference import SourceRef

T = TypeVar("T")

_LOOKS = 3


async def decided(look: Callable[[], Awaitable[T]]) -> T:
    """Run a transaction anew when another has got ahead of it, and a constraint has said so."""
    for _ in range(_LOOKS - 1):
        try:
            return await look()
        except IntegrityError:
            continue
    return await look()


def payment_row(payment: Payment) -> dict[str, Any]:
    """A payment's columns."""
    order, failure = payment.order, payment.failure
    return {
        "id": payment.id,
        "idempotency_key": payment.idempotency_key,
        "request_hash": payment.request_hash,
        "actor": payment.actor,
        "store": payment.store,
        "reader": payment.reader,
        "device": payment.device,
        "location": payment.location,
        "account": payment.account,
        "capture_method": payment.capture_method,
        "order_source": order.name if order else None,
        "order_id": order.id if order else None,
        "state": payment.state,
        "ending": payment.ending,
        "failure_code": failure.code if failure else None,
        "failure_message": failure.message if failure else None,
        "intent": payment.intent,
        "version": payment.version,
        "fence": payment.fence,
        "deadline": payment.deadline,
        "refused": payment.refused,
        **money_row(payment),
        "channel": payment.channel,
        "method": payment.method,
        "created_at": payment.created_at,
        "updated_at": payment.updated_at,
    }


def payment_of(row: Row) -> Payment:
    """The payment of a row."""
    return Payment(
        id=row["id"],
        idempotency_key=row["idempotency_key"],
        request_hash=row["request_hash"],
        actor=row["actor"],
        store=row["store"],
        reader=row["reader"],
        device=row["device"],
        location=row["location"],
        account=row["account"],
        capture_method=row["capture_method"],
        order=SourceRef(row["order_source"], row["order_id"]) if row["order_source"] else None,
        state=row["state"],
        ending=row["ending"],
        failure=_failure_of(row),
        intent=row["intent"],
        version=row["version"],
        fence=row["fence"],
        deadline=row["deadline"],
        refused=row["refused"],
        **money_fields(row),
        channel=row["channel"],
        method=row["method"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def step_of(row: Row) -> PaymentStep:
    """The step of a row."""
    return PaymentStep(row["payment"], row["number"], row["at"], row["state"], row["note"])


def step_row(step: PaymentStep) -> dict[str, Any]:
    """A step's columns."""
    return {
        "payment": step.payment,
        "number": step.number,
        "at": step.at,
        "state": step.state,
        "note": step.note,
    }


def attempt_row(attempt: Attempt) -> dict[str, Any]:
    """An attempt's columns."""
    return {
        "key": attempt.key,
        "payment": attempt.payment,
        "step": attempt.step,
        "number": attempt.number,
        "sent_at": attempt.sent_at,
        "outcome": attempt.outcome,
    }


def attempt_of(row: Row) -> Attempt:
    """The attempt of a row."""
    return Attempt(
        row["payment"], row["step"], row["number"], row["key"], row["sent_at"], row["outcome"]
    )


def refund_row(refund: Refund) -> dict[str, Any]:
    """A refund's columns."""
    failure = refund.failure
    return {
        "id": refund.id,
        "payment": refund.payment,
        "idempotency_key": refund.idempotency_key,
        "request_hash": refund.request_hash,
        "actor": refund.actor,
        "currency": refund.amount.currency,
        "amount": refund.amount.minor,
        "state": refund.state,
        "provider_id": refund.provider_id,
        "reason": refund.reason,
        "failure_code": failure.code if failure else None,
        "failure_message": failure.message if failure else None,
        "store": refund.store,
        "reader": refund.reader,
        "device": refund.device,
        "created_at": refund.created_at,
        "updated_at": refund.updated_at,
    }


def refund_of(row: Row) -> Refund:
    """The refund of a row."""
    return Refund(
        id=row["id"],
        payment=row["payment"],
        idempotency_key=row["idempotency_key"],
        request_hash=row["request_hash"],
        actor=row["actor"],
        amount=Money(row["amount"], row["currency"]),
        state=row["state"],
        provider_id=row["provider_id"],
        reason=row["reason"],
        failure=_failure_of(row),
        store=row["store"],
        reader=row["reader"],
        device=row["device"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _failure_of(row: Row) -> PaymentFailure | None:
    code = row["failure_code"]
    return PaymentFailure(code, row["failure_message"]) if code else None
