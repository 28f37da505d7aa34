"""What is said to those whose request to a reader did nothing."""

from gateway.payments.failures import REFUSED_AT_START
from gateway.payments.tasks.log import ReaderTask
from schema.domain.payment import UserErrorRecord
from schema.domain.reader_task import ReaderTaskState

_CART = ("input", "cart")
_INPUTS = ("input", "inputs")
_READER = ("input", "reader", "name")
TASK = ("input", "task")


def cart_invalid(sentence: str, *path: str) -> UserErrorRecord:
    """It is no cart that adds up; the sentence says why."""
    return UserErrorRecord("CART_INVALID", sentence, (*_CART, *path))


def currency_mismatch(expected: str) -> UserErrorRecord:
    """A cart of another currency than the store's."""
    path = (*_CART, "currency")
    return UserErrorRecord("CURRENCY_MISMATCH", f"The cart must be in {expected}.", path)


def inputs_invalid(sentence: str, *path: str) -> UserErrorRecord:
    """No reader can ask for them; the sentence says why."""
    return UserErrorRecord("INPUTS_INVALID", sentence, (*_INPUTS, *path))


def consent_missing(most: int) -> UserErrorRecord:
    """Nobody's card is kept without their word."""
    return UserErrorRecord(
        "CONSENT_MISSING",
        f"Give the text to which the customer has agreed, 1 to {most} characters.",
        ("input", "consent"),
    )


def task_unknown() -> UserErrorRecord:
    """Nobody has asked for it."""
    return UserErrorRecord("TASK_UNKNOWN", "There is no such task.", TASK)


def task_state(task: ReaderTask) -> UserErrorRecord:
    """It has ended otherwise already."""
    return UserErrorRecord(
        "TASK_STATE", f"The task is {task.state.value}: nothing is left to cancel.", TASK
    )


def refused_at_start(task: ReaderTask) -> UserErrorRecord | None:
    """Why a task ended before anybody could see it; None when it did not."""
    failure = task.failure
    if task.state is not ReaderTaskState.FAILED or failure is None:
        return None
    code = REFUSED_AT_START.get(failure.code)
    if code is None:
        return None
    new_key = " Use a new idempotencyKey then." if task.idempotency_key else ""
    return UserErrorRecord(code, failure.message + new_key, _READER)
