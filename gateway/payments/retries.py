"""Another try after a card was refused: the same intent, at the same reader or another one."""

from contextlib import suppress

from gateway.payments import refusals
from gateway.payments.clock import Clock
from gateway.payments.follow import Followers
from gateway.payments.journal import Payment, StaleError
from gateway.payments.leases import ReaderHeld
from gateway.payments.reader_checks import reader_store
from gateway.payments.readers import ReaderDirectory
from gateway.payments.reads import PaymentReads
from gateway.payments.record import Recorder
from gateway.payments.states import Event, State, allows
from schema.domain.payment import UserErrorRecord
from schema.domain.scope import Actor
from schema.ports.payments import ReaderKey

# On its way to the reader again, or there: whoever asks for the same once more has it.
_AGAIN = frozenset({State.INTENT_READY, State.DISPATCHING, State.AWAITING_CARD, State.UNKNOWN})


class Retries:
    """Sends payments to a reader again."""

    def __init__(
        self,
        reads: PaymentReads,
        recorder: Recorder,
        followers: Followers,
        directory: ReaderDirectory,
        clock: Clock,
    ) -> None:
        self._reads = reads
        self._recorder = recorder
        self._followers = followers
        self._directory = directory
        self._clock = clock

    async def begun(
        self, actor: Actor, payment: str, reader: ReaderKey | None
    ) -> Payment | UserErrorRecord:
        """Begin another try; None stands for the reader that the payment was at."""
        while True:
            found = await self._reads.own(actor, payment)
            if isinstance(found, UserErrorRecord):
                return found
            key = reader or ReaderKey(found.store, found.reader)
            if _is_under_way(found, key):
                return found
            if (refusal := self._why_not(found)) is not None:
                return refusal
            device = self._device(actor, found, key)
            if isinstance(device, UserErrorRecord):
                return device
            with suppress(StaleError):  # it has moved in between
                return await self._begin(actor, found, key.name, device)

    async def _begin(
        self, actor: Actor, found: Payment, name: str, device: str
    ) -> Payment | UserErrorRecord:
        reached = await self._recorder.retry(found, actor.name, reader=name, device=device)
        if isinstance(reached, ReaderHeld):
            return refusals.reader_busy(name, reached)
        self._followers.nudge(found.id)
        return reached

    def _why_not(self, found: Payment) -> UserErrorRecord | None:
        if not allows(found.state, Event.RETRY):
            return refusals.payment_state("Only a payment whose card was refused is tried again.")
        if found.deadline is not None and self._clock.now() >= found.deadline:
            return refusals.payment_state("It is too late to try again: start a new payment.")
        return None

    def _device(self, actor: Actor, found: Payment, key: ReaderKey) -> str | UserErrorRecord:
        store = reader_store(self._directory, actor, key)
        if isinstance(store, UserErrorRecord):
            return store
        if key.store != found.store:
            return refusals.reader_elsewhere(found.store)
        return store.readers[key.name]


def _is_under_way(found: Payment, key: ReaderKey) -> bool:
    is_again = found.deadline is not None and found.state in _AGAIN
    return is_again and key == ReaderKey(found.store, found.reader)
