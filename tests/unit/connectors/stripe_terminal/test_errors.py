"""What Stripe's errors mean, with the error objects of its own package."""

from typing import Any

import pytest
import stripe

from connectors.stripe_terminal.errors import translated
from schema.domain.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    SchemaDrift,
    SourceError,
    Unavailable,
)

QUOTED = "sk_test_quoted 4242424242424242"


def an_error(
    status: int,
    code: str | None = None,
    *,
    kind: str | None = "invalid_request_error",
    headers: dict[str, str] | None = None,
    body: Any = None,
) -> stripe.StripeError:
    """The error that the package raises for an answer of Stripe's."""
    content = {"error": {"type": kind, "code": code, "message": QUOTED}} if body is None else body
    requestor = stripe.StripeClient("sk_test_1")._requestor
    try:
        requestor.handle_error_response(str(content), status, content, headers or {}, "V1")
    except stripe.StripeError as error:
        return error


@pytest.mark.parametrize("status", [400, 402, 409, 500])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("terminal_reader_timeout", OutcomeUnknown),
        ("idempotency_key_in_use", OutcomeUnknown),
        ("terminal_reader_busy", Conflict),
        ("intent_invalid_state", Conflict),
        ("payment_intent_unexpected_state", Conflict),
        ("charge_already_captured", Conflict),
        ("resource_missing", NotFound),
        ("lock_timeout", RateLimited),
        ("rate_limit", RateLimited),
    ],
)
def test_the_code_decides_and_not_the_status(
    status: int, code: str, kind: type[SourceError]
) -> None:
    """Stripe publishes no HTTP status for Terminal's errors."""
    assert kind is type(translated(an_error(status, code), write=True))


@pytest.mark.parametrize(
    "code",
    [
        "terminal_reader_offline",
        "terminal_reader_hardware_fault",
        "terminal_reader_invalid_location_for_payment",
        "card_declined",
        "insufficient_funds",
        "charge_already_refunded",
        "payment_method_types_no_longer_supported",
    ],
)
@pytest.mark.parametrize("status", [400, 402])
def test_a_refusal_bears_stripes_own_code(status: int, code: str) -> None:
    """Staff are told by the code what to do; asking again does not help."""
    error = translated(an_error(status, code), write=True)

    assert isinstance(error, Rejected)
    assert code == error.reason


def test_another_request_under_the_same_key_is_refused() -> None:
    """It is a mistake of ours, and will stay one."""
    body = {"error": {"type": "idempotency_error", "message": QUOTED}}
    error = translated(an_error(400, body=body), write=True)

    assert isinstance(error, Rejected)
    assert "idempotency_error" == error.reason


@pytest.mark.parametrize(
    ("status", "read", "write"),
    [
        (401, Rejected, Rejected),
        (403, Rejected, Rejected),
        (404, Rejected, Rejected),
        (409, Unavailable, OutcomeUnknown),
        (429, RateLimited, RateLimited),
        (500, Unavailable, OutcomeUnknown),
        (503, Unavailable, OutcomeUnknown),
    ],
)
def test_without_a_code_the_status_decides(
    status: int, read: type[SourceError], write: type[SourceError]
) -> None:
    """A 404 without code is of the address: it must not say that a payment does not exist."""
    assert read is type(translated(an_error(status), write=False))
    assert write is type(translated(an_error(status), write=True))


@pytest.mark.parametrize(
    ("status", "read", "write"),
    [
        (302, SchemaDrift, OutcomeUnknown),
        (404, Rejected, Rejected),
        (413, Rejected, Rejected),
        (502, Unavailable, OutcomeUnknown),
    ],
)
@pytest.mark.parametrize("body", [{}, [], "<html>"])
def test_an_answer_that_is_not_stripes(
    status: int, read: type[SourceError], write: type[SourceError], body: Any
) -> None:
    """A proxy may stand before Stripe; what it says of a write proves nothing."""
    assert read is type(translated(an_error(status, body=body), write=False))
    assert write is type(translated(an_error(status, body=body), write=True))


def test_half_an_answer_to_a_write_is_unknown() -> None:
    """The package calls a body that is not JSON an error of 200."""
    error = stripe.APIError(f"Invalid response body: {QUOTED}", b"{", 200, {}, {})

    assert OutcomeUnknown is type(translated(error, write=True))
    assert SchemaDrift is type(translated(error, write=False))


@pytest.mark.parametrize(("asked", "seconds"), [("3", 3.0), ("soon", None), ("99999", None)])
def test_a_pause_is_told(asked: str, seconds: float | None) -> None:
    """Stripe's rate limit says when to come back."""
    error = translated(an_error(429, "rate_limit", headers={"retry-after": asked}), write=False)

    assert seconds == error.retry_after_s


def test_the_message_holds_what_operators_need_and_nothing_that_was_sent() -> None:
    """Stripe's own sentence quotes keys and card numbers."""
    error = translated(
        an_error(400, "terminal_reader_busy", headers={"request-id": "req_1a"}), write=True
    )

    assert "Stripe: terminal_reader_busy, HTTP 400, req_1a" == str(error)


@pytest.mark.parametrize("code", [QUOTED, "<b>", 5, ["x"]])
def test_a_code_that_is_none_is_not_quoted(code: Any) -> None:
    """Whatever answers in Stripe's place cannot write into our log."""
    error = translated(an_error(400, code, headers={"request-id": QUOTED}), write=True)

    assert isinstance(error, Rejected)
    assert "invalid_request_error" == error.reason
    assert "Stripe: invalid_request_error, HTTP 400" == str(error)
