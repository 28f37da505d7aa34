"""Follows every payment that is not final."""

from typing_extensions import override

from gateway.payments import (
    announce,
    at_reader,
    at_wallet,
    call_off,
    card_refused,
    increase,
    take_money,
)
from gateway.payments.course import Course, Desk
from gateway.payments.following import Following
from gateway.payments.journal import Payment
from gateway.payments.keeper import Keeper
from gateway.payments.states import FINAL, State
from gateway.payments.subject import Kind


class Followers(Following[Course]):
    """The one caller of the provider for each payment here; its steps come one by one."""

    kind = Kind.PAYMENT

    def __init__(self, desk: Desk, keeper: Keeper) -> None:
        super().__init__(keeper)
        self._desk = desk
        self._by_state = {
            State.NEW: announce.announce,
            State.INTENT_READY: at_reader.dispatch,
            State.DISPATCHING: at_reader.look,
            State.AWAITING_CARD: at_reader.look,
            State.UNKNOWN: at_reader.look,
            State.AWAITING_CUSTOMER: at_reader.look,
            State.AWAITING_WALLET: at_wallet.wait,
            State.CARD_REFUSED: card_refused.wait,
            State.AUTHORIZED: take_money.watch,
            State.INCREASING: increase.increase,
            State.CAPTURING: take_money.capture,
            State.CANCELING: call_off.call_off,
        }

    def begin(self, payment: Payment) -> None:
        """Follow a payment that has just been recorded: nobody has called the provider for it."""
        self._desk.recorder.begin(payment)
        self.follow(payment.id, is_taken_up=False).has_read()

    @override
    async def aclose(self) -> None:
        """See `Following.aclose`."""
        await super().aclose()
        await self._desk.polling.aclose()

    @override
    def _new(self, name: str, *, is_taken_up: bool) -> Course:
        return Course(name, self._desk.timing, is_taken_up=is_taken_up)

    @override
    def _forget(self, name: str) -> None:
        self._desk.recorder.forget(name)

    @override
    async def _next(self, followed: Course) -> float | None:
        payment = await self._present(followed)
        if payment is None or (payment.state in FINAL and not followed.version):
            await self.drop(followed)
            return None
        followed.reached(payment.version)
        if payment.state in FINAL:
            return await self._wind_up(followed)
        return await self._by_state[payment.state](self._desk, payment, followed)

    async def _present(self, course: Course) -> Payment | None:
        """The payment as it stands. What this process has recorded itself need not be read."""
        recorder = self._desk.recorder
        known = recorder.known(course.id)
        if known is not None and not course.must_read():
            return known
        course.has_read()
        found = (await self._desk.journal.payments([course.id])).get(course.id)
        if found is not None:
            recorder.know(found)
        return found

    async def _wind_up(self, course: Course) -> float | None:
        """Wait for the reader's call when the payment was through before it came back."""
        ended = course.answer()
        if ended is not None:
            await at_reader.settle(self._desk, *ended)
        return None if course.call is None else course.pause_s()
