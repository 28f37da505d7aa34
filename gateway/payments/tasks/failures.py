"""Why tasks come to nothing, in codes of our own and sentences for staff."""

from collections.abc import Mapping
from types import MappingProxyType

from schema.domain.errors import NotFound, RateLimited, Rejected, SourceError, Unavailable
from schema.domain.reader_task import ReaderTaskFailure

READER_OFFLINE = ReaderTaskFailure(
    "reader_offline",
    "The reader is not connected. Check its power and network, or take another reader.",
)
READER_BROKEN = ReaderTaskFailure(
    "reader_hardware_fault",
    "The reader is broken: take it out of service, and take another one.",
)
READER_WRONG_LOCATION = ReaderTaskFailure(
    "reader_wrong_location",
    "The reader is registered to another place than its store. Correct the configuration.",
)
READER_UNKNOWN = ReaderTaskFailure(
    "reader_unknown", "The payment provider has no such reader. Correct the configuration."
)
READER_BUSY = ReaderTaskFailure(
    "reader_busy",
    "The reader is busy with something else. Wait until it shows its start screen.",
)
READER_TIMEOUT = ReaderTaskFailure("reader_timeout", "The reader did not answer. Check it.")
READER_CLEARED = ReaderTaskFailure("reader_cleared", "It was called off at the reader.")
REPLACED = ReaderTaskFailure(
    "replaced", "Something else was sent to the reader, and took this one's place."
)
PROVIDER_UNAVAILABLE = ReaderTaskFailure(
    "provider_unavailable", "The payment provider cannot be reached. Ask again later."
)
NOBODY_CAME = ReaderTaskFailure("expired", "Nobody came to the reader in time.")
VOIDED = ReaderTaskFailure("canceled_at_provider", "It was given up at the payment provider.")
DECLINED = ReaderTaskFailure("card_declined", "The card was declined.")

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
        )
    }
)
"""Failures that leave nothing behind, and the user error that tells them to who asked."""

_REASONS: Mapping[str, ReaderTaskFailure] = MappingProxyType(
    {
        "terminal_reader_offline": READER_OFFLINE,
        "terminal_reader_hardware_fault": READER_BROKEN,
        "terminal_reader_invalid_location_for_payment": READER_WRONG_LOCATION,
    }
)


def failure_of(error: SourceError) -> ReaderTaskFailure:
    """What staff are told about a provider's refusal: its code, never its text."""
    if isinstance(error, NotFound):
        return READER_UNKNOWN
    if isinstance(error, Unavailable | RateLimited):
        return PROVIDER_UNAVAILABLE
    reason = error.reason if isinstance(error, Rejected) else None
    known = _REASONS.get(reason or "")
    if known:
        return known
    return ReaderTaskFailure(reason or error.code.lower(), "The payment provider refused it.")
