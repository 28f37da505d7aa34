"""What goes wrong at the provider during a load, each with its share."""

from collections.abc import Iterator
from typing import Any

# Of the calls of each kind. A payment makes two to four calls that write: about one in ten meets
# one of these, or a card that is declined.
_SHARES: tuple[tuple[str, str, float], ...] = (
    ("create_payment_intent", "reply_lost", 0.01),
    ("create_payment_intent", "reset", 0.005),
    ("create_payment_intent", "unavailable", 0.005),
    ("create_payment_intent", "rate_limited", 0.005),
    ("process_payment_intent", "reply_lost", 0.01),
    ("process_payment_intent", "reset", 0.005),
    ("process_payment_intent", "truncated", 0.005),
    ("process_payment_intent", "error_500_after", 0.005),
    ("process_payment_intent", "timeout_delivered", 0.01),
    ("process_payment_intent", "timeout_undelivered", 0.01),
    ("process_payment_intent", "connection_error", 0.005),
    ("process_payment_intent", "reader_busy", 0.005),
    ("capture_payment_intent", "reply_lost", 0.05),
    ("capture_payment_intent", "error_500", 0.01),
    ("cancel_payment_intent", "reply_lost", 0.05),
    ("cancel_action", "reply_lost", 0.02),
    ("create_refund", "reply_lost", 0.05),
    ("create_refund", "reset", 0.02),
    ("retrieve_payment_intent", "unavailable", 0.005),
)
DECLINED = 0.03


def commanded(seed: int) -> Iterator[dict[str, Any]]:
    """The commands that let all of it happen until told otherwise."""
    for number, (call, fault, share) in enumerate(_SHARES):
        yield {
            "call": call,
            "fault": fault,
            "probability": share,
            "times": None,
            "seed": seed * 1000 + number,
        }
