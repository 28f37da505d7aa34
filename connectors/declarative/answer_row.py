"""Rows of an answer, before records are made of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

ASKED = "@key"
"""The key of a row under which it holds the key that was asked for, as it was asked for."""

KeyOf = Callable[[Any], str | None]


def gathered(rows: Iterable[Any], name: str, key_of: KeyOf) -> list[Any]:
    """One row for each key: the first that tells it, with all that do under a name.

    A row whose key cannot be told stays alone.
    """
    together: dict[Any, list[Any]] = {}
    for at, row in enumerate(rows):
        key = key_of(row)
        together.setdefault(at if key is None else key, []).append(row)
    return [
        {**its[0], name: its} if isinstance(its[0], dict) else its[0] for its in together.values()
    ]


def as_asked(
    rows: Iterable[Any], keys: Sequence[str], key_of: KeyOf, written: Callable[[str], str]
) -> Iterator[Any]:
    """Each row once for each of the keys that it answers, which it then holds as `ASKED`.

    `written` gives the form in which keys are compared. A row that answers none stays as it is.
    """
    asked: dict[str, list[str]] = {}
    for key in keys:
        asked.setdefault(written(key), []).append(key)
    for row in rows:
        told = key_of(row)
        known = [] if told is None or not isinstance(row, dict) else asked.get(written(told), [])
        if known:
            yield from ({**row, ASKED: key} for key in known)
        else:
            yield row


def asked_key(row: Any) -> Any:
    """The key that a row answers, as it was asked for."""
    return row.get(ASKED) if isinstance(row, dict) else None
