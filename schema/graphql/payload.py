"""What every mutation about payments answers with, and what it makes of its arguments."""

from typing import Any, Final

from strawberry.utils.str_converters import to_camel_case

from schema.domain.errors import InvalidRequest
from schema.domain.money import FractionError, Money
from schema.domain.payment import PaymentRecord, UserErrorRecord
from schema.graphql.cost import COST, Cost
from schema.graphql.money import MoneyInput
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
    is_fraction = isinstance(error.__cause__, FractionError)
    code = "AMOUNT_FRACTION" if is_fraction else "AMOUNT_INVALID"
    return user_error(error, "input", argument, code=code)


def amounts(**given: MoneyInput | None) -> dict[str, Money | None] | UserErrorRecord:
    """Arguments that are amounts, as records; or why the first wrong one is none.

    Arguments are named as in Python; the path of an error names them as clients do.
    """
    found: dict[str, Money | None] = {}
    for name, amount in given.items():
        try:
            found[name] = amount.record() if amount else None
        except InvalidRequest as error:
            return amount_invalid(error, to_camel_case(name))
    return found


def told(done: PaymentRecord | UserErrorRecord) -> dict[str, Any]:
    """The fields that every payload has; records stand for the types that show them."""
    if isinstance(done, UserErrorRecord):
        return {"payment": None, "user_errors": [done]}
    return {"payment": done, "user_errors": []}
