"""What is said to those who want money held, or more of it, in a way that cannot be."""

from datetime import datetime

from gateway.payments import refusals
from schema.domain.money import Money
from schema.domain.payment import UserErrorRecord

INCREMENTABLE = ("input", "incrementable")


def methods_empty() -> UserErrorRecord:
    """Nothing that the customer could pay with."""
    return UserErrorRecord(
        "METHODS_EMPTY",
        "Name one method at least, or leave the methods out for cards.",
        refusals.METHODS,
    )


def manual_capture_required() -> UserErrorRecord:
    """Only money that is held can be increased."""
    return UserErrorRecord(
        "MANUAL_CAPTURE_REQUIRED",
        "Only a hold can grow: use captureMethod MANUAL, or leave incrementable out.",
        INCREMENTABLE,
    )


def automatic_capture_required() -> UserErrorRecord:
    """What a telephone pays is taken at once."""
    return UserErrorRecord(
        "AUTOMATIC_CAPTURE_REQUIRED",
        "What is paid by a QR code is taken at once: use captureMethod AUTOMATIC, or cards alone.",
        refusals.METHODS,
    )


def capture_expired(until: datetime) -> UserErrorRecord:
    """The hold has run out."""
    return UserErrorRecord(
        "CAPTURE_EXPIRED",
        f"The money was held until {until:%Y-%m-%d %H:%M:%S} UTC: start a new payment.",
        refusals.PAYMENT,
    )


def increase_unsupported(sentence: str) -> UserErrorRecord:
    """The hold cannot grow; the sentence says why."""
    return UserErrorRecord("INCREASE_UNSUPPORTED", sentence, refusals.PAYMENT)


def increase_too_small(amount: Money) -> UserErrorRecord:
    """It is no more than what is held."""
    return UserErrorRecord(
        "INCREASE_TOO_SMALL",
        f"Give the whole amount, more than the {amount.amount} {amount.currency} that are held.",
        refusals.AMOUNT,
    )


def increase_limit(most: int) -> UserErrorRecord:
    """The networks count how often a hold is asked to grow."""
    return UserErrorRecord(
        "INCREASE_LIMIT",
        f"The hold has been asked to grow {most} times: start another payment for the rest.",
        refusals.PAYMENT,
    )
