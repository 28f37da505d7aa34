"""After a card was refused: the intent is open for another one, and the reader is free."""

from gateway.payments.course import Course, Desk
from gateway.payments.failures import DECLINED
from gateway.payments.following import AT_ONCE
from gateway.payments.journal import Payment
from gateway.payments.reading import UNPAID, judge
from gateway.payments.states import State


async def wait(desk: Desk, payment: Payment, course: Course) -> float:
    """Wait for another try; without one in time the intent is canceled.

    The intent is looked at all the same: a reader that was told late may still take the money.
    """
    intent = await desk.provider.intent(payment)
    finding = judge(payment, intent, None)
    if finding is not None:
        await desk.recorder.take(payment, finding.event, finding.note, **finding.fields)
        return AT_ONCE
    if desk.is_overdue(payment) and intent.status in UNPAID:
        failure = payment.failure or DECLINED
        await desk.recorder.call_off(payment, State.DECLINED, "not tried again in time", failure)
        return AT_ONCE
    return course.pause_s()
