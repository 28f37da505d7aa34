"""Errors, sorted by what the caller may do next.

* TillgraphError
  * InvalidRequest     the caller must change the request
    * StoreUnknown     to a store that exists
    * ReaderUnknown    to a reader that exists
    * ReaderAmbiguous  to a reader whose name is its own
  * NotPermitted       the caller may not have this
  * LimitExceeded      the request is too large, too deep or too dear
  * SourceError        a system behind us
    * NotFound         it has no such thing
    * Unsupported      it cannot do this at all
    * Rejected         it answered no; asking again will not help
    * Conflict         it holds a newer state; read again first
    * RateLimited      nothing happened; ask again after `retry_after_s`
    * Unavailable      nothing happened; asking again may help
    * SchemaDrift      it answered in a form we do not know
    * OutcomeUnknown   it may have happened; only reconciliation may decide
"""

from collections.abc import Sequence
from typing import ClassVar


class TillgraphError(Exception):
    """Base of every error raised on purpose.

    `code` and `sentence` are public and stable. The message (`str(error)`) is for operators: it
    never reaches a client, and never holds a value that came from a system or a user.
    """

    code: ClassVar[str] = "INTERNAL"
    sentence: ClassVar[str] = "Something went wrong on our side."
    retryable: ClassVar[bool] = False


class InvalidRequest(TillgraphError):  # noqa: N818
    """The caller must change the request. `hint` may reach the client: they sent or may know it."""

    code = "BAD_REQUEST"
    sentence = "The request is not valid."

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


class StoreUnknown(InvalidRequest):
    """No store has the code that was given. The hint names those that exist."""

    code = "STORE_UNKNOWN"


class ReaderUnknown(InvalidRequest):
    """No reader of the store has the name that was given. The hint names those that exist."""

    code = "READER_UNKNOWN"


class ReaderAmbiguous(InvalidRequest):
    """Several readers of the store have the name that was given. The hint names their devices."""

    code = "READER_AMBIGUOUS"

    def __init__(self, store: str, name: str, devices: Sequence[str]) -> None:
        which = ", ".join(devices)
        super().__init__(
            f"Several readers in {store} are called {name} at the payment provider: {which}."
            " Rename all but one there, or take another reader."
        )


class NotPermitted(TillgraphError):  # noqa: N818
    """The caller may not have this."""

    code = "NOT_PERMITTED"
    sentence = "This is not open to you."


class LimitExceeded(TillgraphError):  # noqa: N818
    """The request is too large, too deep or too dear."""

    code = "LIMIT_EXCEEDED"
    sentence = "The request goes beyond a limit."


class SourceError(TillgraphError):
    """A system behind us failed, or answered what we cannot use.

    `source` is the system's name in the configuration; the engine fills it in where a connector
    left it open.
    """

    code = "SOURCE_ERROR"
    sentence = "A system behind this field failed."

    def __init__(
        self, message: str, *, source: str | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.source = source
        self.retry_after_s = retry_after_s


class NotFound(SourceError):  # noqa: N818
    """The system has no such thing."""

    code = "NOT_FOUND"
    sentence = "The system behind this field has no such thing."


class Unsupported(SourceError):  # noqa: N818
    """The system cannot do this at all."""

    code = "UNSUPPORTED"
    sentence = "The system behind this field cannot do this."


class Rejected(SourceError):  # noqa: N818
    """The system answered no; asking again will not help. `reason` is its own code, if any."""

    code = "SOURCE_REJECTED"
    sentence = "The system behind this field refused."

    def __init__(
        self, message: str, *, reason: str | None = None, source: str | None = None
    ) -> None:
        super().__init__(message, source=source)
        self.reason = reason


class Conflict(SourceError):  # noqa: N818
    """The system holds a newer state; read again before writing."""

    code = "CONFLICT"
    sentence = "The thing has changed in between."


class RateLimited(SourceError):  # noqa: N818
    """Nothing happened; ask again after `retry_after_s` seconds."""

    code = "SOURCE_RATE_LIMITED"
    sentence = "The system behind this field asks for a pause."
    retryable = True


class Unavailable(SourceError):  # noqa: N818
    """Nothing happened; asking again may help."""

    code = "SOURCE_UNAVAILABLE"
    sentence = "The system behind this field does not answer."
    retryable = True


class SchemaDrift(SourceError):  # noqa: N818
    """It answered in a form we do not know. The message names the field, never its value."""

    code = "SOURCE_SCHEMA_DRIFT"
    sentence = "The system behind this field answered in an unknown form."


class OutcomeUnknown(SourceError):  # noqa: N818
    """It may have happened. Never repeat it under a new key; only reconciliation may decide.

    `is_running` tells that the first call under this key has not come to its end.
    """

    code = "OUTCOME_UNKNOWN"
    sentence = "It is not known yet whether this has happened; it is being checked."

    def __init__(
        self, message: str, *, is_running: bool = False, source: str | None = None
    ) -> None:
        super().__init__(message, source=source)
        self.is_running = is_running
