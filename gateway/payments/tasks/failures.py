"""Why tasks come to nothing. What is said of a reader is said of payments and tasks alike."""

from gateway.payments import failures
from schema.domain.errors import SourceError
from schema.domain.payment import PaymentFailure
from schema.domain.reader_task import ReaderTaskFailure


def _of_task(failure: PaymentFailure) -> ReaderTaskFailure:
    return ReaderTaskFailure(failure.code, failure.message)


READER_OFFLINE = _of_task(failures.READER_OFFLINE)
READER_BROKEN = _of_task(failures.READER_BROKEN)
READER_WRONG_LOCATION = _of_task(failures.READER_WRONG_LOCATION)
READER_UNKNOWN = _of_task(failures.READER_UNKNOWN)
READER_BUSY = _of_task(failures.READER_BUSY)
DECLINED = _of_task(failures.DECLINED)
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


def failure_of(error: SourceError) -> ReaderTaskFailure:
    """What staff are told about a provider's refusal: its code, never its text."""
    failure = failures.failure_of(error, what="it")
    if failure is failures.PROVIDER_UNAVAILABLE:
        return PROVIDER_UNAVAILABLE
    return _of_task(failure)
