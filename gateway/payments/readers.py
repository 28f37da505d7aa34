"""The readers that staff know by name, and what the provider says of them."""

import asyncio
import time
from collections.abc import Mapping, Sequence

from msgspec import Struct

from connectors.sdk.terminal import ReaderState
from gateway.payments.provider import Provider
from schema.domain.errors import NotPermitted, SourceError, TillgraphError, Unavailable
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.domain.scope import Actor, RequestScope
from schema.ports.payments import ReaderKey

# The answer is given a little before the request ends, so that it still holds what others found.
_MARGIN_S = 0.25

_Place = tuple[str | None, str | None]


class StoreReaders(Struct, frozen=True):
    """A store's readers, from the configuration: what staff call each, and the provider's id of it.

    `location` is the provider's id of the store; None where it is not checked. `account` is the
    provider's account that owns the readers; None is the default one.
    """

    store: str
    currency: str
    readers: Mapping[str, str]
    location: str | None = None
    account: str | None = None


class ReaderDirectory:
    """Every store's readers by name. Their status is asked once a place, and believed for a while.

    Concurrency: callers that ask for the same place at once share one call.
    """

    def __init__(self, stores: Sequence[StoreReaders], provider: Provider, memory_s: float) -> None:
        self._provider = provider
        self._memory_s = memory_s
        self._stores: Mapping[str, StoreReaders] = {}
        self._asked: dict[_Place, tuple[float, asyncio.Task[Sequence[ReaderState]]]] = {}
        self.replace(stores)

    def replace(self, stores: Sequence[StoreReaders]) -> None:
        """Know these stores and no others. Payments that have begun keep the reader they have."""
        self._stores = {it.store: it for it in sorted(stores, key=lambda it: it.store)}

    def store(self, code: str) -> StoreReaders | None:
        """Return a store's readers."""
        return self._stores.get(code)

    def stores_of(self, actor: Actor) -> tuple[str, ...]:
        """Return the codes of the stores that the actor may see, sorted."""
        return tuple(code for code in self._stores if may_see(actor, code))

    def names(self, store: str) -> tuple[str, ...]:
        """Return what the store's readers are called, sorted."""
        found = self._stores.get(store)
        return tuple(sorted(found.readers)) if found else ()

    async def records(
        self, scope: RequestScope, keys: Sequence[ReaderKey]
    ) -> Sequence[ReaderRecord | TillgraphError | None]:
        """See `Payments.readers`."""
        return await asyncio.gather(*(self._record(scope, key) for key in keys))

    async def aclose(self) -> None:
        """End the calls that are under way."""
        tasks = [task for _, task in self._asked.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _record(
        self, scope: RequestScope, key: ReaderKey
    ) -> ReaderRecord | TillgraphError | None:
        store = self._stores.get(key.store)
        if store is None or key.name not in store.readers:
            return None
        if not may_see(scope.actor, key.store):
            return NotPermitted("the reader stands in a store that the actor may not see")
        try:
            async with asyncio.timeout(scope.deadline - time.monotonic() - _MARGIN_S):
                states = await asyncio.shield(self._states(store.location, store.account))
        except TimeoutError:
            return Unavailable("no answer in time", source=self._provider.name)
        except SourceError as error:
            return error
        device = store.readers[key.name]
        state = next((it for it in states if it.id == device), None)
        if state is None:
            return ReaderRecord(key.store, key.name, device, ReaderStatus.UNKNOWN)
        return ReaderRecord(key.store, key.name, device, state.status, state.device_type)

    def _states(
        self, location: str | None, account: str | None
    ) -> asyncio.Task[Sequence[ReaderState]]:
        asked_at, task = self._asked.get((location, account), (0.0, None))
        now = time.monotonic()
        if task is None or now >= asked_at + self._memory_s or _has_failed(task):
            task = asyncio.create_task(self._provider.readers(location, account))
            task.add_done_callback(_has_failed)  # which hears of an error that nobody waits for
            self._asked[location, account] = (now, task)
        return task


def may_see(actor: Actor, store: str) -> bool:
    """Whether the store is one of the actor's."""
    return actor.stores is None or store in actor.stores


def _has_failed(task: asyncio.Task[Sequence[ReaderState]]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
