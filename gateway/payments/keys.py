"""The idempotency keys under which the provider is called.

They are derived from what the journal holds, never random: after a crash the same call is made
under the same key, and has one effect.
"""

from enum import Enum


class Step(Enum):
    """What may be asked several times for one payment, each time under a new key."""

    PROCESS = "proc"
    INCREASE = "increase"
    CAPTURE = "capture"
    CLEAR = "clear"
    CANCEL = "cancel"


def intent_key(payment: str) -> str:
    """The key of announcing a payment: one for its whole life."""
    return f"{payment}:intent"


def attempt_key(payment: str, step: Step, number: int) -> str:
    """The key of a numbered attempt, counted from 1 for each step.

    The provider keeps its first answer to a key, errors included: an attempt under an old key
    would only hear the old answer, and the reader would never wake.
    """
    return f"{payment}:{step.value}:{number}"


def refund_clear_key(refund: str, number: int) -> str:
    """The key of clearing a reader of a refund, counted from 1."""
    return f"{refund}:clear:{number}"
