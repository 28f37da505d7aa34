"""A payment's columns that are about its money, and back."""

from typing import Any

import msgspec

from gateway.payments.journal import Payment
from gateway.storage.statement import Row
from schema.domain.money import Money
from schema.domain.payment_method import PaymentMethodKind
from schema.domain.receipt import PaymentReceiptRecord


def money_row(payment: Payment) -> dict[str, Any]:
    """The columns."""
    receipt = payment.receipt
    return {
        "amount": payment.amount.minor,
        "currency": payment.amount.currency,
        "tip_eligible": minor(payment.tip_eligible),
        "authorized": minor(payment.authorized),
        "capture_amount": minor(payment.capture_amount),
        "captured": payment.captured.minor,
        "refunded": payment.refunded.minor,
        "tip": minor(payment.tip),
        "increase_to": minor(payment.increase_to),
        "incrementable": payment.incrementable,
        "increasable": payment.increasable,
        "capture_before": payment.capture_before,
        "methods": " ".join(it.value for it in payment.methods),
        "receipt": msgspec.json.encode(receipt).decode() if receipt else None,
    }


def money_fields(row: Row) -> dict[str, Any]:
    """The fields of a row's payment."""
    currency, receipt = row["currency"], row["receipt"]
    return {
        "amount": Money(row["amount"], currency),
        "tip_eligible": money(row["tip_eligible"], currency),
        "authorized": money(row["authorized"], currency),
        "capture_amount": money(row["capture_amount"], currency),
        "captured": Money(row["captured"], currency),
        "refunded": Money(row["refunded"], currency),
        "tip": money(row["tip"], currency),
        "increase_to": money(row["increase_to"], currency),
        "incrementable": row["incrementable"],
        "increasable": row["increasable"],
        "capture_before": row["capture_before"],
        "methods": tuple(PaymentMethodKind(it) for it in row["methods"].split()),
        "receipt": msgspec.json.decode(receipt, type=PaymentReceiptRecord) if receipt else None,
    }


def minor(money: Money | None) -> int | None:
    """An amount's column."""
    return money.minor if money is not None else None


def money(minor: int | None, currency: str) -> Money | None:
    """The amount of a column."""
    return Money(minor, currency) if minor is not None else None
