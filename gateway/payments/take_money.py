"""Money that is held: waiting to be taken, and being taken."""

from connectors.sdk.terminal import IntentState, IntentStatus
from gateway.payments.course import Course, Desk
from gateway.payments.failures import failure_of
from gateway.payments.following import AT_ONCE
from gateway.payments.journal import Outcome, Payment
from gateway.payments.keys import Step
from gateway.payments.reading import judge
from gateway.payments.states import Event
from schema.domain.errors import OutcomeUnknown, RateLimited, SourceError, Unavailable

_REPEATS = 3


async def watch(desk: Desk, payment: Payment, course: Course) -> float:
    """Look after money that is held; somebody may take or release it at the provider."""
    intent = await desk.provider.intent(payment)
    moved = await _follow(desk, payment, intent)
    return AT_ONCE if moved else max(desk.timing.held_look_s, course.pause_s())


async def capture(desk: Desk, payment: Payment, course: Course) -> float:
    """Take the money, after a look whether that has happened already."""
    intent = await desk.provider.intent(payment)
    attempts = await desk.journal.attempts(payment.id, Step.CAPTURE)
    if not attempts or intent.status is not IntentStatus.REQUIRES_CAPTURE:
        if attempts and attempts[-1].outcome is None and intent.status is IntentStatus.SUCCEEDED:
            await desk.journal.settle(attempts[-1], Outcome.DONE, "seen in the intent")
        moved = await _follow(desk, payment, intent)
        return AT_ONCE if moved else course.pause_s()
    return await _ask(desk, payment, course)


async def _ask(desk: Desk, payment: Payment, course: Course) -> float:
    attempt = await desk.journal.attempt(payment.id, Step.CAPTURE, desk.clock.now())
    try:
        intent = await desk.provider.capture(payment, attempt)
    except OutcomeUnknown as error:
        # The same key hears the answer that was lost. Where the provider has kept a failure for
        # it, a new one is due; a hold can be taken only once, so neither takes it twice.
        # While the first call under it is at work, nothing but that one's answer can come.
        if not error.is_running and course.tried() % _REPEATS == 0:
            await desk.journal.settle(attempt, Outcome.LOST, str(error))
        return course.pause_s(error)
    except (Unavailable, RateLimited) as error:
        return course.pause_s(error)
    except SourceError as error:
        await desk.journal.settle(attempt, Outcome.REFUSED, str(error))
        return await _refused(desk, payment, error)
    await desk.journal.settle(attempt, Outcome.DONE)
    moved = await _follow(desk, payment, intent)
    return AT_ONCE if moved else course.pause_s()


async def _refused(desk: Desk, payment: Payment, error: SourceError) -> float:
    intent = await desk.provider.intent(payment)
    if intent.status is IntentStatus.REQUIRES_CAPTURE:
        failure = failure_of(error)
        await desk.recorder.take(payment, Event.CAPTURE_REFUSED, failure.code, failure=failure)
    return AT_ONCE


async def _follow(desk: Desk, payment: Payment, intent: IntentState) -> bool:
    finding = judge(payment, intent, None)
    if finding is None:
        return False
    await desk.recorder.take(payment, finding.event, finding.note, **finding.fields)
    return True
