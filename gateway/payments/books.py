"""Keeps other systems' books in step with the journal."""

from collections.abc import Sequence

from gateway.payments.reconcile import reads
from gateway.payments.reconcile.finding import ReconciliationJournal
from gateway.payments.reconcile.missed import MissedEvents
from gateway.payments.reconcile.reconciler import Reconciler
from gateway.payments.write_back import WriteBack, write_backs
from schema.domain.reconciliation import ReconciliationRunRecord
from schema.domain.scope import RequestScope
from schema.domain.write_back import WriteBackRecord
from schema.ports.payment_books import FindingFilter, FindingList


class PaymentBooks:
    """Implements `schema.ports.payment_books.PaymentBooks` over the journal."""

    def __init__(
        self,
        journal: ReconciliationJournal,
        write_back: WriteBack,
        reconciler: Reconciler,
        missed: MissedEvents | None,
    ) -> None:
        self._journal = journal
        self._missed = missed
        self.write_back = write_back
        self.reconciler = reconciler

    def open(self) -> None:
        """Begin to tell the orders' systems, and to compare with the provider."""
        self.write_back.open()
        self.reconciler.open()
        if self._missed is not None:
            self._missed.open()

    async def aclose(self) -> None:
        """Stop. What is under way is on record, and taken up by the next start."""
        if self._missed is not None:
            await self._missed.aclose()
        await self.reconciler.aclose()
        await self.write_back.aclose()

    async def write_backs(
        self, _: RequestScope, references: Sequence[str]
    ) -> Sequence[WriteBackRecord | None]:
        """See `PaymentBooks.write_backs`."""
        return await write_backs(self._journal, references)

    async def last_run(self, _: RequestScope) -> ReconciliationRunRecord | None:
        """See `PaymentBooks.last_run`."""
        return await reads.last_run(self._journal)

    async def findings(
        self, scope: RequestScope, wanted: FindingFilter, first: int, after: str | None
    ) -> FindingList:
        """See `PaymentBooks.findings`."""
        return await reads.findings(self._journal, scope.actor, wanted, first, after)


class NoBooks:
    """Implements `schema.ports.payment_books.PaymentBooks` where nobody is paid."""

    async def write_backs(
        self, _: RequestScope, references: Sequence[str]
    ) -> Sequence[WriteBackRecord | None]:
        """See `PaymentBooks.write_backs`."""
        return [None] * len(references)

    async def last_run(self, _: RequestScope) -> ReconciliationRunRecord | None:
        """See `PaymentBooks.last_run`."""
        return None

    async def findings(
        self, _scope: RequestScope, _wanted: FindingFilter, _first: int, _after: str | None
    ) -> FindingList:
        """See `PaymentBooks.findings`."""
        return FindingList((), has_next=False)
