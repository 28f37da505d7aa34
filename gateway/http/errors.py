"""Errors as clients see them. HTTP statuses and client text are chosen here and nowhere else."""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from graphql import FieldNode, GraphQLError
from graphql.execution.executor import SELECTIONS_NESTED_TOO_DEEPLY

from schema.domain.errors import (
    InvalidRequest,
    LimitExceeded,
    NotFound,
    Rejected,
    SchemaDrift,
    SourceError,
    TillgraphError,
)

log = logging.getLogger(__name__)

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
BAD_USER_INPUT = "BAD_USER_INPUT"
OPERATION_UNCLEAR = "OPERATION_RESOLUTION_FAILURE"

FAILED = HTTPStatus.INTERNAL_SERVER_ERROR

Entry = dict[str, Any]


class Refusal(InvalidRequest):
    """A request that is refused before its document is looked at."""

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    headers: ClassVar[dict[str, str]] = {}


class Malformed(Refusal):
    """It is not a GraphQL request."""


class Unauthenticated(Refusal):
    """Nobody knows the key, or there is none. Never says which."""

    code = "UNAUTHENTICATED"
    status = HTTPStatus.UNAUTHORIZED
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class Misdirected(Refusal):
    """It came by a name that is not this server's."""

    code = "NOT_PERMITTED"
    status = HTTPStatus.MISDIRECTED_REQUEST


class WrongMethod(Refusal):
    """Only a query may be sent with GET."""

    status = HTTPStatus.METHOD_NOT_ALLOWED
    headers: ClassVar[dict[str, str]] = {"Allow": "POST"}


class NotAcceptable(Refusal):
    """The client takes none of the forms that we can answer in."""

    status = HTTPStatus.NOT_ACCEPTABLE


class TooSlow(Refusal):
    """Its body did not arrive in time."""

    status = HTTPStatus.REQUEST_TIMEOUT


class TooLarge(Refusal):
    """Its body is larger than allowed."""

    code = "LIMIT_EXCEEDED"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class AddressTooLong(Refusal):
    """Its query string is larger than allowed."""

    code = "LIMIT_EXCEEDED"
    status = HTTPStatus.REQUEST_URI_TOO_LONG


class UnsupportedForm(Refusal):
    """Its body is in a form that we do not read."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class TooDear(LimitExceeded):
    """A document beyond a limit; the limit is told."""

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


class TooDeep(TooDear):
    """A document that cannot be walked for its depth, fragments within fragments included."""

    def __init__(self) -> None:
        super().__init__("The document is nested too deeply.")


class OverLimit(TooDear):
    """An operation beyond a limit that the configuration sets.

    `limit` is its key under `server.limits`. `asked` is None where nobody counted to the end.
    """

    def __init__(self, limit: str, asked: int | None, allowed: int) -> None:
        what = limit.replace("_", " ")
        if asked is None:
            super().__init__(f"The operation's {what}: more than {allowed}, which are allowed.")
        else:
            super().__init__(f"The operation's {what}: {asked} asked for, {allowed} allowed.")
        self.limit, self.asked, self.allowed = limit, asked, allowed


class DeadlineExceeded(TillgraphError):  # noqa: N818
    """An operation that only reads took longer than it may."""

    code = "DEADLINE_EXCEEDED"
    sentence = "The answer did not come in time."
    retryable = True


class RequestErrors(Exception):  # noqa: N818
    """GraphQL's request errors: nothing was executed. `entries` are as clients see them."""

    def __init__(self, entries: list[Entry]) -> None:
        super().__init__(f"{len(entries)} request errors")
        self.entries = entries


def told(error: Exception, trace: str) -> Entry:
    """An error with no place in the document. One that is not ours says nothing of itself."""
    known = error if isinstance(error, TillgraphError) else TillgraphError()
    extensions: dict[str, Any] = {"code": known.code, "retryable": known.retryable}
    if isinstance(known, SourceError):
        if known.source is not None:
            extensions["source"] = known.source
        if known.retry_after_s is not None:
            extensions["retryAfterMs"] = round(known.retry_after_s * 1_000)
    if isinstance(known, OverLimit):
        extensions["limit"] = known.limit
        if known.asked is not None:
            extensions["asked"] = known.asked
        extensions["allowed"] = known.allowed
    extensions["reference"] = trace
    hint = known.hint if isinstance(known, InvalidRequest | TooDear) else known.sentence
    return {"message": hint, "extensions": extensions}


def request_entries(errors: Iterable[GraphQLError], code: str, trace: str) -> list[Entry]:
    """GraphQL's own request errors: their text is about what the client sent."""
    return [
        _placed({"message": error.message, "extensions": _own(code, trace)}, error)
        if error.message != SELECTIONS_NESTED_TOO_DEEPLY
        else told(TooDear(error.message), trace)
        for error in errors
    ]


def field_entries(errors: Iterable[GraphQLError], trace: str) -> list[Entry]:
    """Errors of fields, each with its path. One that nobody raised on purpose is logged, once."""
    entries = []
    logged: set[int] = set()
    for error in errors:
        cause = _cause(error)
        if isinstance(cause, GraphQLError) and _is_about_input(cause):
            entry: Entry = {"message": cause.message, "extensions": _own(BAD_USER_INPUT, trace)}
        else:
            entry = told(cause, trace)
            if not isinstance(cause, TillgraphError) and id(cause) not in logged:
                logged.add(id(cause))
                log.error("a field failed", exc_info=cause, extra={"trace": trace})
        entries.append(_placed(entry, error))
    return entries


def answer_status(answer: Mapping[str, Any], *, is_legacy: bool) -> HTTPStatus:
    """The status of an answer to a well-formed request.

    Source: GraphQL over HTTP, "Status codes". A legacy client reads `application/json`, and takes
    any status but 200 for a failure of something in between.
    """
    if is_legacy or "data" in answer:
        return HTTPStatus.OK
    return HTTPStatus.BAD_REQUEST


def webhook_status(error: Exception) -> HTTPStatus:
    """What a system that sent an event is told: with 503 it tries again."""
    if isinstance(error, NotFound):
        return HTTPStatus.NOT_FOUND
    if isinstance(error, Rejected | SchemaDrift):
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.SERVICE_UNAVAILABLE


def _own(code: str, trace: str) -> dict[str, Any]:
    return {"code": code, "retryable": False, "reference": trace}


def _placed(entry: Entry, error: GraphQLError) -> Entry:
    if error.locations:
        entry["locations"] = [
            {"line": location.line, "column": location.column} for location in error.locations
        ]
    if error.path is not None:
        entry["path"] = error.path
    return entry


def _cause(error: GraphQLError) -> Exception:
    cause: Exception = error
    while isinstance(cause, GraphQLError) and isinstance(cause.original_error, Exception):
        cause = cause.original_error
    return cause


def _is_about_input(error: GraphQLError) -> bool:
    """Whether graphql-core found an argument wrong: it points at that, and not at the field.

    All else it says about values that came from a system.
    """
    nodes = error.nodes or []
    return bool(nodes) and not any(isinstance(node, FieldNode) for node in nodes)
