"""What changed in the CRM since it started, in order."""

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

Kind = Literal["customer.updated", "consents.updated"]

_CURSOR = re.compile(r"c([0-9]{9})")


class UnknownCursorError(Exception):
    """The cursor is none of this feed's: it began anew since, or never gave it."""


class Change(Struct, frozen=True):
    """One change; `cursor` is where to read on after it."""

    cursor: str
    type: Kind
    customer_id: str
    changed_ms: int


class ChangeFeed:
    """A list that only grows."""

    def __init__(self) -> None:
        self._changes: list[Change] = []

    def add(self, kind: Kind, customer: str, now_ms: int) -> Change:
        """Append a change."""
        change = Change(f"c{len(self._changes) + 1:09d}", kind, customer, now_ms)
        self._changes.append(change)
        return change

    def after(self, cursor: str, limit: int) -> Sequence[Change]:
        """The changes that follow a cursor, oldest first; an empty one is before the first.

        Raises:
            UnknownCursorError: Nothing here bears it.
        """
        place = _CURSOR.fullmatch(cursor)
        start = int(place[1]) if place else 0
        if (cursor and not start) or start > len(self._changes):
            raise UnknownCursorError
        return self._changes[start : start + limit]
