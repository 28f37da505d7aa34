"""While the reader has the payment: sent, waiting for the card, or not known."""

import asyncio

from connectors.sdk.terminal import IntentState, IntentStatus, ReaderState
from gateway.payments.announce import why_not
from gateway.payments.claims import ClaimLostError
from gateway.payments.course import Course, Desk
from gateway.payments.failures import NO_CARD, READER_BUSY, READER_TIMEOUT, failure_of
from gateway.payments.following import AT_ONCE
from gateway.payments.journal import Attempt, Outcome, Payment, StaleError
from gateway.payments.keys import Step
from gateway.payments.leases import LeaseLostError
from gateway.payments.reading import UNPAID, holds, is_idle, judge
from gateway.payments.send import send
from gateway.payments.states import Event, State
from schema.domain.errors import (
    Conflict,
    OutcomeUnknown,
    RateLimited,
    SourceError,
    Unavailable,
)
from schema.domain.payment import PaymentFailure

# The first one, and two more after answers that were lost: then a person should look at the reader.
_ATTEMPTS = 3
_SHOWN = {State.AWAITING_CARD, State.AWAITING_CUSTOMER}
_READER_MAY_TELL = {IntentStatus.REQUIRES_PAYMENT_METHOD, IntentStatus.REQUIRES_ACTION}


async def dispatch(desk: Desk, payment: Payment, course: Course) -> float:
    """Send the payment to its reader."""
    if desk.is_overdue(payment):
        await desk.recorder.call_off(payment, State.EXPIRED, "not sent in time", NO_CARD)
        return AT_ONCE
    if payment.state is State.INTENT_READY and payment.deadline is not None:
        pause_s = await _checked(desk, payment, course)
        if pause_s is not None:
            return pause_s
    try:
        return await send(desk, payment, course)
    except LeaseLostError:
        await desk.recorder.call_off(payment, State.SUPERSEDED, "the reader was given to another")
        return AT_ONCE


async def look(desk: Desk, payment: Payment, course: Course) -> float:
    """Learn how the payment stands, and take the step that follows from it."""
    ended = course.answer()
    if ended is not None:
        return await _answered(desk, payment, course, *ended)
    if payment.state is State.DISPATCHING and course.call is None and course.trouble is None:
        await desk.recorder.take(payment, Event.LOST, "taken up after an interruption")
        return AT_ONCE
    if await _is_still_asking(desk, payment, course):
        return course.pause_s()
    try:
        intent, reader = await _read(desk, payment)
    except SourceError:
        # Nobody may think that the reader still waits for a card when that cannot be known.
        if desk.is_overdue(payment) and payment.state in _SHOWN:
            await desk.recorder.take(payment, Event.LOST, "the provider does not answer")
        raise
    return await _go_on(desk, payment, course, intent, reader)


async def _go_on(
    desk: Desk,
    payment: Payment,
    course: Course,
    intent: IntentState,
    reader: ReaderState | None,
) -> float:
    finding = judge(payment, intent, reader)
    if finding is not None:
        if finding.event is Event.CARD_REFUSED and course.call is not None:
            # The reader stays ours until its call has come back: another may not have it before.
            return course.pause_s()
        await desk.recorder.take(payment, finding.event, finding.note, **finding.fields)
        return AT_ONCE
    if desk.is_overdue(payment) and intent.status in UNPAID:
        await desk.recorder.call_off(payment, State.EXPIRED, "no card in time", NO_CARD)
        return AT_ONCE
    if _may_send_again(desk, payment, course, intent, reader):
        return await _again(desk, payment, course)
    return course.pause_s()


async def settle(
    desk: Desk, call: asyncio.Task[ReaderState], attempt: Attempt
) -> SourceError | ClaimLostError | None:
    """Record what came of a call to the reader that has ended; return what it raised."""
    try:
        call.result()
    except ClaimLostError as error:
        await desk.journal.settle(attempt, Outcome.UNSENT, "the claim was not certain")
        return error
    except OutcomeUnknown as error:
        await desk.journal.settle(attempt, Outcome.LOST, str(error))
        return error
    except SourceError as error:
        await desk.journal.settle(attempt, Outcome.REFUSED, str(error))
        return error
    await desk.journal.settle(attempt, Outcome.DONE)
    return None


async def _answered(
    desk: Desk,
    payment: Payment,
    course: Course,
    call: asyncio.Task[ReaderState],
    attempt: Attempt,
) -> float:
    if payment.state is State.DISPATCHING and call.exception() is None:
        try:
            await desk.recorder.answered(payment, Event.SHOWN, attempt)
        except StaleError:
            await settle(desk, call, attempt)
            raise
        # What the reader has just answered need not be asked again at once.
        is_asking = holds(call.result(), payment) and not course.is_told
        return course.pause_s() if is_asking else AT_ONCE
    error = await settle(desk, call, attempt)
    if payment.state is not State.DISPATCHING or error is None:
        return AT_ONCE
    match error:
        case ClaimLostError():
            # The reader has surely not got it. Whoever has the payment now may send it.
            course.trouble = course.trouble or READER_TIMEOUT
            return course.pause_s()
        case OutcomeUnknown():
            course.trouble = READER_TIMEOUT
            await desk.recorder.take(payment, Event.LOST)
        case Conflict():
            course.trouble = READER_BUSY
            return course.pause_s()
        case Unavailable() | RateLimited():
            course.trouble = failure_of(error)
            return course.pause_s(error)
        case _:
            await give_up(desk, payment, failure_of(error))
    return AT_ONCE


async def _read(desk: Desk, payment: Payment) -> tuple[IntentState, ReaderState | None]:
    """The truth, and the hint where it may help; a reader that cannot be read hints at nothing."""
    intent = await desk.provider.intent(payment)
    if intent.status not in _READER_MAY_TELL:
        return intent, None
    try:
        return intent, await desk.provider.reader(payment)
    except SourceError:
        return intent, None


async def _is_still_asking(desk: Desk, payment: Payment, course: Course) -> bool:
    """Whether the reader, by all that is known, still waits for this payment's card.

    One question about a place serves every payment there, so that many may wait for their cards
    without a message of the provider's, and without many questions.
    """
    if payment.state is not State.AWAITING_CARD or desk.is_overdue(payment):
        return False
    if not course.is_routine():
        return False
    reader = await desk.polling.reader(payment)
    return reader is not None and holds(reader, payment)


def _may_send_again(
    desk: Desk,
    payment: Payment,
    course: Course,
    intent: IntentState,
    reader: ReaderState | None,
) -> bool:
    """Whether the intent asks for a card, and the reader is certain not to be asking for it."""
    if intent.status is not IntentStatus.REQUIRES_PAYMENT_METHOD or course.call is not None:
        return False
    if payment.state is State.DISPATCHING:
        return True
    if payment.state is not State.UNKNOWN or reader is None:
        return False
    return is_idle(payment, reader) and desk.is_settled(payment)


async def _again(desk: Desk, payment: Payment, course: Course) -> float:
    began = desk.turn_began(payment)
    sent = await desk.journal.attempts(payment.id, Step.PROCESS)
    tries = [it for it in sent if it.sent_at >= began and it.outcome is not Outcome.UNSENT]
    if len(tries) >= _ATTEMPTS:
        await give_up(desk, payment, course.trouble or READER_TIMEOUT)
        return AT_ONCE
    # Another program may have come between: what waits there would be replaced without an error.
    failure = await why_not(desk, payment)
    if failure is None:
        return await dispatch(desk, payment, course)
    await give_up(desk, payment, failure)
    return AT_ONCE


async def give_up(desk: Desk, payment: Payment, failure: PaymentFailure) -> None:
    """Leave the reader, which has surely not got the payment.

    One whose card was refused before may be tried again at another; a first one is called off.
    """
    if payment.deadline is not None:
        await desk.recorder.take(payment, Event.READER_REFUSED, failure.code, failure=failure)
    else:
        await desk.recorder.call_off(payment, State.CANCELED, failure.code, failure)


async def _checked(desk: Desk, payment: Payment, course: Course) -> float | None:
    """Look whether the reader can have a payment that is tried again; None when it can."""
    try:
        failure = await why_not(desk, payment)
    except (Unavailable, RateLimited) as error:
        if course.tried() < _ATTEMPTS:
            return course.pause_s(error)
        failure = failure_of(error)
    except SourceError as error:
        failure = failure_of(error)
    if failure is None:
        return None
    await give_up(desk, payment, failure)
    return AT_ONCE
