"""The readers that staff know by name, and what the provider says of them."""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence

from connectors.sdk.terminal import ReaderState
from gateway.payments.reader_lists import ReaderLists
from gateway.payments.reader_log import Place, ReaderLog
from gateway.payments.reader_names import Shadowed, StoreReaders, shadowed, with_labels
from gateway.payments.reader_provider import ReaderProvider
from gateway.payments.timing import Timing
from schema.domain.errors import (
    NotPermitted,
    ReaderAmbiguous,
    SourceError,
    TillgraphError,
    Unavailable,
)
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.domain.scope import Actor, RequestScope
from schema.ports.payments import ReaderKey

# The answer is given a little before the request ends, so that it still holds what others found.
_MARGIN_S = 0.25


class ReaderDirectory:
    """Every store's readers by name: as the configuration calls them, else by their labels.

    Concurrency: callers that ask for the same place at once share one call.
    """

    def __init__(
        self,
        stores: Sequence[StoreReaders],
        provider: ReaderProvider,
        journal: ReaderLog,
        timing: Timing,
    ) -> None:
        self._provider = provider
        self._timing = timing
        self._configured: Mapping[str, StoreReaders] = {}
        self._stores: dict[str, StoreReaders] = {}
        self._at: dict[Place, list[StoreReaders]] = {}
        self.lists = ReaderLists(provider, journal, timing, self._told)
        self.replace(stores)

    async def open(self) -> None:
        """Know the names of the last run, and begin to ask anew. Waits for the journal alone."""
        await self.lists.open()

    async def aclose(self) -> None:
        """End the calls that are under way."""
        await self.lists.aclose()

    def replace(self, stores: Sequence[StoreReaders]) -> None:
        """Know these stores and no others. Payments that have begun keep the reader they have."""
        ordered = sorted(stores, key=lambda it: it.store)
        self._configured = {it.store: it for it in ordered}
        self._stores = {it.store: self._named(it) for it in ordered}
        self._at = {}
        for store in ordered:
            self._at.setdefault(store.place, []).append(store)
        self.lists.expect(
            {
                place: frozenset(device for it in here for device in it.readers.values())
                for place, here in self._at.items()
            }
        )

    def store(self, code: str) -> StoreReaders | None:
        """Return a store's readers."""
        return self._stores.get(code)

    def stores(self) -> tuple[StoreReaders, ...]:
        """Return every store's readers, by the stores' codes."""
        return tuple(self._stores.values())

    def stores_of(self, actor: Actor) -> tuple[str, ...]:
        """Return the codes of the stores that the actor may see, sorted."""
        return tuple(code for code in self._stores if may_see(actor, code))

    def names(self, store: str) -> tuple[str, ...]:
        """Return what the store's readers are called, sorted."""
        found = self._stores.get(store)
        return tuple(sorted(found.readers)) if found else ()

    def doubt(self, store: str) -> None:
        """Ask soon for a store's readers: somebody has named one that nobody knows."""
        if store in self._stores:
            self.lists.doubt(self._stores[store].place)

    async def states(self, store: StoreReaders) -> Sequence[ReaderState]:
        """Return how the readers are at a store's place. Raises as `TerminalDriver.readers`."""
        believed_s = self._timing.status_memory_s
        return await asyncio.shield(self.lists.states(store.place, believed_s))

    def last(self, key: ReaderKey) -> ReaderRecord | None:
        """Return a reader as it was last told; None where nobody has the name."""
        store = self._stores.get(key.store)
        if store is None or key.name not in store.readers:
            return None
        device = store.readers[key.name]
        told = self.lists.last(store.place)
        state = next((it for it in told if it.id == device), None)
        return self.shown(key.store, key.name, state, device)

    def shown(
        self, store: str, name: str, state: ReaderState | None, device: str = ""
    ) -> ReaderRecord:
        """A reader as clients see it; without a state the provider knows only its device."""
        readers = self._stores.get(store)
        configured = readers is not None and name in readers.readers and name not in readers.labels
        if state is None:
            return ReaderRecord(store, name, device, ReaderStatus.UNKNOWN, configured=configured)
        currency = readers.currency if readers else ""
        return ReaderRecord(
            store=store,
            name=name,
            device=state.id,
            status=state.status,
            device_type=state.device_type,
            serial_number=state.serial_number,
            location=state.location,
            last_seen_at=state.last_seen_at,
            configured=configured,
            supported_methods=tuple(self._provider.methods(state.device_type, currency)),
        )

    def look(self, stores: Collection[str]) -> None:
        """Ask for the oldest list of these stores anew, unless it is young; waits for nothing."""
        places = {self._stores[code].place for code in stores if code in self._stores}
        if places:
            _ = self.lists.states(self.lists.oldest(places), self._timing.status_memory_s)

    def hidden(self, store: str) -> Sequence[Shadowed]:
        """Return the readers that cannot be reached because a configured one has their name."""
        configured = self._configured[store]
        return shadowed(configured, self.lists.known(configured.place))

    async def records(
        self, scope: RequestScope, keys: Sequence[ReaderKey], believed_s: float | None = None
    ) -> Sequence[ReaderRecord | TillgraphError | None]:
        """See `Readers.by_keys`. What is told is no older than `believed_s`."""
        if believed_s is None:
            believed_s = self._timing.status_memory_s
        return await asyncio.gather(*(self._record(scope, key, believed_s) for key in keys))

    async def matching(
        self, scope: RequestScope, store: str | None, status: ReaderStatus | None
    ) -> Sequence[ReaderRecord | TillgraphError]:
        """See `Readers.matching`."""
        codes = [store] if store is not None else self.stores_of(scope.actor)
        # Over all stores it may be a call for each: what the background has read is good enough.
        believed_s = None if store is not None else self._timing.list_s + self._timing.call_s
        keys = [ReaderKey(code, name) for code in codes for name in self.names(code)]
        found = await self.records(scope, keys, believed_s)
        return [it for it in found if it is not None and _fits(it, status)]

    async def _record(
        self, scope: RequestScope, key: ReaderKey, believed_s: float
    ) -> ReaderRecord | TillgraphError | None:
        store = self._stores.get(key.store)
        if store is None:
            return None
        if not may_see(scope.actor, key.store):
            return NotPermitted("the reader stands in a store that the actor may not see")
        if key.name in store.ambiguous:
            return ReaderAmbiguous(key.store, key.name, store.ambiguous[key.name])
        if key.name not in store.readers:
            return None
        return await self._told_of(scope, store, key.name, believed_s)

    async def _told_of(
        self, scope: RequestScope, store: StoreReaders, name: str, believed_s: float
    ) -> ReaderRecord | TillgraphError:
        try:
            async with asyncio.timeout(scope.deadline - time.monotonic() - _MARGIN_S):
                states = await asyncio.shield(self.lists.states(store.place, believed_s))
        except TimeoutError:
            return Unavailable("no answer in time", source=self._provider.name)
        except SourceError as error:
            return error
        state = next((it for it in states if it.id == store.readers[name]), None)
        return self.shown(store.store, name, state, store.readers[name])

    def _told(self, place: Place) -> None:
        """Learn the labels of a place."""
        for store in self._at.get(place, ()):
            self._stores[store.store] = self._named(store)

    def _named(self, store: StoreReaders) -> StoreReaders:
        return with_labels(store, self.lists.known(store.place))


def may_see(actor: Actor, store: str) -> bool:
    """Whether the store is one of the actor's."""
    return actor.stores is None or store in actor.stores


def _fits(found: ReaderRecord | TillgraphError, status: ReaderStatus | None) -> bool:
    return status is None or not isinstance(found, ReaderRecord) or found.status is status
