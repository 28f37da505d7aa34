"""Finds the records in an answer."""

from collections.abc import Callable
from typing import Any

from connectors.declarative.expression import found_by
from connectors.sdk.reading import drift


def rows_by(text: str, *, leaves_out_empty: bool) -> Callable[[Any], list[Any]]:
    """What finds the records: a list, one record, or null for none.

    A key that is missing is an unknown form, except where systems leave out what is empty, as in
    XML; there it is none as long as what holds it is there.
    """
    find = found_by(text)
    parent = _parent(text)

    def rows(content: Any) -> list[Any]:
        found = find(content)
        if isinstance(found, list):
            return found
        if isinstance(found, dict):
            return [found]
        if found is None and _is_none(content, parent, leaves_out_empty=leaves_out_empty):
            return []
        raise drift(text, "missing" if found is None else "expected records")

    return rows


def _parent(text: str) -> tuple[Callable[[Any], Any], str]:
    holder, _, name = text.rpartition(".")
    return found_by(holder or "@"), name


def _is_none(
    content: Any, parent: tuple[Callable[[Any], Any], str], *, leaves_out_empty: bool
) -> bool:
    find, name = parent
    try:
        holder = find(content)
    except ValueError:
        return False
    if name == "@":
        return content is None
    if isinstance(holder, dict):
        return name in holder or leaves_out_empty
    return leaves_out_empty and holder == ""
