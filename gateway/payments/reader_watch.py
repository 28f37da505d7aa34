"""Readers that are followed: their status, and who has them."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager

from msgspec.structs import replace

from gateway.payments.leases import Lease, LeaseLog
from gateway.payments.readers import ReaderDirectory
from gateway.payments.subject import Subject
from gateway.payments.timing import Timing
from schema.domain.errors import ReaderUnknown, TillgraphError
from schema.domain.reader import ReaderRecord
from schema.domain.scope import RequestScope
from schema.ports.payments import ReaderKey

log = logging.getLogger(__name__)

_Seen = tuple[ReaderRecord, Subject | None]


class ReaderWatch:
    """Looks after all readers that anybody follows, in one round for all of them.

    A round is one query for who has them, and at most one call to the provider: the list that is
    oldest. So many followers cost no more than one, and see a change of status the later the more
    places they follow, but never later than the background's own lists.
    """

    def __init__(self, directory: ReaderDirectory, journal: LeaseLog, timing: Timing) -> None:
        self._directory = directory
        self._journal = journal
        self._timing = timing
        self._followed: Counter[ReaderKey] = Counter()
        self._leases: Mapping[str, Lease] = {}
        self._round = asyncio.Event()
        self._rounds: asyncio.Task[None] | None = None

    async def aclose(self) -> None:
        """End the rounds."""
        if self._rounds is not None:
            self._rounds.cancel()
            await asyncio.gather(self._rounds, return_exceptions=True)

    async def updates(self, scope: RequestScope, key: ReaderKey) -> AsyncIterator[ReaderRecord]:
        """See `Readers.updates`. It ends where the reader has lost its name."""
        found = (await self._directory.records(scope, [key]))[0]
        if found is None:
            raise ReaderUnknown(f"There is no such reader in {key.store}.")
        if isinstance(found, TillgraphError):
            raise found
        leases = await self._journal.leases([found.device])
        seen: _Seen | None = _seen(found, leases)
        yield found
        with self._following(key):
            while (now := await self._next(key)) is not None:
                record, latest = now, _seen(now, self._leases)
                if latest != seen:
                    seen = latest
                    yield record

    async def _next(self, key: ReaderKey) -> ReaderRecord | None:
        await self._round.wait()
        return self._directory.last(key)

    @contextmanager
    def _following(self, key: ReaderKey) -> Iterator[None]:
        self._followed[key] += 1
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._go_round(), name="readers that are followed")
        try:
            yield
        finally:
            self._followed[key] -= 1
            self._followed += Counter()  # forgets those that nobody follows

    async def _go_round(self) -> None:
        while self._followed:
            await asyncio.sleep(self._timing.follow_look_s)
            followed = [it for it in map(self._directory.last, self._followed) if it is not None]
            try:
                self._leases = await self._journal.leases([it.device for it in followed])
            except Exception:
                log.exception("readers that are followed could not be looked after")
                continue
            self._directory.look({it.store for it in self._followed})
            self._round.set()
            self._round = asyncio.Event()


def _seen(record: ReaderRecord, leases: Mapping[str, Lease]) -> _Seen:
    """What makes a change: when the provider last heard of a reader does not."""
    lease = leases.get(record.device)
    return replace(record, last_seen_at=None), lease.holder if lease else None
