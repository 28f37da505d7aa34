"""A file's HTTP request, compiled: path, query, headers and body from values."""

from collections import ChainMap
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from msgspec import Struct

from connectors.declarative.credential import filled_headers
from connectors.declarative.model.request import HttpRequest
from connectors.declarative.template import (
    ABSENT,
    Render,
    Values,
    path_of,
    plain_text,
    text_of,
    tree_of,
)
from schema.domain.errors import NotFound

_FORM = "application/x-www-form-urlencoded"

WriteBody = Callable[[Any], Render]
"""From a body of the file to how it becomes bytes."""


class Sendable(Struct, frozen=True):
    """What goes out."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes | None


def compiled(
    request: HttpRequest, write_body: WriteBody, media_type: str, config: Values
) -> Callable[[Values], Sendable]:
    """How a request is filled.

    Raises, when it is filled:
        NotFound: A key cannot stand where the request has it.
        Rejected: A header cannot hold a value.
    """
    path = path_of(request.path)
    query = _pairs(request.params, request.join)
    form = _pairs(request.form, request.join) if request.form is not None else None
    body = write_body(request.body) if request.body is not None else None
    has_body = form is not None or body is not None
    method = request.method or ("POST" if has_body else "GET")

    def fill(values: Values) -> Sendable:
        known = ChainMap(dict(values), dict(config))
        pairs = query(known)
        headers = filled_headers(request.headers, known)
        content = None
        if form is not None:
            headers.setdefault("content-type", _FORM)
            content = _encoded(form(known)).encode()
        elif body is not None:
            headers.setdefault("content-type", media_type)
            content = body(known)
        target = path(known)
        return Sendable(
            method, f"{target}?{_encoded(pairs)}" if pairs else target, headers, content
        )

    return fill


def _pairs(fields: dict[str, Any], join: str) -> Callable[[Values], list[tuple[str, str]]]:
    """Names and values; a list repeats its name, and what has no value is left out."""
    singles: list[tuple[str, bool, Render]] = []
    for name, given in fields.items():
        for one in given if isinstance(given, list) else [given]:
            repeats = isinstance(given, list)
            fill = tree_of(one) if repeats or not isinstance(one, str) else text_of(one, join=join)
            singles.append((name, repeats, fill))

    def fill_all(values: Values) -> list[tuple[str, str]]:
        pairs = []
        for name, repeats, fill in singles:
            value = fill(values)
            if value is ABSENT or value is None:
                continue
            several = value if repeats and isinstance(value, list | tuple) else [value]
            pairs += [(name, plain_text(it, join)) for it in several]
        return pairs

    return fill_all


def _encoded(pairs: list[tuple[str, str]]) -> str:
    try:
        return urlencode(pairs, quote_via=quote, safe="")
    except UnicodeEncodeError:
        raise NotFound("the key cannot stand in a request") from None
