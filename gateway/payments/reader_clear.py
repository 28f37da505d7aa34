"""Clearing a reader by force: what has it is compared first, under the reader's own lease."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from msgspec.structs import replace

from connectors.sdk.terminal import ActionStatus, ReaderAction
from gateway.payments import reader_checks, reader_refusals, refusals
from gateway.payments.clock import Clock
from gateway.payments.errands import Errands
from gateway.payments.journal import Journal, Payment
from gateway.payments.leases import ReaderHeld
from gateway.payments.reader_errands import new_errand, refusal_of
from gateway.payments.reader_log import ErrandKind, ErrandOutcome, ReaderErrand
from gateway.payments.reader_names import StoreReaders
from gateway.payments.reader_provider import ReaderProvider
from gateway.payments.readers import ReaderDirectory, may_see
from gateway.payments.states import READER_FREE
from gateway.payments.subject import Kind, Subject
from schema.domain.errors import Conflict, SourceError
from schema.domain.payment import PaymentRecord, UserErrorRecord
from schema.domain.scope import RequestScope
from schema.ports.payments import ReaderKey

log = logging.getLogger(__name__)

# Twice what two calls to the provider may take: a clear that is older has been left by its process.
_LEFT_S = 90.0
_SWEEP_S = 30.0

Cancel = Callable[[RequestScope, str], Awaitable[PaymentRecord | UserErrorRecord]]


class ReaderClearing:
    """Clears readers. While it looks and acts the reader is its own: no payment can begin there.

    `cancel` calls a payment off, and clears the reader of it.
    """

    def __init__(
        self,
        directory: ReaderDirectory,
        provider: ReaderProvider,
        journal: Journal,
        clock: Clock,
        cancel: Cancel,
    ) -> None:
        self._directory = directory
        self._provider = provider
        self._journal = journal
        self._clock = clock
        self._cancel = cancel
        self._errands = Errands()
        self._sweeps: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Give back, now and always, the readers that processes have left while clearing them."""
        self._sweeps = asyncio.create_task(self._sweep(), name="clears left behind")

    async def aclose(self) -> None:
        """Wait until what is under way is done."""
        await self._errands.aclose()
        if self._sweeps is not None:
            self._sweeps.cancel()
            await asyncio.gather(self._sweeps, return_exceptions=True)

    async def clear(
        self, scope: RequestScope, reader: ReaderKey, expected: str | None
    ) -> UserErrorRecord | None:
        """See `Readers.clear`; None once it is cleared."""
        store = reader_checks.reader_store(self._directory, scope.actor, reader)
        if isinstance(store, UserErrorRecord):
            return store
        device = store.readers[reader.name]
        payment = await self._expected(scope, expected)
        if isinstance(payment, UserErrorRecord):
            return payment
        lease = (await self._journal.leases([device])).get(device)
        if lease is not None:
            if payment is None or lease.holder != Subject(Kind.PAYMENT, payment.id):
                return reader_refusals.held_by_another(lease)
            done = await self._cancel(scope, payment.id)
            return done if isinstance(done, UserErrorRecord) else None
        errand = replace(
            new_errand(ErrandKind.CLEAR, scope.actor, store.store, reader.name, self._clock.now()),
            device=device,
        )
        return await self._errands.run(self._alone(errand, store, payment))

    async def _expected(
        self, scope: RequestScope, name: str | None
    ) -> Payment | UserErrorRecord | None:
        if name is None:
            return None
        found = (await self._journal.payments([name])).get(name)
        if found is None:
            return replace(refusals.payment_unknown(), path=reader_refusals.EXPECTED)
        if not may_see(scope.actor, found.store):
            return refusals.not_permitted(reader_refusals.EXPECTED)
        return found

    async def _alone(
        self, errand: ReaderErrand, store: StoreReaders, payment: Payment | None
    ) -> UserErrorRecord | None:
        begun = await self._journal.begin_clear(errand)
        if isinstance(begun, ReaderHeld):
            return reader_refusals.held_by_another(begun)
        refusal: UserErrorRecord | None = reader_refusals.told("OUTCOME_UNKNOWN")
        try:
            refusal = await self._cleared(errand, store, payment)
        finally:
            await self._settle(errand, refusal)
        return refusal

    async def _cleared(
        self, errand: ReaderErrand, store: StoreReaders, payment: Payment | None
    ) -> UserErrorRecord | None:
        device = store.readers[errand.reader]
        try:
            action = (await self._provider.device(device, store.account)).action
            if action is None or action.status is not ActionStatus.IN_PROGRESS:
                return None
            if not await self._may_go(action, payment):
                return reader_refusals.not_expected()
            await self._provider.clear_device(errand.id, device, store.account)
        except Conflict:
            return reader_refusals.authorizing(errand.reader)
        except SourceError as error:
            return reader_refusals.told(refusal_of(ErrandKind.CLEAR, error))
        return None

    async def _may_go(self, action: ReaderAction, payment: Payment | None) -> bool:
        """Whether the reader may be cleared of this: of the payment expected, or of no payment.

        What a payment of ours has left behind is none any more; anybody else's may be one.
        """
        if payment is not None:
            is_it = action.intent is not None and action.intent == payment.intent
            return is_it and payment.state in READER_FREE
        if action.intent is None:
            return True
        found = await self._journal.by_intent(action.intent)
        return found is not None and found.state in READER_FREE

    async def _settle(self, errand: ReaderErrand, refusal: UserErrorRecord | None) -> None:
        code = refusal.code if refusal else None
        outcome = ErrandOutcome.DONE if code is None else ErrandOutcome.REFUSED
        if code == "OUTCOME_UNKNOWN":
            outcome = ErrandOutcome.LOST
        now = self._clock.now()
        await self._journal.settle_errand(
            replace(errand, outcome=outcome, refusal=code, updated_at=now)
        )

    async def _sweep(self) -> None:
        while True:
            try:
                until = self._clock.now() - timedelta(seconds=_LEFT_S)
                for errand in await self._journal.unfinished_clears(until):
                    await self._settle(errand, reader_refusals.told("OUTCOME_UNKNOWN"))
            except Exception:
                log.exception("readers that were being cleared were not given back")
            await asyncio.sleep(_SWEEP_S)
