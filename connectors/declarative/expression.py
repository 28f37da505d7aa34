"""JMESPath, compiled: its commonest forms become plain Python, the rest is JMESPath's own."""

import re
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from connectors.declarative.closure import Find, closure
from connectors.declarative.model.part import UP
from connectors.sdk.reading import drift

_PLAIN = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_MANY = re.compile(rf"(?P<list>{_PLAIN.pattern})\[\*?\]\.(?P<each>{_PLAIN.pattern})", re.ASCII)

PARENT = "^"
"""The key under which an element of a list holds what holds the list, where paths lead there."""


def found_by(text: str) -> Find:
    """What finds an expression's value; None where there is none.

    Raises, when it is asked:
        SchemaDrift: A function of the expression does not fit the data.
    """
    if text.startswith(UP):
        find_above, find_parent = found_by(text.removeprefix(UP)), _named(PARENT)
        return lambda content: find_above(find_parent(content))
    if text == "@":
        return lambda content: content
    if many := _MANY.fullmatch(text):
        return _projected(found_by(many["list"]), found_by(many["each"]), _searched(text))
    if not _PLAIN.fullmatch(text):
        return _searched(text)
    names = text.split(".")
    if len(names) == 1:
        return _named(names[0])
    return _nested(names)


def _named(name: str) -> Find:
    return lambda content: content.get(name) if isinstance(content, dict) else None


def _nested(names: list[str]) -> Find:
    def find(content: Any) -> Any:
        for name in names:
            if not isinstance(content, dict):
                return None
            content = content.get(name)
        return content

    return find


def _projected(find_list: Find, find_each: Find, search: Find) -> Find:
    def find(content: Any) -> Any:
        found = find_list(content)
        if not isinstance(found, list):
            return None
        if any(isinstance(it, list) for it in found):
            return search(content)  # where lists lie in lists, [] and [*] differ
        return [it for each in found if (it := find_each(each)) is not None]

    return find


def _searched(text: str) -> Find:
    expression = jmespath.compile(text)
    search = closure(expression.parsed) or expression.search

    def find(content: Any) -> Any:
        try:
            return search(content)
        except (JMESPathError, TypeError, ValueError):
            # Its text quotes the data.
            raise drift(text, "the data does not fit this expression") from None

    return find
