"""Systems that tell what has changed."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from schema.domain.change import ChangePage
from schema.domain.event import EventRecord


@runtime_checkable
class ChangeFeed(Protocol):
    """A system that can be asked what has changed."""

    async def changed_since(self, ctx: CallContext, cursor: str | None, limit: int) -> ChangePage:
        """Return about `limit` changes that follow a cursor, oldest first.

        Shape: None begins with the oldest change that the system remembers. Each change is given at
        least once to whoever follows the cursors; a record may come again, and none is left out.
        The cursor is opaque and holds its place over restarts of either side.

        Raises `Conflict` for a cursor that leads nowhere any more: read everything anew, then
        follow from None.
        """
        ...


@runtime_checkable
class EventSource(Protocol):
    """A system that sends messages by itself."""

    def read_event(self, body: bytes, headers: Mapping[str, str]) -> EventRecord:
        """Verify a message's raw bytes and read it; header names are in lower case.

        Nothing is asked of the system. A message of a kind that tells of no change has none. Raises
        `Rejected` unless it is genuine and recent, `SchemaDrift` where it is in an unknown form.
        """
        ...
