"""Applies messages on record again: after a mistake was corrected, or an outage was long."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from msgspec import Struct

from connectors.sdk.terminal import ProviderEvent
from gateway.payments.clock import Clock
from gateway.payments.event_effects import EventEffects
from gateway.payments.event_log import EventBatch, EventLog, EventQuery, KeptEvent
from gateway.payments.event_queue import subject

log = logging.getLogger(__name__)

_PAGE = 500
_AT_ONCE = 8


class Replayed(Struct, frozen=True, kw_only=True):
    """How many messages were applied again, and about how many things; `failed` are those not."""

    events: int = 0
    subjects: int = 0
    failed: tuple[str, ...] = ()


async def replay(
    journal: EventLog,
    effects: EventEffects,
    clock: Clock,
    query: EventQuery,
    tell: Callable[[int], None],
) -> Replayed:
    """Apply messages on record again, several of one thing by one look.

    What fails is told, and holds up nothing else.
    """
    places = asyncio.Semaphore(_AT_ONCE)
    events, failed = 0, []
    subjects: set[str] = set()
    last: KeptEvent | None = None

    async def look(about: Sequence[ProviderEvent]) -> None:
        names = [it.id for it in about]
        async with places:
            try:
                await effects.follow(about)
                await journal.record_events(EventBatch(applied=names), clock.now())
            except Exception:
                log.exception("messages could not be applied", extra={"count": len(names)})
                failed.extend(names)
        tell(len(names))

    while page := await journal.kept_events(query, last, _PAGE):
        groups: dict[str, list[ProviderEvent]] = {}
        for kept in page:
            groups.setdefault(subject(kept.event), []).append(kept.event)
        await asyncio.gather(*(look(about) for about in groups.values()))
        events += len(page)
        subjects |= groups.keys()
        last = page[-1]
    return Replayed(events=events - len(failed), subjects=len(subjects), failed=tuple(failed))
