"""Why payments end without money, and what readers lack: our own codes, sentences for staff."""

from collections.abc import Mapping
from types import MappingProxyType

from connectors.sdk.terminal import METHOD_UNAVAILABLE
from schema.domain.errors import NotFound, RateLimited, Rejected, SourceError, Unavailable
from schema.domain.payment import PaymentFailure

READER_OFFLINE = PaymentFailure(
    "reader_offline",
    "The reader is not connected. Check its power and network, or take another reader.",
)
READER_BROKEN = PaymentFailure(
    "reader_hardware_fault",
    "The reader is broken: take it out of service, and take another one.",
)
READER_WRONG_LOCATION = PaymentFailure(
    "reader_wrong_location",
    "The reader is registered to another place than its store. Correct the configuration.",
)
READER_UNKNOWN = PaymentFailure(
    "reader_unknown",
    "The payment provider has no such reader. Correct the configuration.",
)
READER_BUSY = PaymentFailure(
    "reader_busy",
    "The reader is busy with something else. Wait until it shows its start screen.",
)
READER_TIMEOUT = PaymentFailure(
    "reader_timeout",
    "The reader did not answer, and no money was taken. Check it before starting again.",
)
READER_CLEARED = PaymentFailure(
    "reader_cleared", "The payment was called off at the reader before a card was shown."
)
REPLACED = PaymentFailure(
    "replaced", "Something else was sent to the reader, and took the payment's place."
)
PROVIDER_UNAVAILABLE = PaymentFailure(
    "provider_unavailable",
    "The payment provider cannot be reached, and no money was taken. Start again later.",
)
NO_CARD = PaymentFailure("expired", "No card was shown in time.")
VOIDED = PaymentFailure(
    "canceled_at_provider",
    "The payment provider has given the payment up: it was canceled there, or its hold ran out.",
)
METHOD_UNAVAILABLE_HERE = PaymentFailure(
    METHOD_UNAVAILABLE,
    "The payment provider's account, or the currency, lacks one of the methods asked for.",
)
DECLINED = PaymentFailure("card_declined", "The card was declined.")

REFUSED_AT_START: Mapping[str, str] = MappingProxyType(
    {
        failure.code: failure.code.upper()
        for failure in (
            READER_OFFLINE,
            READER_BROKEN,
            READER_WRONG_LOCATION,
            READER_UNKNOWN,
            READER_BUSY,
            PROVIDER_UNAVAILABLE,
            METHOD_UNAVAILABLE_HERE,
        )
    }
)
"""Failures that leave nothing behind, and the user error that tells them to who starts."""

_REASONS: Mapping[str, PaymentFailure] = MappingProxyType(
    {
        "terminal_reader_offline": READER_OFFLINE,
        "terminal_reader_hardware_fault": READER_BROKEN,
        "terminal_reader_invalid_location_for_payment": READER_WRONG_LOCATION,
        METHOD_UNAVAILABLE: METHOD_UNAVAILABLE_HERE,
    }
)


def failure_of(error: SourceError, what: str = "the payment") -> PaymentFailure:
    """What staff are told when the provider refuses `what`: its code, never its text."""
    if isinstance(error, NotFound):
        return READER_UNKNOWN
    if isinstance(error, Unavailable | RateLimited):
        return PROVIDER_UNAVAILABLE
    reason = error.reason if isinstance(error, Rejected) else None
    known = _REASONS.get(reason or "")
    if known:
        return known
    return PaymentFailure(reason or error.code.lower(), f"The payment provider refused {what}.")


def refund_failure_of(error: SourceError) -> PaymentFailure:
    """What staff are told about a refusal to give money back: the provider's code, never its text.

    Source: codes such as `charge_already_refunded` are the provider's own.
    """
    reason = error.reason if isinstance(error, Rejected) else None
    code = reason or error.code.lower()
    return PaymentFailure(code, "The payment provider refused to give the money back.")
