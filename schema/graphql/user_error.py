"""Why a mutation did nothing, for the person who asked."""

from typing import Any

import strawberry

from schema.domain.errors import InvalidRequest, OutcomeUnknown, TillgraphError
from schema.domain.payment import UserErrorRecord


@strawberry.interface(description="Why a mutation did nothing, for the person who asked.")
class UserError:
    """Shows `schema.domain.payment.UserErrorRecord`."""

    code: str = strawberry.field(description="Stable code, such as READER_UNKNOWN.")
    message: str = strawberry.field(description="A sentence for the person who asked.")
    path: list[str] = strawberry.field(
        description="The argument that was wrong, outermost first; empty where it was none."
    )


@strawberry.type(description="A name was given that does not exist.")
class NameUnknownError(UserError):
    """Of a store, or of a reader in it."""

    names: list[str] = strawberry.field(description="The names that exist.")

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        """Whether a name was unknown."""
        return isinstance(value, UserErrorRecord) and _is_of_name(value)


@strawberry.type(description="Anything else that was wrong with the request, or stands against it.")
class RequestError(UserError):
    """Told by its code."""

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        """Whether it is no unknown name."""
        return isinstance(value, UserErrorRecord) and not _is_of_name(value)


def _is_of_name(error: UserErrorRecord) -> bool:
    """Whether a name is unknown; an outcome that is has none."""
    return error.code.endswith("_UNKNOWN") and error.code != OutcomeUnknown.code


def user_error(error: TillgraphError, *path: str, code: str | None = None) -> UserErrorRecord:
    """What an error is for the person who asked; `path` leads to the argument."""
    sentence = error.hint if isinstance(error, InvalidRequest) else error.sentence
    return UserErrorRecord(code or error.code, sentence, path)
