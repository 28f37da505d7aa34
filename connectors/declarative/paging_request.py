"""What a list's request says of how it can be walked, and the values that walk it."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import text

from connectors.declarative.model.paging import Paging as PagingPart
from connectors.declarative.model.paging import TimeForm
from connectors.declarative.model.request import GraphQlRequest, HttpRequest, SqlRequest
from connectors.declarative.paging_place import Counting, Paging, Place, Window
from connectors.declarative.template import names

_NEXT = re.compile(r'<([^<>]*)>\s*;[^,<]*\brel="?next\b')
_CURSOR = "{cursor}"
# Parts of a second, minute … that a format leaves out, most telling first.
_GRAINS = (
    ("%f", timedelta(microseconds=1)),
    ("%S", timedelta(seconds=1)),
    ("%M", timedelta(minutes=1)),
    ("%H", timedelta(hours=1)),
)
_FORMS = {"epoch_ms": timedelta(milliseconds=1), "epoch_s": timedelta(seconds=1)}


def placeholders(request: Any) -> frozenset[str]:
    """The names of values that a request takes."""
    return frozenset(_names(request))


def paging_of(part: PagingPart | None, request: Any) -> Paging:
    """How a list is walked; without paging, the first answer is all of it."""
    if part is None:
        return Paging(Counting.OFFSET, page_max=1)
    used = placeholders(request)
    style = "cursor" if part.style == "link" else part.style
    return Paging(
        Counting(style),
        page_max=part.size_max,
        is_fixed="limit" not in used and "page" in used,
        is_numbered=bool(used & {"page", "offset"}),
    )


def place_values(part: PagingPart | None, place: Place, window: Window) -> Mapping[str, Any]:
    """The values that lead to a place."""
    return {
        "limit": window.size,
        "page": window.page + (part.first if part else 1),
        "offset": window.start,
        "cursor": place.cursor,
    }


def linked_cursor(request: Any, headers: Mapping[str, str]) -> str | None:
    """The cursor in the next page's address, as the `Link` header tells it (RFC 8288).

    It is the value of the parameter that the request gives the cursor in. The address itself is not
    followed: it would pass through clients' hands, and could be forged there.
    """
    if not isinstance(request, HttpRequest):
        return None
    parameter = next((it for it, value in request.params.items() if value == _CURSOR), None)
    link = _NEXT.search(headers.get("link", ""))
    if parameter is None or link is None:
        return None
    try:
        found = parse_qs(urlsplit(link[1]).query).get(parameter)
    except ValueError:
        return None
    return found[0] if found else None


def rounded_up(moment: datetime, form: TimeForm) -> datetime:
    """The end of what a written moment may stand for.

    Forms leave parts of it out, and many a system shows seconds and compares microseconds.
    """
    try:
        return moment + (_grain(moment, form) - timedelta(microseconds=1))
    except OverflowError:
        return moment


def _grain(moment: datetime, form: TimeForm) -> timedelta:
    if form.time != "iso":
        found = (grain for mark, grain in _GRAINS if mark in form.time)
        return _FORMS.get(form.time) or next(found, timedelta(days=1))
    if moment.microsecond == 0:
        return timedelta(seconds=1)
    return timedelta(microseconds=1000 if moment.microsecond % 1000 == 0 else 1)


def _names(request: Any) -> Iterator[str]:
    if isinstance(request, SqlRequest):
        yield from text(request.statement).compile().params
        yield from names(request.binds)
    elif isinstance(request, GraphQlRequest):
        yield from names(request.variables)
    else:
        yield from names(request.model_dump())
