"""What is answered about readers where the configuration takes no payments."""

from collections.abc import Sequence

from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.domain.scope import RequestScope
from schema.ports.payments import ReaderKey


class NoReaders:
    """Implements `schema.ports.readers.Readers` without a provider: there are none."""

    async def by_keys(
        self, scope: RequestScope, keys: Sequence[ReaderKey]
    ) -> Sequence[ReaderRecord | None]:
        """See `Readers.by_keys`."""
        return [None] * len(keys)

    async def matching(
        self, scope: RequestScope, store: str | None, status: ReaderStatus | None
    ) -> Sequence[ReaderRecord]:
        """See `Readers.matching`."""
        return []

    def names(self, store: str) -> tuple[str, ...]:
        """See `Readers.names`."""
        return ()
