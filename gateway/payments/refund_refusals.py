"""What is said to those whose refund did not begin. Each says what to do next."""

from gateway.payments.failures import REFUSED_AT_START
from gateway.payments.journal import Refund
from schema.domain.payment import PaymentFailure, RefundState, UserErrorRecord

_READER = ("input", "reader")


def reader_needed() -> UserErrorRecord:
    """The money goes back only to the card itself, shown to a reader."""
    return UserErrorRecord(
        "REFUND_NEEDS_READER",
        "This card takes money back only at a reader: name one, and have the card shown there.",
        _READER,
    )


def reader_not_needed() -> UserErrorRecord:
    """The money goes back without the card."""
    return UserErrorRecord(
        "REFUND_NEEDS_NO_READER",
        "The money goes back to this card by itself: leave the reader out.",
        _READER,
    )


def refused_at_start(refund: Refund) -> UserErrorRecord | None:
    """Why a refund ended before its card could be shown; None when it did not."""
    failure = refund.failure
    if refund.state is not RefundState.FAILED or refund.device is None or failure is None:
        return None
    return refused(failure) if failure.code in REFUSED_AT_START else None


def refused(failure: PaymentFailure) -> UserErrorRecord:
    """What a failure that leaves nothing behind is for the person who asked."""
    code = REFUSED_AT_START.get(failure.code, failure.code.upper())
    return UserErrorRecord(code, f"{failure.message} Use a new idempotencyKey then.", _READER)
