"""What has changed in a system, in its own order."""

from datetime import UTC, datetime
from typing import Any

from connectors.declarative.connector import DeclarativeConnector
from connectors.declarative.paging_answer import PageAnswer
from connectors.sdk.context import CallContext
from connectors.sdk.reading import drift
from schema.domain.change import ChangePage, ChangeRecord
from schema.domain.errors import Conflict

# Before anything that a retailer's system has written.
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


async def changed_since(
    connector: DeclarativeConnector, ctx: CallContext, cursor: str | None, limit: int
) -> ChangePage:
    """See `ChangeFeed.changed_since`.

    A feed has cursors of its own, or is asked by time: {since} is that of the last change, which is
    included, so that a change of the same moment is not left out and some come again.
    """
    part: Any = connector.file.ports.changed_since
    by_time = part.paging is None or part.paging.style == "keyset"
    since = _moment(cursor) if by_time and cursor is not None else _BEGINNING
    size = min(limit, part.paging.size_max) if part.paging else limit
    values: dict[str, Any] = {
        "limit": size,
        "cursor": None if by_time else cursor,
        "since": connector.time_writer(part.filters.times)(since),
    }
    as_of = datetime.now(UTC)
    answer = await connector.wire.ask(ctx, part.request, values)
    read = connector.record("change")
    rows: tuple[ChangeRecord, ...] = tuple(
        read(row, as_of) for row in connector.rows(part)(answer.content)
    )
    told = PageAnswer(part.paging, part.request)
    more = told.more(answer)
    if not by_time:
        following = told.cursor(answer)
        is_moved = following is not None and following != cursor
        return ChangePage(rows, following or cursor or "", is_moved if more is None else more)
    reached = max([since, *(row.at for row in rows)])
    is_full = len(rows) >= size if more is None else more
    if is_full and reached == since:
        raise drift("changes", "has more of one moment than a page can hold")
    return ChangePage(rows, reached.isoformat(), is_full)


def _moment(cursor: str) -> datetime:
    try:
        moment = datetime.fromisoformat(cursor)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Conflict("the cursor is none of this feed's")
    return moment
