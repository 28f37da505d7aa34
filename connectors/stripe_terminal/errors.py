"""What Stripe's errors mean for the caller. Pure: no I/O."""

import re
from collections.abc import Mapping
from http import HTTPStatus

import stripe

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

_IN_USE = "idempotency_key_in_use"
# Stripe publishes no HTTP status for Terminal's errors, so the code decides, not the status.
_BY_CODE: Mapping[str, type[OutcomeUnknown | Conflict | NotFound | RateLimited]] = {
    # The reader did not acknowledge, and yet may be showing the payment.
    "terminal_reader_timeout": OutcomeUnknown,
    # The first request under this key is still running.
    _IN_USE: OutcomeUnknown,
    "terminal_reader_busy": Conflict,
    "intent_invalid_state": Conflict,
    "payment_intent_unexpected_state": Conflict,
    "setup_intent_unexpected_state": Conflict,
    "charge_already_captured": Conflict,
    "resource_missing": NotFound,
    "rate_limit": RateLimited,
    "lock_timeout": RateLimited,
}
# Where Stripe gives no code, what it found wrong tells as much.
_BY_PARAM: Mapping[str, str] = {"registration_code": "registration_code"}


def translated(error: stripe.StripeError, *, write: bool) -> SourceError:
    """Our error for one of Stripe's. `write` tells whether the request may have changed something.

    The message holds Stripe's code, the status and the request's id: never Stripe's own text, which
    quotes what was sent.
    """
    code = _told(error, "code")
    message = _message(error, code)
    known = _BY_CODE.get(code or "")
    if known is RateLimited or (code is None and error.http_status == HTTPStatus.TOO_MANY_REQUESTS):
        return RateLimited(message, retry_after_s=_retry_after_s(error))
    if known is OutcomeUnknown:
        return OutcomeUnknown(message, is_running=code == _IN_USE)
    if known is not None:
        return known(message)
    reason = code or _BY_PARAM.get(_told(error, "param") or "") or _told(error, "type")
    return _by_status(error, reason, message, write=write)


def _by_status(
    error: stripe.StripeError, reason: str | None, message: str, *, write: bool
) -> SourceError:
    status = error.http_status or 0
    if status == HTTPStatus.CONFLICT and error.error is not None:
        # Conflicts of Stripe's own that mean anything else bear a code that is known above.
        return OutcomeUnknown(message) if write else Unavailable(message)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        # A 404 without `resource_missing` is of the address, not of the thing.
        return Rejected(message, reason=reason or str(status))
    if write:
        return OutcomeUnknown(message)
    if HTTPStatus.OK <= status < HTTPStatus.BAD_REQUEST:
        return SchemaDrift(message)
    return Unavailable(message)


def _told(error: stripe.StripeError, field: str) -> str | None:
    """A field of the body's error; the classes of the package do not all carry it themselves."""
    value = error.error.to_dict(recursive=False).get(field) if error.error else None
    return value if isinstance(value, str) and value.isidentifier() else None


def _message(error: stripe.StripeError, code: str | None) -> str:
    parts = [f"Stripe: {code or _told(error, 'type') or type(error).__name__}"]
    if error.http_status:
        parts.append(f"HTTP {error.http_status}")
    if isinstance(error.request_id, str) and error.request_id.isidentifier():
        parts.append(error.request_id)
    return ", ".join(parts)


def _retry_after_s(error: stripe.StripeError) -> float | None:
    """Whole seconds, up to a few hours."""
    asked = re.fullmatch(r"[0-9]{1,4}", (error.headers or {}).get("retry-after", ""))
    return float(asked[0]) if asked else None
