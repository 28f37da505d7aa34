"""What an operator should know of readers: what is configured, beside what the provider lists."""

import asyncio
from collections.abc import Iterator, Sequence

from msgspec import Struct

from connectors.sdk.terminal import ReaderState
from gateway.payments.reader_names import StoreReaders
from gateway.payments.readers import ReaderDirectory
from schema.domain.errors import SourceError

_AT_ONCE = 4  # so that a chain of stores stays below the 25 calls a second that Stripe allows


class ReaderDoubt(Struct, frozen=True):
    """Something about a store's readers that somebody should mend; `advice` tells how."""

    store: str
    code: str
    advice: str


async def doubts(directory: ReaderDirectory) -> Sequence[ReaderDoubt]:
    """Ask for every store's readers, and tell what is wrong with them, by store.

    A place that cannot be asked has no doubts: that its provider is dead is told elsewhere.
    """
    stores, turn = directory.stores(), asyncio.Semaphore(_AT_ONCE)
    states = await asyncio.gather(*(_states(directory, store, turn) for store in stores))
    found: list[ReaderDoubt] = []
    for store, listed in zip(stores, states, strict=True):
        if listed is not None:
            found += _of_store(directory.store(store.store) or store, listed)
            found += _hidden(directory, store)
    return found


async def _states(
    directory: ReaderDirectory, store: StoreReaders, turn: asyncio.Semaphore
) -> Sequence[ReaderState] | None:
    async with turn:
        try:
            return await directory.states(store)
        except SourceError:
            return None


def _of_store(store: StoreReaders, listed: Sequence[ReaderState]) -> Iterator[ReaderDoubt]:
    for name, devices in sorted(store.ambiguous.items()):
        which = ", ".join(devices)
        yield ReaderDoubt(
            store.store,
            "READER_AMBIGUOUS",
            f"{which} are all labelled {name!r}, and none can be used: label all but one anew",
        )
    places = {it.id: it.location for it in listed}
    for name, device in sorted(store.readers.items()):
        if device not in places:
            yield ReaderDoubt(
                store.store,
                "READER_UNKNOWN",
                f"{name!r} is configured as {device}, which the provider does not know",
            )
        elif store.location is not None and places[device] != store.location:
            yield ReaderDoubt(
                store.store,
                "READER_WRONG_LOCATION",
                f"{name!r} ({device}) is registered at {places[device]}, not {store.location}",
            )


def _hidden(directory: ReaderDirectory, store: StoreReaders) -> Iterator[ReaderDoubt]:
    for it in directory.hidden(store.store):
        yield ReaderDoubt(
            store.store,
            "NAME_TAKEN",
            f"{it.device} is labelled {it.name!r}, as another is configured: label it anew",
        )
