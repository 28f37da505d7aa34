"""Lists, a page at a time, the newest first."""

from collections.abc import Collection
from typing import Annotated, Any

from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator.refusal import missing, wrong_parameter
from connectors.stripe_terminal.simulator.world import Record, World


class Page(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which page is asked for: the rows after a row, or those before one."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 10
    starting_after: str | None = None
    ending_before: str | None = None


def listing(world: World, url: str, records: Collection[Record], page: Page) -> dict[str, Any]:
    """A page of records that are given with the oldest first."""
    if page.starting_after and page.ending_before:
        raise wrong_parameter(
            "You can only send one of: starting_after, ending_before.", param="ending_before"
        )
    rows = list(reversed(list(records)))
    ids = [row.id for row in rows]
    if page.ending_before:
        end = _place(ids, page.ending_before, "ending_before")
        begin = max(0, end - page.limit)
        has_more = begin > 0
    else:
        after = page.starting_after
        begin = _place(ids, after, "starting_after") + 1 if after else 0
        end = begin + page.limit
        has_more = end < len(rows)
    return {
        "object": "list",
        "url": url,
        "has_more": has_more,
        "data": [world.shape(row) for row in rows[begin:end]],
    }


def _place(ids: list[str], name: str, param: str) -> int:
    if name not in ids:
        raise missing("object", name, param=param)
    return ids.index(name)
