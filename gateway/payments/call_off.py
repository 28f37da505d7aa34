"""Calling a payment off. The intent's cancellation decides: after it no money can move.

Every ending without money passes through here, declines included.
"""

from connectors.sdk.terminal import IntentState, IntentStatus
from gateway.payments.at_reader import settle
from gateway.payments.course import Course, Desk
from gateway.payments.following import AT_ONCE
from gateway.payments.journal import Outcome, Payment
from gateway.payments.keys import Step
from gateway.payments.reading import holds, paid
from gateway.payments.states import Event
from gateway.payments.subject import Kind, Subject
from schema.domain.errors import (
    Conflict,
    OutcomeUnknown,
    RateLimited,
    SourceError,
    Unavailable,
)

_REPEATS = 3
# A reader that authorises cannot be cleared for a few seconds. One that is lost in the middle of it
# never can; then the intent is canceled all the same, and the provider decides.
_BUSY_LOOKS = 5


async def call_off(desk: Desk, payment: Payment, course: Course) -> float:
    """Clear the reader if it still holds this payment, then cancel the intent."""
    if payment.intent is None:
        return await _unannounced(desk, payment, course)
    intent = await desk.provider.intent(payment)
    if intent.status not in {
        IntentStatus.PROCESSING,
        IntentStatus.SUCCEEDED,
        IntentStatus.CANCELED,
    }:
        if not await _clear(desk, payment) and course.tried() < _BUSY_LOOKS:
            return course.pause_s()
        answer = await _cancel(desk, payment, course)
        if answer is None:
            return course.pause_s()
        intent = answer
    return await _end(desk, payment, course, intent)


async def _end(desk: Desk, payment: Payment, course: Course, intent: IntentState) -> float:
    if intent.status is IntentStatus.SUCCEEDED:
        money = paid(intent).fields
        await desk.recorder.take(payment, Event.PAID, "paid before it was called off", **money)
        return AT_ONCE
    # The reader stays ours until its call has come back: one that arrives late would take the place
    # of the next payment there.
    if intent.status is not IntentStatus.CANCELED or not await _is_call_over(desk, course):
        return course.pause_s()
    await _clear(desk, payment)
    await desk.recorder.end(payment)
    return AT_ONCE


async def _is_call_over(desk: Desk, course: Course) -> bool:
    ended = course.answer()
    if ended is not None:
        await settle(desk, *ended)
    return course.call is None


async def _unannounced(desk: Desk, payment: Payment, course: Course) -> float:
    """End a payment whose intent may exist unknown to us.

    Its id is learnt under the same key, or found by the payment's name once the provider may have
    forgotten the key. Where that does not succeed the payment ends without: an intent that was
    never sent to a reader cannot take money.
    """
    if course.may_be_announced:
        try:
            intent = await _learnt(desk, payment)
        except (OutcomeUnknown, Unavailable, RateLimited) as error:
            if course.tried() < _REPEATS:
                return course.pause_s(error)
        except SourceError:
            pass  # refused under this key, so there is none
        else:
            if intent is not None:
                await desk.recorder.take(payment, Event.INTENT_CREATED, intent=intent.id)
                return AT_ONCE
    await desk.recorder.end(payment, "called off before it was sent to a reader")
    return AT_ONCE


async def _learnt(desk: Desk, payment: Payment) -> IntentState | None:
    if desk.is_key_dead(payment):
        return await desk.provider.announced(payment)
    return await desk.provider.create_intent(payment)


async def _clear(desk: Desk, payment: Payment) -> bool:
    """Clear the reader if it is at work on this payment; False while it cannot be.

    A reader that does not answer is left: the intent's cancellation makes what it shows void.
    """
    try:
        if not holds(await desk.provider.reader(payment), payment):
            return True
        lease = (await desk.journal.leases([payment.device])).get(payment.device)
        if lease is not None and lease.holder != Subject(Kind.PAYMENT, payment.id):
            return True  # it is another's by now: that one takes this payment's place there
        attempt = await desk.journal.attempt(payment.id, Step.CLEAR, desk.clock.now())
        try:
            await desk.provider.clear(payment, attempt)
        except OutcomeUnknown as error:
            await desk.journal.settle(attempt, Outcome.LOST, str(error))
        except SourceError as error:
            await desk.journal.settle(attempt, Outcome.REFUSED, str(error))
            return not isinstance(error, Conflict)
        else:
            await desk.journal.settle(attempt, Outcome.DONE)
    except SourceError:
        return True
    return True


async def _cancel(desk: Desk, payment: Payment, course: Course) -> IntentState | None:
    """Cancel the intent; None when the provider must be asked again how the payment stands."""
    attempt = await desk.journal.attempt(payment.id, Step.CANCEL, desk.clock.now())
    try:
        intent = await desk.provider.cancel_intent(payment, attempt)
    except OutcomeUnknown as error:
        # Under a key whose first call is still at work only that one's answer can come.
        if not error.is_running and course.tried() % _REPEATS == 0:
            await desk.journal.settle(attempt, Outcome.LOST, str(error))
        return None
    except (Unavailable, RateLimited):
        return None
    except SourceError as error:
        await desk.journal.settle(attempt, Outcome.REFUSED, str(error))
        return None
    await desk.journal.settle(attempt, Outcome.DONE)
    return intent
