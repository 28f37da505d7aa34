"""What may be done about payments."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from connectors.sdk.ports import TerminalDriver
from gateway.payments import checks, refund_refusals, refusals
from gateway.payments.adopt import Adoption, OnlineOrders
from gateway.payments.changes import Changes
from gateway.payments.clock import Clock, Names, RandomNames, SystemClock
from gateway.payments.course import Desk
from gateway.payments.due_log import OrderPart
from gateway.payments.dues import due
from gateway.payments.errands import Errands
from gateway.payments.follow import Followers
from gateway.payments.increase_requests import IncreaseRequests
from gateway.payments.journal import (
    Journal,
    Payment,
    StaleError,
)
from gateway.payments.keeper import Keeper
from gateway.payments.keys import Step
from gateway.payments.lists import JournalLists
from gateway.payments.provider import Provider, Watched
from gateway.payments.reader_names import StoreReaders
from gateway.payments.reader_provider import ReaderProvider
from gateway.payments.reader_service import ReaderService
from gateway.payments.readers import ReaderDirectory
from gateway.payments.reads import PaymentReads
from gateway.payments.record import Recorder, shown_refund
from gateway.payments.recover import payment_work, refund_work
from gateway.payments.refund_requests import RefundRequests
from gateway.payments.refund_watch import RefundWatch
from gateway.payments.refunds import Refunds
from gateway.payments.retries import Retries
from gateway.payments.states import FINAL, Event, State, allows
from gateway.payments.tasks.provider import TaskDriver
from gateway.payments.tasks.service import ReaderTaskService
from gateway.payments.timing import Timing
from gateway.payments.webhooks import Webhooks
from schema.domain.money import Money
from schema.domain.order import OrderRecord
from schema.domain.payment import (
    PaymentRecord,
    RefundReason,
    RefundRecord,
    UserErrorRecord,
)
from schema.domain.reference import SourceRef
from schema.domain.scope import Actor, RequestScope
from schema.ports.payments import (
    PaymentIncrease,
    PaymentStart,
    ReaderKey,
    RefundReceipt,
    RefundStart,
)

if TYPE_CHECKING:
    from schema.ports.payment_lists import PaymentLists

log = logging.getLogger(__name__)

# A started payment that has come further than these has reached its reader, or will not.
_ON_THE_WAY = frozenset({State.NEW, State.INTENT_READY, State.DISPATCHING, State.CANCELING})
_CALLED_OFF = frozenset({State.CANCELING, State.CANCELED, State.SUPERSEDED})


class PaymentService:
    """Implements `schema.ports.payments.Payments` over one provider and one journal.

    Every mutation first commits to the journal, then nudges the payment's follower, which alone
    calls the provider, and waits a short while for what comes of it. A caller that goes away stops
    nothing. `webhooks` and `directory` are for the web and for the configuration; `watched` learns
    from every call how the provider does.
    """

    def __init__(
        self,
        driver: TerminalDriver,
        journal: Journal,
        stores: Sequence[StoreReaders],
        *,
        source: str = "payments",
        timing: Timing | None = None,
        clock: Clock | None = None,
        names: Names | None = None,
        watched: Watched | None = None,
        online_orders: OnlineOrders | None = None,
    ) -> None:
        self._timing = timing or Timing()
        self._clock = clock or SystemClock()
        self._names = names or RandomNames()
        self._journal = journal
        self._errands = Errands()
        self._keeper = Keeper(journal, self._timing)
        changes: Changes[Payment] = Changes()
        provider = self._provider = Provider(
            driver, source, self._timing, watched, self._keeper.is_alive
        )
        self._recorder = Recorder(journal, changes, self._clock, self._timing.attempt_deadline_s)
        self._reads = PaymentReads(journal, self._recorder, changes, self._timing)
        desk = Desk(provider, journal, self._recorder, self._clock, self._timing)
        self._followers = Followers(desk, self._keeper)
        self._increases = IncreaseRequests(
            journal,
            self._reads,
            self._recorder,
            self._clock,
            rules=provider.amount_rule,
            nudge=self._followers.nudge,
        )
        self._refunds = Refunds(desk)
        self._refund_watch = RefundWatch(desk, self._refunds)
        self.recount = self._refunds.count_anew  # for the books
        self._keeper.add(payment_work(journal, self._followers))
        self._keeper.add(refund_work(journal, self._refunds))
        self.lists: PaymentLists = JournalLists(journal, self._recorder)
        self.adoption = Adoption(desk, self._refunds, self._names, online_orders)
        self.webhooks = Webhooks(desk, self._followers, self._refunds, self.adoption)
        teller = ReaderProvider(driver, source, self._timing, watched)
        self.directory = ReaderDirectory(stores, teller, journal, self._timing)
        self.tasks = (
            ReaderTaskService(
                driver,
                journal,
                self.directory,
                self._keeper,
                source=source,
                timing=self._timing,
                clock=self._clock,
                watched=watched,
            )
            if isinstance(driver, TaskDriver)
            else None
        )
        if self.tasks is not None:
            self.webhooks.listen(self.tasks.told)
        self._retries = Retries(
            self._reads, self._recorder, self._followers, self.directory, self._clock
        )
        self.readers = ReaderService(
            self.directory,
            teller,
            journal,
            clock=self._clock,
            timing=self._timing,
            cancel=self.cancel,
        )
        self._refund_requests = RefundRequests(
            desk,
            self._reads,
            self._refunds,
            self.directory,
            names=self._names,
            claimant=lambda: self._keeper.owner,
        )

    async def open(self) -> None:
        """Take up what an earlier process left unfinished. Waits for the journal alone."""
        await self.readers.open()
        if self.tasks is not None:
            self.tasks.open()
        count = await self._keeper.open()
        self.webhooks.open()
        self._refund_watch.open()
        if count:
            log.info("unfinished work was taken up", extra={"count": count})

    async def aclose(self) -> None:
        """End every task. Nothing is lost: the journal holds it all."""
        await self._errands.aclose()
        await self.webhooks.aclose()
        await self._refund_watch.aclose()
        await self._followers.aclose()
        if self.tasks is not None:
            await self.tasks.aclose()
        await self._refunds.aclose()
        await self._keeper.aclose()
        await self.readers.aclose()

    async def start(
        self, scope: RequestScope, request: PaymentStart
    ) -> PaymentRecord | UserErrorRecord:
        """See `Payments.start`."""
        begun = await self._errands.run(self._begun(scope.actor, request))
        if isinstance(begun, UserErrorRecord):
            return begun
        reached = await self._reads.settled(begun.id, lambda it: it.state not in _ON_THE_WAY)
        return refusals.refused_at_start(reached) or await self._reads.shown(reached)

    async def retry(
        self, scope: RequestScope, payment: str, reader: ReaderKey | None
    ) -> PaymentRecord | UserErrorRecord:
        """See `Payments.retry`. Asking for the same again changes nothing."""
        begun = await self._errands.run(self._retries.begun(scope.actor, payment, reader))
        if isinstance(begun, UserErrorRecord):
            return begun
        reached = await self._reads.settled(payment, lambda it: it.state not in _ON_THE_WAY)
        return refusals.refused_again(reached) or await self._reads.shown(reached)

    async def cancel(self, scope: RequestScope, payment: str) -> PaymentRecord | UserErrorRecord:
        """See `Payments.cancel`. Canceling what is canceled changes nothing."""
        done = await self._errands.run(self._called_off(scope.actor, payment))
        if isinstance(done, UserErrorRecord):
            return done
        reached = await self._reads.settled(payment, lambda it: it.state in FINAL)
        return await self._reads.shown(reached)

    async def capture(
        self, scope: RequestScope, payment: str, amount: Money | None
    ) -> PaymentRecord | UserErrorRecord:
        """See `Payments.capture`. Asking for the same again changes nothing."""
        done = await self._errands.run(self._capturing(scope.actor, payment, amount))
        if isinstance(done, UserErrorRecord):
            return done
        reached = await self._reads.settled(payment, lambda it: it.state is not State.CAPTURING)
        return await self._reads.shown(reached)

    async def increase(
        self, scope: RequestScope, request: PaymentIncrease
    ) -> PaymentRecord | UserErrorRecord:
        """See `Payments.increase`."""
        begun = await self._errands.run(self._increases.begun(scope.actor, request))
        if isinstance(begun, UserErrorRecord):
            return begun
        name, is_going = begun.id, State.INCREASING
        reached = await self._reads.settled(name, lambda it: it.state is not is_going)
        return await self._reads.shown(reached)

    async def refund(
        self,
        scope: RequestScope,
        payment: str,
        amount: Money | None,
        idempotency_key: str,
        *,
        reason: RefundReason | None = None,
        reader: ReaderKey | None = None,
    ) -> RefundReceipt | UserErrorRecord:
        """See `Payments.refund`."""
        request = RefundStart(payment, idempotency_key, amount, reason, reader)
        begun = await self._errands.run(self._refund_requests.begun(scope.actor, request))
        if isinstance(begun, UserErrorRecord):
            return begun
        await self._refunds.wait(begun.id, self._timing.answer_within_s)
        refund = (await self._journal.refunds([begun.id]))[begun.id]
        if refusal := refund_refusals.refused_at_start(refund):
            return refusal
        found = (await self._journal.payments([refund.payment]))[refund.payment]
        return RefundReceipt(shown_refund(refund), await self._reads.shown(found))

    async def payments(
        self, scope: RequestScope, ids: Sequence[str]
    ) -> Sequence[PaymentRecord | None]:
        """See `Payments.payments`."""
        return await self._reads.payments(scope.actor, ids)

    async def of_orders(
        self, scope: RequestScope, orders: Sequence[SourceRef]
    ) -> Sequence[Sequence[PaymentRecord]]:
        """See `Payments.of_orders`."""
        return await self._reads.of_orders(scope.actor, orders)

    async def due(
        self,
        scope: RequestScope,  # noqa: ARG002 - the port's
        orders: Sequence[OrderRecord],
    ) -> Sequence[Money | None]:
        """See `Payments.due`."""
        committed = await self._journal.committed({it.ref: it.as_of for it in orders})
        return [due(order, committed.get(order.ref, {})) for order in orders]

    async def refunds(
        self, scope: RequestScope, ids: Sequence[str]
    ) -> Sequence[RefundRecord | None]:
        """See `Payments.refunds`."""
        return await self._reads.refunds(scope.actor, ids)

    def updates(self, scope: RequestScope, payment: str) -> AsyncIterator[PaymentRecord]:
        """See `Payments.updates`."""
        return self._reads.updates(scope.actor, payment)

    async def _begun(self, actor: Actor, request: PaymentStart) -> Payment | UserErrorRecord:
        """Find the payment that the key has started, or start it."""
        store = checks.place(self.directory, actor, request)
        if isinstance(store, UserErrorRecord):
            return store
        amount = checks.amount_due(store, request, self._provider.amount_rule)
        if isinstance(amount, UserErrorRecord):
            # What was due when the key was first used may be paid by now. Where nothing is wrong,
            # the journal looks for the key itself.
            known = await self._journal.by_key(request.idempotency_key)
            if known is None:
                return amount
            same = known.request_hash == checks.start_hash(request)
            return known if same else refusals.key_taken()
        name, now = self._names.payment(), self._clock.now()
        new = checks.new_payment(name, now, actor, store=store, request=request, amount=amount)
        rule = self._provider.amount_rule(amount.currency)
        return await self._begin(new, checks.wanted(request, rule))

    async def _begin(self, new: Payment, wanted: OrderPart) -> Payment | UserErrorRecord:
        """Record a payment and its reader's lease, and set its follower off."""
        begun = await self._journal.begin(new, wanted, self._keeper.owner)
        if not isinstance(begun, Payment):
            return checks.not_begun(new, begun)
        if begun.id == new.id:
            self._followers.begin(begun)
        return begun

    async def _called_off(self, actor: Actor, payment: str) -> Payment | UserErrorRecord:
        """Begin to call a payment off."""
        while True:
            found = await self._reads.own(actor, payment)
            if isinstance(found, UserErrorRecord) or found.state in _CALLED_OFF:
                return found
            if found.state is State.CAPTURING or not allows(found.state, Event.CALL_OFF):
                return checks.why_not_canceled(found)
            with suppress(StaleError):  # it has moved in between
                note = f"canceled by {actor.name}"
                reached = await self._recorder.call_off(found, State.CANCELED, note)
                self._followers.nudge(payment)
                return reached

    async def _capturing(
        self, actor: Actor, payment: str, amount: Money | None
    ) -> Payment | UserErrorRecord:
        """Begin to take a payment's money."""
        while True:
            found = await self._reads.own(actor, payment)
            if isinstance(found, UserErrorRecord):
                return found
            refusal = checks.part_of(found, amount) or checks.why_not_captured(
                found, amount, self._clock.now()
            )
            if refusal is not None or found.state is not State.AUTHORIZED:
                return refusal or found
            with suppress(StaleError):  # it has moved in between
                reached, _ = await self._recorder.attempt(
                    found, Event.CAPTURE, Step.CAPTURE, capture_amount=amount, failure=None
                )
                self._followers.nudge(payment)
                return reached
