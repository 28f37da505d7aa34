"""How Stripe says no."""

from http import HTTPStatus
from typing import Any


class Refusal(Exception):  # noqa: N818 - it is an answer, and no mistake of ours
    """An answer in the form of Stripe's errors. Like Stripe's, its text quotes what was sent.

    `is_kept` tells whether it is replayed for its idempotency key: Stripe keeps an answer once
    execution has begun, and forgets it where the parameters alone were wrong. `more` are further
    fields of the error.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        status: int = HTTPStatus.BAD_REQUEST,
        is_kept: bool = True,
        more: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = int(status)
        self.is_kept = is_kept
        told = {"type": kind, "message": message, "code": code, "param": param, **(more or {})}
        self.error: dict[str, Any] = {name: value for name, value in told.items() if value}

    @property
    def content(self) -> dict[str, Any]:
        """The answer's body."""
        return {"error": self.error}


def missing(thing: str, name: str, *, param: str, status: int = HTTPStatus.BAD_REQUEST) -> Refusal:
    """There is no such thing: 404 where the path names it, and 400 where a parameter does."""
    return Refusal(
        f"No such {thing}: '{name}'", code="resource_missing", param=param, status=status
    )


def wrong_parameter(message: str, *, code: str | None = None, param: str | None = None) -> Refusal:
    """The parameters are wrong by themselves: nothing was begun."""
    return Refusal(message, code=code, param=param, is_kept=False)


def exclusive(*names: str) -> Refusal:
    """More was given than one of several."""
    return wrong_parameter(
        f"You can only send one of: {', '.join(names)}.",
        code="parameters_exclusive",
        param=names[-1],
    )
