"""Tells Stripe's own messages from everybody else's."""

import time
from collections.abc import Sequence

import msgspec
import stripe
from pydantic import SecretStr

from connectors.sdk.terminal import ProviderEvent
from connectors.stripe_terminal.mapping import provider_event
from schema.domain.errors import Rejected

_BODY_MAX = 1024 * 1024
_HEADER_MAX = 4096
_SKEW_MAX_S = 300


def verified_event(body: bytes, signature: str, secrets: Sequence[SecretStr]) -> ProviderEvent:
    """Read a webhook's raw bytes, signed with one of `secrets` not more than five minutes from now.

    The package refuses only what is too old; a time in the future is refused here, so that a
    message cannot be kept to be used later.

    Raises:
        Rejected: It is not genuine, not recent, or too large.
        SchemaDrift: It is genuine, and has a form that we do not know.
    """
    if len(body) > _BODY_MAX or len(signature) > _HEADER_MAX:
        raise Rejected("the webhook is too large", reason="too_large")
    if not any(_is_signed(body, signature, secret.get_secret_value()) for secret in secrets):
        raise Rejected("the webhook bears no valid signature", reason="signature")
    if _signed_at(signature) > time.time() + _SKEW_MAX_S:
        raise Rejected("the webhook's time lies in the future", reason="time")
    try:
        content = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        raise Rejected("the webhook is not JSON", reason="body") from None
    return provider_event(content)


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    if not signature.isascii():  # the package compares signatures in a way that raises else
        return False
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret, _SKEW_MAX_S)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


def _signed_at(signature: str) -> int:
    """The time that the signature covers: the first `t`, as the package reads it."""
    pairs = (item.split("=", 2) for item in signature.split(","))
    return next(int(pair[1]) for pair in pairs if pair[0] == "t")
