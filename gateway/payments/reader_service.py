"""What may be asked and done about readers."""

from collections.abc import Sequence

from gateway.payments.readers import ReaderDirectory
from schema.domain.errors import TillgraphError
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.domain.scope import RequestScope
from schema.ports.payments import ReaderKey


class ReaderService:
    """Implements `schema.ports.readers.Readers` over the directory and the journal."""

    def __init__(self, directory: ReaderDirectory) -> None:
        self._directory = directory

    async def by_keys(
        self, scope: RequestScope, keys: Sequence[ReaderKey]
    ) -> Sequence[ReaderRecord | TillgraphError | None]:
        """See `Readers.by_keys`."""
        return await self._directory.records(scope, keys)

    async def matching(
        self, scope: RequestScope, store: str | None, status: ReaderStatus | None
    ) -> Sequence[ReaderRecord | TillgraphError]:
        """See `Readers.matching`."""
        return await self._directory.matching(scope, store, status)

    def names(self, store: str) -> tuple[str, ...]:
        """See `Readers.names`."""
        return self._directory.names(store)
