"""Errors within answers: the first rule that fits counts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from connectors.declarative.expression import found_by
from connectors.declarative.model.file import ErrorRule
from schema.domain.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    SchemaDrift,
    SourceError,
    Unavailable,
    Unsupported,
)

_MESSAGE = "the answer is an error"
_REASON_MAX = 64

_PLAIN: Mapping[str, type[SourceError]] = {
    "conflict": Conflict,
    "not_found": NotFound,
    "outcome_unknown": OutcomeUnknown,
    "schema_drift": SchemaDrift,
    "unsupported": Unsupported,
}


class _Rule(Struct, frozen=True):
    when: Callable[[Any], Any]
    code: Callable[[Any], Any]
    retry_after_s: Callable[[Any], Any]
    rule: ErrorRule


class Faults:
    """The rules of one file."""

    def __init__(self, rules: Sequence[ErrorRule]) -> None:
        self._rules = [
            _Rule(
                found_by(rule.when),
                found_by(rule.code) if rule.code else _nothing,
                found_by(rule.retry_after_s) if rule.retry_after_s else _nothing,
                rule,
            )
            for rule in rules
        ]

    def check(self, content: Any) -> None:
        """Raise what the rules say of an answer, if they say anything.

        Raises:
            SourceError: The error of the first rule that fits; `reason` is a code that the file
                names, and never one that it does not.
        """
        for it in self._rules:
            if it.when(content):
                raise _error(it, content)


def _error(it: _Rule, content: Any) -> SourceError:
    code = it.code(content)
    written = str(code) if isinstance(code, str | int) else ""
    # A code of the file's own can be shown; of any other it is not known what it tells.
    known = written if written in it.rule.raises and len(written) <= _REASON_MAX else None
    word = it.rule.raises.get(written, it.rule.otherwise)
    message = f"{_MESSAGE}: {known}" if known else _MESSAGE
    if word == "rejected":
        return Rejected(message, reason=known)
    if word in {"rate_limited", "unavailable"}:
        seconds = it.retry_after_s(content)
        after = float(seconds) if isinstance(seconds, int | float) and seconds >= 0 else None
        kind = RateLimited if word == "rate_limited" else Unavailable
        return kind(message, retry_after_s=after)
    return _PLAIN[word](message)


def _nothing(_content: Any) -> None:
    return None
