"""Payments and refunds for the journal."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from gateway.payments.journal import Journal, Payment, Refund
from gateway.payments.states import State
from schema.domain.money import Money
from schema.domain.payment import CaptureMethod, RefundState
from schema.domain.reference import SourceRef

NOW = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC)
ORDER = SourceRef("pos", "77")


def yen(minor: int) -> Money:
    """Some yen."""
    return Money(minor, "JPY")


def a_payment(number: int = 1, **fields: Any) -> Payment:
    """A payment of 1,000 yen, each on its own reader."""
    values: dict[str, Any] = {
        "id": f"pay_{number}",
        "idempotency_key": f"k{number}",
        "request_hash": "hash",
        "actor": "till-1",
        "store": "ginza",
        "reader": "Front counter",
        "device": f"tmr_{number}",
        "amount": yen(1000),
        "captured": yen(0),
        "refunded": yen(0),
        "capture_method": CaptureMethod.AUTOMATIC,
        "created_at": NOW + timedelta(seconds=number),
        "updated_at": NOW + timedelta(seconds=number),
    }
    return Payment(**(values | fields))


def a_refund(number: int = 1, minor: int = 300, **fields: Any) -> Refund:
    """A refund of the first payment."""
    values: dict[str, Any] = {
        "id": f"ref_{number}",
        "payment": "pay_1",
        "idempotency_key": f"r{number}",
        "request_hash": "hash",
        "actor": "till-1",
        "amount": yen(minor),
        "state": RefundState.PENDING,
        "created_at": NOW + timedelta(seconds=number),
        "updated_at": NOW + timedelta(seconds=number),
    }
    return Refund(**(values | fields))


async def begun(journal: Journal, number: int = 1, **fields: Any) -> Payment:
    """A payment that has begun."""
    claimant = fields.pop("claimant", None)
    payment = await journal.begin(a_payment(number, **fields), claimant=claimant)
    assert isinstance(payment, Payment), payment

    return payment


async def moved(journal: Journal, payment: Payment, state: State, **fields: Any) -> Payment:
    """A payment that has taken a step."""
    reached = replace(
        payment,
        state=state,
        version=payment.version + 1,
        updated_at=payment.updated_at + timedelta(seconds=1),
        **fields,
    )
    await journal.advance(payment, reached, f"to {state.name}")
    return reached


async def paid(journal: Journal, number: int = 1, **fields: Any) -> Payment:
    """A payment of which 1,000 yen were taken."""
    captured = fields.pop("captured", yen(1000))
    return await moved(
        journal,
        await begun(journal, number, **fields),
        State.PAID,
        captured=captured,
        intent=f"pi_{number}",
    )
