"""Tells Stripe's own messages from everybody else's.

The scheme is that of `stripe.WebhookSignature`, which a test compares with this. The package works
on text, builds objects that nobody needs here, and takes a time in the future for recent.
"""

import hmac
import time
from collections.abc import Sequence
from hashlib import sha256

from pydantic import SecretStr

from connectors.sdk.terminal import ProviderEvent
from connectors.stripe_terminal.event import provider_event
from schema.domain.errors import Rejected

_BODY_MAX = 1024 * 1024
_HEADER_MAX = 4096
_SKEW_MAX_S = 300


def verified_event(body: bytes, signature: str, secrets: Sequence[SecretStr]) -> ProviderEvent:
    """Read a webhook's raw bytes, signed with one of `secrets` not more than five minutes from now.

    A time in the future is refused as one in the past is, so that a message cannot be kept to be
    used later. Its time and its form are looked at only once it is known to be genuine.

    Raises:
        Rejected: It is not genuine, not recent, or too large.
        SchemaDrift: It is genuine, and has a form that we do not know.
    """
    if len(body) > _BODY_MAX or len(signature) > _HEADER_MAX:
        raise Rejected("the webhook is too large", reason="too_large")
    signed_at = _signed_at(body, signature, secrets)
    if signed_at is None:
        raise Rejected("the webhook bears no valid signature", reason="signature")
    age_s = time.time() - signed_at
    if age_s > _SKEW_MAX_S:
        raise Rejected("the webhook was signed too long ago", reason="stale")
    if age_s < -_SKEW_MAX_S:
        raise Rejected("the webhook's time lies in the future", reason="future")
    return provider_event(body)


def _signed_at(body: bytes, signature: str, secrets: Sequence[SecretStr]) -> int | None:
    """The time that a valid signature covers, which is the first `t`; None if there is none."""
    items = [item.split("=", 2) for item in signature.split(",")]
    try:
        signed_at = int(next(item[1] for item in items if item[0] == "t"))
        given = [item[1].encode("ascii") for item in items if item[0] == "v1"]
    except (StopIteration, IndexError, ValueError):
        return None
    for secret in secrets if given else ():
        mac = hmac.new(secret.get_secret_value().encode(), b"%d." % signed_at, sha256)
        mac.update(body)
        expected = mac.hexdigest().encode("ascii")
        if any(hmac.compare_digest(expected, it) for it in given):
            return signed_at
    return None
