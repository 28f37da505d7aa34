"""What somebody who names a reader must fulfil."""

from gateway.payments import refusals
from gateway.payments.reader_names import StoreReaders
from gateway.payments.readers import ReaderDirectory, may_see
from schema.domain.errors import ReaderAmbiguous
from schema.domain.payment import UserErrorRecord
from schema.domain.scope import Actor
from schema.ports.payments import ReaderKey

_STORE, _NAME = ("input", "reader", "store"), ("input", "reader", "name")


def reader_store(
    directory: ReaderDirectory, actor: Actor, reader: ReaderKey
) -> StoreReaders | UserErrorRecord:
    """Find the store of a reader that has one such reader, and that the actor may see."""
    store = store_of(directory, actor, reader.store, _STORE)
    if isinstance(store, UserErrorRecord) or reader.name in store.readers:
        return store
    if reader.name in store.ambiguous:
        return ambiguous(reader, store.ambiguous[reader.name])
    directory.doubt(reader.store)
    return refusals.reader_unknown(reader.store, directory.names(reader.store))


def store_of(
    directory: ReaderDirectory, actor: Actor, code: str, path: tuple[str, ...]
) -> StoreReaders | UserErrorRecord:
    """Find a store that the actor may see."""
    store = directory.store(code)
    if store is None:
        return refusals.store_unknown(directory.stores_of(actor), path)
    return store if may_see(actor, code) else refusals.not_permitted(path)


def ambiguous(reader: ReaderKey, devices: tuple[str, ...]) -> UserErrorRecord:
    """Several readers bear the label: a payment might wait at the wrong one."""
    error = ReaderAmbiguous(reader.store, reader.name, devices)
    return UserErrorRecord(error.code, error.hint, _NAME)
