"""Media types, as requests name them (RFC 9110, sections 8.3 and 12.5.1)."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
EVENTS = "text/event-stream"
HTML = "text/html"

_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # noqa: S105 - a grammar
_PARAMETER = re.compile(rf'\s*;\s*(?:({_TOKEN})=({_TOKEN}|"(?:[^"\\]|\\.)*"))?')
_RANGE = re.compile(rf"\s*({_TOKEN}/{_TOKEN})((?:{_PARAMETER.pattern})*)\s*(?:,|$)")
_QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


# Clients send few different headers; a hostile one gains nothing by sending many.
_KEPT = 64


class MediaType(Struct, frozen=True):
    """A type with its parameters; names are in lower case."""

    name: str
    parameters: dict[str, str]

    @property
    def is_utf8(self) -> bool:
        """Whether it is UTF-8, which is what JSON is when nothing else is said."""
        return self.parameters.get("charset", "utf-8").lower() in {"utf-8", "utf8"}


class _Wish(Struct, frozen=True):
    """How much a client wants a type: by quality, then by the order in which it named them."""

    quality: float
    order: int


@lru_cache(_KEPT)
def content_type(header: str) -> MediaType | None:
    """The one type of a body; None when it is none, or several."""
    found = list(_types(header))
    return found[0] if len(found) == 1 else None


@lru_cache(_KEPT)
def best(accept: str | None, offered: tuple[str, ...]) -> str | None:
    """The offered type that a client wants most; None when it takes none of them.

    Where it has no preference, the earlier offer wins. Event streams and HTML are given only to
    clients that name them: `*/*` is what programs send that never thought about it.
    """
    if accept is None or not accept.strip():
        return next((name for name in offered if _is_json(name)), None)
    ranges = list(_types(accept))
    wishes = {name: wish for name in offered if (wish := _wish(name, ranges)) is not None}
    if not wishes:
        return None
    return max(wishes, key=lambda name: (wishes[name].quality, -wishes[name].order))


def _types(header: str) -> Iterator[MediaType]:
    at = 0
    while at < len(header):
        if match := _RANGE.match(header, at):
            pairs = _PARAMETER.findall(match[2])
            parameters = {key.lower(): value.strip('"') for key, value in pairs if key}
            yield MediaType(match[1].lower(), parameters)
            at = match.end()
        else:  # what cannot be read asks for nothing
            at = header.find(",", at) + 1 or len(header)


def _wish(name: str, ranges: Sequence[MediaType]) -> _Wish | None:
    """What the most specific range that covers a type says of it."""
    kind = name.partition("/")[0]
    covering = [name, f"{kind}/*", "*/*"] if _is_json(name) else [name]
    for wanted in covering:
        for order, given in enumerate(ranges):
            if given.name == wanted and given.is_utf8:
                quality = given.parameters.get("q", "1")
                value = float(quality) if _QUALITY.fullmatch(quality) else 0.0
                return _Wish(value, order) if value > 0 else None
    return None


def _is_json(name: str) -> bool:
    return name in {JSON, GRAPHQL}
