"""Card readers that staff know by name."""

from collections.abc import Sequence
from typing import Protocol

from schema.domain.errors import TillgraphError
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.domain.scope import RequestScope
from schema.ports.payments import ReaderKey


class Readers(Protocol):
    """What may be asked and done about readers."""

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

    def names(self, store: str) -> tuple[str, ...]:
        """Return what the store's readers are called, sorted; none for an unknown store."""
        ...
