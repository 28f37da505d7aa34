"""What an answer tells of a list beside its rows."""

from collections.abc import Callable
from typing import Any

from connectors.declarative.exchange import Answer
from connectors.declarative.expression import found_by
from connectors.declarative.model.paging import Paging
from connectors.declarative.paging_request import linked_cursor
from connectors.sdk.reading import drift

_NO = frozenset({"", "0", "false", "n", "no"})


class PageAnswer:
    """Reads the next cursor, whether there is more, and the number of all rows."""

    def __init__(self, paging: Paging | None, request: Any) -> None:
        self._request = request
        self._is_link = paging is not None and paging.style == "link"
        self._next = _found(paging.next if paging else None)
        self._more = _found(paging.more if paging else None)
        self._total = _found(paging.total if paging else None)

    def cursor(self, answer: Answer) -> str | None:
        """The cursor of what follows; None at the end."""
        if self._is_link:
            return linked_cursor(self._request, answer.headers)
        found = self._next(answer.content) if self._next else None
        if isinstance(found, dict | list):
            raise drift("paging.next", "expected a text or a number")
        return None if found in {None, ""} else str(found)

    def more(self, answer: Answer) -> bool | None:
        """Whether there is more; None where the answer does not tell. XML says it in text."""
        if self._more is None:
            return None
        found = self._more(answer.content)
        return found.strip().lower() not in _NO if isinstance(found, str) else bool(found)

    def total(self, answer: Answer) -> int | None:
        """The number of all rows; None where the answer does not tell."""
        if self._total is None:
            return None
        try:
            return int(self._total(answer.content))
        except (TypeError, ValueError):
            raise drift("paging.total", "expected a whole number") from None


def _found(expression: str | None) -> Callable[[Any], Any] | None:
    return found_by(expression) if expression else None
