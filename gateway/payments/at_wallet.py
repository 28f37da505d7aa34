"""While a telephone may pay a code that the reader does not show any more."""

from gateway.payments.course import Course, Desk
from gateway.payments.failures import NO_CARD
from gateway.payments.following import AT_ONCE
from gateway.payments.journal import Payment
from gateway.payments.reading import UNPAID, judge
from gateway.payments.states import State


async def wait(desk: Desk, payment: Payment, course: Course) -> float:
    """Learn from the intent alone how the payment stands: the reader may have another by now."""
    intent = await desk.provider.intent(payment)
    finding = judge(payment, intent, None)
    if finding is not None:
        await desk.recorder.take(payment, finding.event, finding.note, **finding.fields)
        return AT_ONCE
    if desk.is_overdue(payment) and intent.status in UNPAID:
        await desk.recorder.call_off(payment, State.EXPIRED, "not paid in time", NO_CARD)
        return AT_ONCE
    return course.pause_s()
