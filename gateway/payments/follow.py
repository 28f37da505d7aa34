"""Follows every payment that is not final, each in a task of its own."""

import asyncio
import logging
from collections.abc import Sequence

from gateway.payments import (
    announce,
    at_reader,
    at_wallet,
    call_off,
    card_refused,
    increase,
    take_money,
)
from gateway.payments.claims import ClaimLostError
from gateway.payments.course import AT_ONCE, Course, Desk
from gateway.payments.journal import Payment, StaleError
from gateway.payments.keeper import Keeper
from gateway.payments.states import FINAL, State
from gateway.payments.subject import Kind, Subject
from schema.domain.errors import SourceError

log = logging.getLogger(__name__)


class Followers:
    """The one caller of the provider for each payment in this process: its steps come one by one.

    Whoever wants something of a payment records it in the journal, and nudges. A task may be ended
    at any time: the journal holds all that the next one needs. `keeper` sees to it that no other
    process follows the same payment.
    """

    def __init__(self, desk: Desk, keeper: Keeper) -> None:
        self._desk = desk
        self._keeper = keeper
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._courses: dict[str, Course] = {}
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
        self._follow(payment.id, is_taken_up=False).has_read()

    def nudge(self, payment: str) -> None:
        """Look at a payment now, here or in the process that follows it."""
        course = self._courses.get(payment)
        if course is None:
            self._keeper.reach(Subject(Kind.PAYMENT, payment))
        else:
            course.nudge()

    async def take_up(self, payments: Sequence[str]) -> None:
        """Follow payments that this process has got; those that it follows are looked at now."""
        for payment in payments:
            course = self._courses.get(payment)
            if course is None:
                self._follow(payment, is_taken_up=True)
            else:
                course.nudge()

    async def aclose(self) -> None:
        """End every task; the payments are taken up again by the next start."""
        tasks = [*self._tasks.values()]
        calls = [course.call for course in self._courses.values() if course.call]
        for task in (*tasks, *calls):
            task.cancel()
        await asyncio.gather(*tasks, *calls, return_exceptions=True)
        await self._desk.polling.aclose()

    def _follow(self, payment: str, *, is_taken_up: bool) -> Course:
        course = Course(payment, self._desk.timing, is_taken_up=is_taken_up)
        task = asyncio.create_task(self._run(course), name=f"follow {payment}")
        self._courses[payment], self._tasks[payment] = course, task
        task.add_done_callback(lambda _: self._forget(payment))
        return course

    def _forget(self, payment: str) -> None:
        self._desk.recorder.forget(payment)
        del self._tasks[payment], self._courses[payment]

    async def _run(self, course: Course) -> None:
        while (pause_s := await self._step(course)) is not None:
            if pause_s:
                await course.wait(pause_s)

    async def _step(self, course: Course) -> float | None:
        """Take the next step; return the pause after it, None when there is nothing left to do."""
        try:
            return await self._next(course)
        except StaleError:
            self._desk.recorder.forget(course.payment)
            return AT_ONCE
        except ClaimLostError:
            return course.pause_s()
        except SourceError as error:
            log.info("a payment waits for its provider", extra=_named(course, error.code))
            return course.pause_s(error)
        except Exception as error:
            # Money must not be left alone because of a full disk or a mistake of ours.
            self._desk.recorder.forget(course.payment)
            log.exception("a step of a payment failed", extra=_named(course, type(error).__name__))
            return course.pause_s()

    async def _next(self, course: Course) -> float | None:
        payment = await self._present(course)
        if payment is None or (payment.state in FINAL and not course.version):
            await self._keeper.drop(Subject(Kind.PAYMENT, course.payment))
            return None
        course.reached(payment.version)
        if payment.state in FINAL:
            return await self._wind_up(course)
        return await self._by_state[payment.state](self._desk, payment, course)

    async def _present(self, course: Course) -> Payment | None:
        """The payment as it stands. What this process has recorded itself need not be read."""
        recorder = self._desk.recorder
        known = recorder.known(course.payment)
        if known is not None and not course.must_read():
            return known
        course.has_read()
        found = (await self._desk.journal.payments([course.payment])).get(course.payment)
        if found is not None:
            recorder.know(found)
        return found

    async def _wind_up(self, course: Course) -> float | None:
        """Wait for the reader's call when the payment was through before it came back."""
        ended = course.answer()
        if ended is not None:
            await at_reader.settle(self._desk, *ended)
        return None if course.call is None else course.pause_s()


def _named(course: Course, code: str) -> dict[str, str]:
    return {"payment": course.payment, "code": code}
