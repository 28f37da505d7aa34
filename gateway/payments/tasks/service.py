"""What may be done about readers besides payments."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from connectors.sdk.terminal import ProviderEvent
from gateway.payments import refusals as common
from gateway.payments.changes import Changes
from gateway.payments.checks import key as key_refusal
from gateway.payments.clock import Clock, SystemClock
from gateway.payments.errands import Errands
from gateway.payments.journal import Journal, KeyTaken, StaleError
from gateway.payments.keeper import Keeper, Work
from gateway.payments.leases import ReaderHeld
from gateway.payments.provider import Watched
from gateway.payments.reader_checks import reader_store
from gateway.payments.readers import ReaderDirectory, may_see
from gateway.payments.subject import Kind
from gateway.payments.tasks import checks, refusals
from gateway.payments.tasks.course import TaskDesk
from gateway.payments.tasks.eraser import Eraser
from gateway.payments.tasks.follow import TaskFollowers
from gateway.payments.tasks.log import ReaderTask
from gateway.payments.tasks.provider import TaskDriver, TaskProvider
from gateway.payments.tasks.reads import TaskReads
from gateway.payments.tasks.record import TaskRecorder
from gateway.payments.timing import Timing
from schema.domain.payment import UserErrorRecord
from schema.domain.reader_task import (
    FINAL_TASK_STATES,
    Asked,
    CardSetup,
    Cart,
    CartClear,
    InputAsked,
    Inputs,
    ReaderTaskKind,
    ReaderTaskRecord,
    ReaderTaskState,
)
from schema.domain.scope import Actor, RequestScope
from schema.ports.payments import ReaderKey

_KINDS: dict[type[Asked], ReaderTaskKind] = {
    Cart: ReaderTaskKind.CART,
    CartClear: ReaderTaskKind.CART_CLEAR,
    Inputs: ReaderTaskKind.INPUTS,
    CardSetup: ReaderTaskKind.CARD_SETUP,
}
_SHORT = frozenset({ReaderTaskKind.CART, ReaderTaskKind.CART_CLEAR})
_LOOK_S = 0.05


class ReaderTaskService:
    """Implements `schema.ports.reader_tasks.ReaderTasks` over one provider and one journal.

    As with payments, a mutation first commits, then nudges the task's follower, which alone calls
    the provider, and waits a short while for what comes of it. `keeper` has what is unfinished
    taken up.
    """

    def __init__(
        self,
        driver: TaskDriver,
        journal: Journal,
        directory: ReaderDirectory,
        keeper: Keeper,
        *,
        source: str = "payments",
        timing: Timing | None = None,
        clock: Clock | None = None,
        watched: Watched | None = None,
        name: Callable[[], str] = lambda: f"tsk_{secrets.token_hex(12)}",
    ) -> None:
        self._journal = journal
        self._directory = directory
        self._timing = timing or Timing()
        self._clock = clock or SystemClock()
        self._name = name
        self._errands = Errands()
        changes: Changes[ReaderTaskRecord] = Changes()
        self._keeper = keeper
        provider = TaskProvider(driver, source, self._timing, watched, keeper.is_alive)
        kept_s = self._timing.inputs_kept_s
        self._recorder = TaskRecorder(journal, changes, self._clock, kept_s)
        self._reads = TaskReads(journal, self._recorder, changes, self._timing)
        self._followers = TaskFollowers(
            TaskDesk(provider, journal, self._recorder, self._clock, self._timing), keeper
        )
        self._eraser = Eraser(journal, self._clock, kept_s)

        keeper.add(
            Work(Kind.TASK, journal.open_tasks, self._followers.take_up, self._followers.aclose)
        )

    def open(self) -> None:
        """Begin to erase what has been kept long enough; the keeper takes up what is unfinished."""
        self._eraser.open()

    async def aclose(self) -> None:
        """End every task of ours. Nothing is lost: the journal holds it all."""
        await self._errands.aclose()
        await self._eraser.aclose()
        await self._followers.aclose()

    async def told(self, event: ProviderEvent) -> None:
        """Look at the task that a reader has, if any: the provider has told something of it."""
        if event.reader is None:
            return
        lease = (await self._journal.leases([event.reader])).get(event.reader)
        if lease is not None and lease.holder.kind is Kind.TASK:
            self._followers.nudge(lease.holder.id)

    async def show_cart(
        self, scope: RequestScope, reader: ReaderKey, cart: Cart
    ) -> ReaderTaskRecord | UserErrorRecord:
        """See `ReaderTasks.show_cart`."""
        return await self._shown(scope.actor, reader, cart)

    async def clear_cart(
        self, scope: RequestScope, reader: ReaderKey
    ) -> ReaderTaskRecord | UserErrorRecord:
        """See `ReaderTasks.clear_cart`."""
        return await self._shown(scope.actor, reader, CartClear())

    async def collect_inputs(
        self,
        scope: RequestScope,
        reader: ReaderKey,
        inputs: Sequence[InputAsked],
        idempotency_key: str,
    ) -> ReaderTaskRecord | UserErrorRecord:
        """See `ReaderTasks.collect_inputs`."""
        asked = Inputs(tuple(inputs))
        return await self._started(scope.actor, reader, asked, idempotency_key)

    async def save_card(
        self, scope: RequestScope, reader: ReaderKey, setup: CardSetup, idempotency_key: str
    ) -> ReaderTaskRecord | UserErrorRecord:
        """See `ReaderTasks.save_card`."""
        return await self._started(scope.actor, reader, setup, idempotency_key)

    async def cancel(self, scope: RequestScope, task: str) -> ReaderTaskRecord | UserErrorRecord:
        """See `ReaderTasks.cancel`."""
        done = await self._errands.run(self._called_off(scope.actor, task))
        if isinstance(done, UserErrorRecord):
            return done
        return self._recorder.shown(await self._reads.settled(task, FINAL_TASK_STATES.__contains__))

    async def tasks(
        self, scope: RequestScope, ids: Sequence[str]
    ) -> Sequence[ReaderTaskRecord | None]:
        """See `ReaderTasks.tasks`."""
        return await self._reads.tasks(scope.actor, ids)

    def updates(self, scope: RequestScope, task: str) -> AsyncIterator[ReaderTaskRecord]:
        """See `ReaderTasks.updates`."""
        return self._reads.updates(scope.actor, task)

    async def _shown(
        self, actor: Actor, reader: ReaderKey, asked: Cart | CartClear
    ) -> ReaderTaskRecord | UserErrorRecord:
        """A cart is soon shown: the next one waits for it, rather than being refused."""
        until = asyncio.get_running_loop().time() + self._timing.answer_within_s
        while True:
            begun = await self._errands.run(self._begun(actor, reader, asked, None))
            if not isinstance(begun, ReaderHeld):
                return await self._answer(begun)
            is_late = asyncio.get_running_loop().time() >= until
            if is_late or not await self._is_short(begun):
                return common.reader_busy(reader.name, begun)
            await asyncio.sleep(_LOOK_S)

    async def _started(
        self, actor: Actor, reader: ReaderKey, asked: Inputs | CardSetup, key: str
    ) -> ReaderTaskRecord | UserErrorRecord:
        if wrong := key_refusal(key):
            return wrong
        begun = await self._errands.run(self._begun(actor, reader, asked, key))
        if isinstance(begun, ReaderHeld):
            return common.reader_busy(reader.name, begun)
        return await self._answer(begun)

    async def _answer(
        self, begun: ReaderTask | UserErrorRecord
    ) -> ReaderTaskRecord | UserErrorRecord:
        if isinstance(begun, UserErrorRecord):
            return begun
        reached = await self._reads.settled(begun.id, lambda it: it is not ReaderTaskState.PENDING)
        return refusals.refused_at_start(reached) or self._recorder.shown(reached)

    async def _begun(
        self, actor: Actor, reader: ReaderKey, asked: Asked, key: str | None
    ) -> ReaderTask | UserErrorRecord | ReaderHeld:
        """Find the task that the key has begun, or begin it."""
        store = reader_store(self._directory, actor, reader)
        if isinstance(store, UserErrorRecord):
            return store
        if (wrong := _wrong(asked, store.currency)) is not None:
            return wrong
        now = self._clock.now()
        new = ReaderTask(
            id=self._name(),
            idempotency_key=key,
            request_hash=checks.digest(reader, asked),
            actor=actor.name,
            store=store.store,
            reader=reader.name,
            device=store.readers[reader.name],
            location=store.location,
            account=store.account,
            kind=_KINDS[type(asked)],
            asked=asked,
            created_at=now,
            updated_at=now,
            deadline=now + timedelta(seconds=self._timing.attempt_deadline_s),
        )
        begun = await self._journal.begin_task(new, self._keeper.owner)
        if isinstance(begun, KeyTaken):
            return common.key_taken()
        if isinstance(begun, ReaderTask) and begun.id == new.id:
            self._followers.follow(begun.id, is_taken_up=False)
        return begun

    async def _called_off(self, actor: Actor, task: str) -> ReaderTask | UserErrorRecord:
        """Begin to call a task off."""
        while True:
            found = (await self._journal.reader_tasks([task])).get(task)
            if found is None:
                return refusals.task_unknown()
            if not may_see(actor, found.store):
                return common.not_permitted(refusals.TASK)
            if found.ending is not None or found.state is ReaderTaskState.CANCELED:
                return found
            if found.state in FINAL_TASK_STATES:
                return refusals.task_state(found)
            with suppress(StaleError):  # it has moved in between
                reached = await self._recorder.call_off(found, ReaderTaskState.CANCELED)
                self._followers.nudge(task)
                return reached

    async def _is_short(self, held: ReaderHeld) -> bool:
        """Whether the reader is about to be free: it only learns what to show."""
        if held.holder.kind is not Kind.TASK:
            return False
        found = (await self._journal.reader_tasks([held.holder.id])).get(held.holder.id)
        return found is not None and found.kind in _SHORT


def _wrong(asked: Asked, currency: str) -> UserErrorRecord | None:
    match asked:
        case Cart():
            return checks.cart(asked, currency)
        case CartClear():
            return None
        case Inputs(inputs):
            return checks.inputs(inputs)
        case card:
            return checks.setup(card)
