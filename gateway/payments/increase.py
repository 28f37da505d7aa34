"""Money that is held while more is asked for. A refusal leaves what is held already."""

from connectors.sdk.terminal import IntentState, IntentStatus
from gateway.payments.course import Course, Desk
from gateway.payments.failures import failure_of
from gateway.payments.following import AT_ONCE
from gateway.payments.journal import Attempt, Outcome, Payment
from gateway.payments.keys import Step
from gateway.payments.reading import held, judge
from gateway.payments.states import Event
from schema.domain.errors import OutcomeUnknown, RateLimited, SourceError, Unavailable
from schema.domain.money import Money

_REPEATS = 3


async def increase(desk: Desk, payment: Payment, course: Course) -> float:
    """Hold more, after a look whether that has happened already.

    What is asked for is the whole amount, never what is added to it: asked twice, it grows once.
    """
    intent = await desk.provider.intent(payment)
    attempt = await _open(desk, payment)
    if intent.status is not IntentStatus.REQUIRES_CAPTURE:
        finding = judge(payment, intent, None)
        if finding is None:
            return course.pause_s()
        await desk.recorder.take(payment, finding.event, finding.note, **finding.fields)
        return AT_ONCE
    if intent.amount.minor >= wanted(payment).minor:
        await _grown(desk, payment, intent, attempt)
        return AT_ONCE
    if attempt is None:
        attempt = await desk.journal.attempt(payment.id, Step.INCREASE, desk.clock.now())
    return await _ask(desk, payment, course, attempt)


def wanted(payment: Payment) -> Money:
    """What the provider shall hold in all: the amount that is asked for, and the tip."""
    amount = payment.increase_to or payment.amount
    return amount + payment.tip if payment.tip else amount


async def _ask(desk: Desk, payment: Payment, course: Course, attempt: Attempt) -> float:
    try:
        intent = await desk.provider.increase(payment, wanted(payment), attempt)
    except OutcomeUnknown as error:
        if not error.is_running and course.tried() % _REPEATS == 0:
            await desk.journal.settle(attempt, Outcome.LOST, str(error))
        return course.pause_s(error)
    except (Unavailable, RateLimited) as error:
        return course.pause_s(error)
    except SourceError as error:
        await desk.journal.settle(attempt, Outcome.REFUSED, str(error))
        return await _refused(desk, payment, error)
    await _grown(desk, payment, intent, attempt)
    return AT_ONCE


async def _grown(
    desk: Desk, payment: Payment, intent: IntentState, attempt: Attempt | None
) -> None:
    if attempt is not None:
        await desk.journal.settle(attempt, Outcome.DONE)
    amount = payment.increase_to or payment.amount
    found = held(intent)
    fields = {**found.fields, "amount": amount, "increase_to": None, "failure": None}
    await desk.recorder.take(payment, found.event, "more money is held", **fields)


async def _refused(desk: Desk, payment: Payment, error: SourceError) -> float:
    intent = await desk.provider.intent(payment)
    is_held = intent.status is IntentStatus.REQUIRES_CAPTURE
    if is_held and intent.amount.minor < wanted(payment).minor:
        failure = failure_of(error)
        await desk.recorder.take(
            payment, Event.INCREASE_REFUSED, failure.code, failure=failure, increase_to=None
        )
    return AT_ONCE


async def _open(desk: Desk, payment: Payment) -> Attempt | None:
    """The attempt of which no outcome is known: its key hears the answer that was lost."""
    attempts = await desk.journal.attempts(payment.id, Step.INCREASE)
    return attempts[-1] if attempts and attempts[-1].outcome is None else None
