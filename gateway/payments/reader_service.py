"""What may be asked and done about readers."""

from collections.abc import AsyncIterator, Mapping, Sequence
from types import MappingProxyType

from gateway.payments.clock import Clock
from gateway.payments.journal import Journal
from gateway.payments.reader_clear import Cancel, ReaderClearing
from gateway.payments.reader_errands import ReaderErrands
from gateway.payments.reader_provider import ReaderProvider
from gateway.payments.reader_watch import ReaderWatch
from gateway.payments.readers import ReaderDirectory
from gateway.payments.subject import Kind
from gateway.payments.timing import Timing
from schema.domain.errors import TillgraphError
from schema.domain.payment import UserErrorRecord
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.domain.reference import GlobalId
from schema.domain.scope import RequestScope
from schema.ports.payments import ReaderKey
from schema.ports.readers import ReaderRegister

# Those who have readers that clients can look at, by the kinds of their ids.
_SHOWN: Mapping[Kind, str] = MappingProxyType(
    {Kind.PAYMENT: "Payment", Kind.REFUND: "Refund", Kind.TASK: "ReaderTask"}
)


class ReaderService:
    """Implements `schema.ports.readers.Readers` over the directory and the journal."""

    def __init__(
        self,
        directory: ReaderDirectory,
        provider: ReaderProvider,
        journal: Journal,
        *,
        clock: Clock,
        timing: Timing,
        cancel: Cancel,
    ) -> None:
        self._directory = directory
        self._journal = journal
        self._errands = ReaderErrands(directory, provider, journal, clock, timing)
        self._clearing = ReaderClearing(directory, provider, journal, clock, cancel)
        self._watch = ReaderWatch(directory, journal, timing)

    async def open(self) -> None:
        """Know what the journal holds. Waits for nothing else."""
        await self._directory.open()
        await self._clearing.open()

    async def aclose(self) -> None:
        """End every task. What has begun is in the journal."""
        await self._clearing.aclose()
        await self._errands.aclose()
        await self._watch.aclose()
        await self._directory.aclose()

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

    async def busy_with(
        self,
        scope: RequestScope,  # noqa: ARG002 - who may see the holder is its own port's to say
        readers: Sequence[ReaderRecord],
    ) -> Sequence[GlobalId | None]:
        """See `Readers.busy_with`."""
        leases = await self._journal.leases([it.device for it in readers])
        holders = [leases[it.device].holder if it.device in leases else None for it in readers]
        return [
            GlobalId(_SHOWN[it.kind], (it.id,)) if it and it.kind in _SHOWN else None
            for it in holders
        ]

    def names(self, store: str) -> tuple[str, ...]:
        """See `Readers.names`."""
        return self._directory.names(store)

    def updates(self, scope: RequestScope, reader: ReaderKey) -> AsyncIterator[ReaderRecord]:
        """See `Readers.updates`."""
        return self._watch.updates(scope, reader)

    async def register(
        self, scope: RequestScope, request: ReaderRegister
    ) -> ReaderRecord | UserErrorRecord:
        """See `Readers.register`."""
        return await self._errands.register(scope.actor, request)

    async def rename(
        self, scope: RequestScope, reader: ReaderKey, name: str
    ) -> ReaderRecord | UserErrorRecord:
        """See `Readers.rename`."""
        return await self._errands.rename(scope.actor, reader, name)

    async def clear(
        self, scope: RequestScope, reader: ReaderKey, expected_payment: str | None
    ) -> ReaderRecord | UserErrorRecord:
        """See `Readers.clear`."""
        refusal = await self._clearing.clear(scope, reader, expected_payment)
        last = self._directory.last(reader)
        return refusal or last or self._directory.shown(reader.store, reader.name, None)
