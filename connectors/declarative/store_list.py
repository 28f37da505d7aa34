"""Every store of a system."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.declarative.connector import DeclarativeConnector
from connectors.declarative.paging_answer import PageAnswer
from connectors.declarative.paging_place import Place, Window
from connectors.declarative.paging_request import place_values
from connectors.sdk.context import CallContext
from connectors.sdk.reading import drift
from schema.domain.errors import SourceError
from schema.domain.store import StoreRecord

_PAGES_MAX = 200


async def stores(
    connector: DeclarativeConnector, ctx: CallContext, codes: Sequence[str] | None
) -> Mapping[str, StoreRecord | SourceError]:
    """See `StoreReader.stores`. The list is short and mostly still: it is read to its end."""
    read = connector.record("store")
    found: dict[str, StoreRecord] = {}
    as_of = datetime.now(UTC)
    for row in await _rows(connector, ctx):
        store = read(row, as_of)
        found.setdefault(store.code, store)
    asked = sorted(found if codes is None else found.keys() & set(codes))
    return {code: found[code] for code in asked}


async def _rows(connector: DeclarativeConnector, ctx: CallContext) -> Sequence[Any]:
    """The rows of every page."""
    part: Any = connector.file.ports.stores
    paging, rows = part.paging, connector.rows(part)
    told = PageAnswer(paging, part.request)
    found: list[Any] = []
    place, size = Place(), paging.size_max if paging else 1
    for page in range(_PAGES_MAX):
        values = place_values(paging, place, Window(start=len(found), size=size, page=page))
        answer = await connector.wire.ask(ctx, part.request, values)
        new = rows(answer.content)
        if new and new == found[-len(new) :]:
            raise drift("stores", "expected more stores, since there are said to be some")
        found += new
        place = Place(cursor=told.cursor(answer))
        is_end = paging is not None and paging.style in {"cursor", "link"} and not place.cursor
        if paging is None or not new or is_end or told.more(answer) is False:
            return found
    raise drift("stores", f"expected at most {_PAGES_MAX} pages")
