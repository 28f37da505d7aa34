"""Texts with values in them: `{keys}`, `{config.region}`.

A text that is exactly one placeholder stands for the value itself, of whatever type; in a longer
one the value is written out. `{{` and `}}` are plain braces.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from schema.domain.errors import NotFound

Values = Mapping[str, Any]
Render = Callable[[Values], Any]

_TOKEN = re.compile(r"\{\{|\}\}|\{(?P<name>[a-z_]+(?:\.[a-z][a-z0-9_]*)?)\}|(?P<stray>[{}])")
# Control characters and halves of characters: no system's key has any.
_UNSENDABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_DOTS = frozenset({"", ".", ".."})


class TemplateError(ValueError):
    """A text that is no template; the message tells what was expected."""


class _Absent:
    """What stands where a placeholder has no value."""


ABSENT: Any = _Absent()


def names(tree: Any) -> Iterator[str]:
    """The placeholders of every text in a tree of mappings and lists.

    Raises:
        TemplateError: A brace stands alone.
    """
    if isinstance(tree, str):
        yield from (part for part, is_name in _parts(tree) if is_name)
    elif isinstance(tree, Mapping):
        for value in tree.values():
            yield from names(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from names(value)


def tree_of(tree: Any) -> Render:
    """How a tree is filled. An entry of a mapping without a value is left out."""
    if isinstance(tree, str):
        return value_of(tree)
    if isinstance(tree, Mapping):
        entries = [(name, tree_of(value)) for name, value in tree.items()]
        return lambda values: {
            name: it for name, fill in entries if (it := fill(values)) is not ABSENT
        }
    if isinstance(tree, list | tuple):
        items = [tree_of(value) for value in tree]
        return lambda values: [it for fill in items if (it := fill(values)) is not ABSENT]
    return lambda _values: tree


def value_of(text: str) -> Render:
    """How one text is filled: with the value itself where it is exactly a placeholder."""
    parts = _parts(text)
    if len(parts) == 1 and parts[0][1]:
        name = parts[0][0]

        def value(values: Values) -> Any:
            found = values.get(name)
            return ABSENT if found is None else found

        return value
    return text_of(text)


def text_of(text: str, *, join: str = ",", write: Callable[[str], str] = str) -> Render:
    """How a text is filled with texts; `write` makes each value fit for the place.

    What has a placeholder without a value is absent as a whole.
    """
    parts = _parts(text)
    if not any(is_name for _, is_name in parts):
        plain = "".join(part for part, _ in parts)
        return lambda _values: plain

    def fill(values: Values) -> Any:
        written = []
        for part, is_name in parts:
            value = values.get(part) if is_name else part
            if value is None:
                return ABSENT
            written.append(write(plain_text(value, join)) if is_name else part)
        return "".join(written)

    return fill


def path_of(text: str) -> Callable[[Values], str]:
    """How a path is filled: a value stays within its segment, whatever it holds.

    Raises, when it is filled:
        NotFound: A value cannot stand in an address, so nothing can be there.
    """
    plain = text.split("/")[1:]
    segments = [text_of(part, write=_encoded) for part in plain]

    def fill(values: Values) -> str:
        filled = [segment(values) for segment in segments]
        for written, own in zip(filled, plain, strict=True):
            if written is ABSENT or (written != own and written in _DOTS):
                raise NotFound("the key cannot stand in an address")
        return "/" + "/".join(filled)

    return fill


def can_be_sent(key: str) -> bool:
    """Whether a key can stand in a request at all."""
    return bool(key) and not _UNSENDABLE.search(key)


def plain_text(value: Any, join: str = ",") -> str:
    """A value as text: a list with what stands between, true and false as JSON writes them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return join.join(plain_text(it, join) for it in value)
    return str(value)


def _encoded(text: str) -> str:
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise NotFound("the key cannot stand in an address") from None


def _parts(text: str) -> list[tuple[str, bool]]:
    """The pieces of a text; the second of each tells whether it is a placeholder's name."""
    parts: list[tuple[str, bool]] = []
    reached = 0
    for token in _TOKEN.finditer(text):
        if token["stray"]:
            raise TemplateError("expected {name}; write {{ and }} for plain braces")
        if token.start() > reached:
            parts.append((text[reached : token.start()], False))
        parts.append((token["name"], True) if token["name"] else (token[0][0], False))
        reached = token.end()
    if reached < len(text) or not parts:
        parts.append((text[reached:], False))
    return parts
