"""Card readers that staff know by name."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from msgspec import Struct

from schema.domain.errors import TillgraphError
from schema.domain.payment import UserErrorRecord
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.domain.reference import GlobalId
from schema.domain.scope import RequestScope
from schema.ports.payments import ReaderKey


class ReaderRegister(Struct, frozen=True):
    """A reader to register at a store's location, by the code that it shows.

    `name` is what staff will call it. The same `idempotency_key` twice is one reader.
    """

    store: str
    registration_code: str
    name: str
    idempotency_key: str


class Readers(Protocol):
    """What may be asked and done about readers.

    A `UserErrorRecord` says that nothing was done, and why.
    """

    async def by_keys(
        self, scope: RequestScope, keys: Sequence[ReaderKey]
    ) -> Sequence[ReaderRecord | TillgraphError | None]:
        """Return the reader of each key; None where no reader of the store has the name."""
        ...

    async def matching(
        self, scope: RequestScope, store: str | None, status: ReaderStatus | None
    ) -> Sequence[ReaderRecord | TillgraphError]:
        """Return the readers of a store, or of all that the actor may see, by store and name."""
        ...

    async def busy_with(
        self, scope: RequestScope, readers: Sequence[ReaderRecord]
    ) -> Sequence[GlobalId | None]:
        """Return what has each reader: a payment, a refund or a task; None where nothing has."""
        ...

    def updates(self, scope: RequestScope, reader: ReaderKey) -> AsyncIterator[ReaderRecord]:
        """Follow a reader: as it is, then each time that its status changes or its holder does.

        Raises:
            InvalidRequest: No reader of the store has the name, or several have.
            NotPermitted: It stands in a store that the actor may not see.
            SourceError: The provider could not be asked at the begin.
        """
        ...

    async def register(
        self, scope: RequestScope, request: ReaderRegister
    ) -> ReaderRecord | UserErrorRecord:
        """Make a reader known to the provider, at the store's location."""
        ...

    async def rename(
        self, scope: RequestScope, reader: ReaderKey, name: str
    ) -> ReaderRecord | UserErrorRecord:
        """Call a reader something else; not one that the configuration names."""
        ...

    async def clear(
        self, scope: RequestScope, reader: ReaderKey, expected_payment: str | None
    ) -> ReaderRecord | UserErrorRecord:
        """Clear a reader that has the payment expected, or nothing of ours where that is None.

        A payment that has the reader is called off. Nothing is sent to a reader that is at work on
        anything else than was expected.
        """
        ...

    def names(self, store: str) -> tuple[str, ...]:
        """Return what the store's readers are called, sorted; none for an unknown store."""
        ...
