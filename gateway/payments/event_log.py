"""The provider's messages as the journal holds them, and what it promises of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from connectors.sdk.terminal import ProviderEvent


class Arrival(Struct, frozen=True):
    """A genuine message with its raw bytes, and when it came."""

    event: ProviderEvent
    body: bytes
    at: datetime


class EventBatch(Struct, frozen=True, kw_only=True):
    """What is recorded at once.

    `applied` are ids of messages that were taken up; `refused` counts, by reason, messages that
    were not believed: nothing else is kept of those.
    """

    arrivals: Sequence[Arrival] = ()
    applied: Collection[str] = ()
    refused: Mapping[str, int] = {}


class KeptEvent(Struct, frozen=True):
    """A message on record; `applied_at` is None until it was taken up."""

    event: ProviderEvent
    received_at: datetime
    applied_at: datetime | None = None


class EventQuery(Struct, frozen=True, kw_only=True):
    """Which messages are meant: all of them, but for what is given here.

    `since` and `until` bound the time at which they came, the latter not included.
    """

    since: datetime | None = None
    until: datetime | None = None
    ids: Sequence[str] | None = None
    is_unapplied: bool = False


class EventCounts(Struct, frozen=True, kw_only=True):
    """How many messages there are. `refused` is by reason; `bodies` are not erased yet."""

    kept: int
    waiting: int
    bodies: int
    refused: Mapping[str, int]
    oldest_waiting_at: datetime | None = None


class EventLog(Protocol):
    """The provider's messages."""

    async def record_events(self, batch: EventBatch, at: datetime) -> frozenset[str]:
        """Record all of a batch in one transaction; return the ids not recorded before.

        Its arrivals have different ids. Concurrency: of several gateways that record one message
        at the same time, one is told that it is new.
        """
        ...

    async def kept_events(
        self, query: EventQuery, after: KeptEvent | None = None, limit: int = 500
    ) -> Sequence[KeptEvent]:
        """Return messages in the order in which they came, beginning behind `after`."""
        ...

    async def count_events(self, query: EventQuery) -> int:
        """Return how many messages are meant."""
        ...

    async def event_counts(self, since: datetime | None = None) -> EventCounts:
        """Count what came, since a time (whole days, for what was refused) or ever."""
        ...

    async def erase_bodies(self, before: datetime, limit: int = 1000) -> int:
        """Erase the raw bytes of messages that came before; return of how many, `limit` at most.

        The messages themselves stay on record: sent again they are still known.
        """
        ...
