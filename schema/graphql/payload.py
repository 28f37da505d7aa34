"""What every mutation about payments answers with, and what it makes of its arguments."""

from typing import Any, Final

from schema.domain.errors import InvalidRequest
from schema.domain.payment import PaymentRecord, UserErrorRecord
from schema.graphql.cost import COST, Cost
from schema.graphql.payment import journal_id
from schema.graphql.user_error import user_error

# It changes something, and may wait for a person at a reader.
DEAR: Final = {COST: Cost(weight=10)}
"""What a mutation costs that calls the payment provider."""

ERRORS: Final = "Why nothing was done; empty when it was."
"""The description of `userErrors`."""


def payment_name(text: str) -> str:
    """The payment's name in the journal; what is no payment's id names none there."""
    try:
        return journal_id(text, "Payment")
    except InvalidRequest:
        return ""


def amount_invalid(error: InvalidRequest, argument: str) -> UserErrorRecord:
    """Why an argument is no amount."""
    return user_error(error, "input", argument, code="AMOUNT_INVALID")


def told(done: PaymentRecord | UserErrorRecord) -> dict[str, Any]:
    """The fields that every payload has; records stand for the types that show them."""
    if isinstance(done, UserErrorRecord):
        return {"payment": None, "user_errors": [done]}
    return {"payment": done, "user_errors": []}
