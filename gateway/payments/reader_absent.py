"""What is answered about readers where the configuration takes no payments."""

from collections.abc import AsyncIterator, Sequence

from gateway.payments.absent import NOT_CONFIGURED
from schema.domain.errors import ReaderUnknown
from schema.domain.payment import UserErrorRecord
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.domain.scope import RequestScope
from schema.ports.payments import ReaderKey
from schema.ports.readers import ReaderRegister


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

    async def busy_with(
        self, scope: RequestScope, readers: Sequence[ReaderRecord]
    ) -> Sequence[None]:
        """See `Readers.busy_with`."""
        return [None] * len(readers)

    async def updates(self, scope: RequestScope, reader: ReaderKey) -> AsyncIterator[ReaderRecord]:
        """See `Readers.updates`."""
        raise ReaderUnknown("There are no readers: this gateway takes no payments.")
        yield  # what makes this a generator

    async def register(self, scope: RequestScope, request: ReaderRegister) -> UserErrorRecord:
        """See `Readers.register`."""
        return NOT_CONFIGURED

    async def rename(self, scope: RequestScope, reader: ReaderKey, name: str) -> UserErrorRecord:
        """See `Readers.rename`."""
        return NOT_CONFIGURED

    async def clear(
        self, scope: RequestScope, reader: ReaderKey, expected_payment: str | None
    ) -> UserErrorRecord:
        """See `Readers.clear`."""
        return NOT_CONFIGURED

    def names(self, store: str) -> tuple[str, ...]:
        """See `Readers.names`."""
        return ()
