"""Gives each record of a batch's answer to the key that asked for it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeVar

from schema.domain.errors import SchemaDrift, SourceError

T = TypeVar("T")


def each(
    records: Iterable[Any],
    asked: Collection[str],
    key: Callable[[Mapping[str, Any]], Any],
    read: Callable[[Any], T],
) -> dict[str, T | SourceError]:
    """Read the records by the keys that were asked for.

    Shape: a key without a record is absent. A record that cannot be read is an error of its key
    alone. One that belongs to no key may be that of any key without one, none of which can then be
    called unknown: their errors say so.
    """
    found: dict[str, T | SourceError] = {}
    strays = 0
    for record in records:
        name = key(record) if isinstance(record, Mapping) else None
        if not isinstance(name, str) or name not in asked:
            strays += 1
            continue
        try:
            found[name] = read(record)
        except SchemaDrift as error:
            found[name] = error
    if strays:
        for name in asked:
            message = f"{strays} records of the answer belong to none of the keys asked for"
            found.setdefault(name, SchemaDrift(message))
    return found
