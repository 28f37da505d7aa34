"""From the journal to the provider: the reader is checked, and the payment announced."""

from contextlib import suppress

from connectors.sdk.terminal import ActionStatus, ReaderAction
from gateway.payments.course import Course, Desk
from gateway.payments.failures import (
    NO_CARD,
    READER_BUSY,
    READER_WRONG_LOCATION,
    failure_of,
)
from gateway.payments.following import AT_ONCE
from gateway.payments.journal import Payment
from gateway.payments.leases import LeaseLostError
from gateway.payments.send import send
from gateway.payments.states import FINAL, Event, State
from schema.domain.errors import OutcomeUnknown, RateLimited, SourceError, Unavailable
from schema.domain.payment import PaymentFailure, RefundState

_TRIES = 3


async def announce(desk: Desk, payment: Payment, course: Course) -> float:
    """Check the reader, create the intent, and send it; return the pause until the next step.

    A lost answer is asked for again under the same key, until the payment's time is over.
    """
    if desk.is_overdue(payment):
        await desk.recorder.call_off(payment, State.EXPIRED, "not announced in time", NO_CARD)
        return AT_ONCE
    try:
        refusal = await why_not(desk, payment)
        if refusal is None:
            return await _create(desk, payment, course)
    except (Unavailable, RateLimited) as error:
        if course.tried() < _TRIES:
            return course.pause_s(error)
        refusal = failure_of(error)
    except SourceError as error:
        refusal = failure_of(error)
    await _refuse(desk, payment, course, refusal)
    return AT_ONCE


async def _create(desk: Desk, payment: Payment, course: Course) -> float:
    """Create the intent. From here on there may be one, unless there is surely none."""
    before, course.may_be_announced = course.may_be_announced, True
    try:
        intent = await desk.provider.create_intent(payment)
    except OutcomeUnknown as error:
        return course.pause_s(error)
    except SourceError:
        course.may_be_announced = before
        raise
    if not desk.is_overdue(payment):
        with suppress(LeaseLostError):
            return await send(desk, payment, course, intent.id)
    await desk.recorder.take(payment, Event.INTENT_CREATED, intent=intent.id)
    return AT_ONCE


async def _refuse(desk: Desk, payment: Payment, course: Course, failure: PaymentFailure) -> None:
    if course.may_be_announced:
        await desk.recorder.call_off(payment, State.CANCELED, failure.code, failure)
    else:
        await desk.recorder.take(payment, Event.REFUSED, failure.code, failure=failure)


async def why_not(desk: Desk, payment: Payment) -> PaymentFailure | None:
    """Why the reader cannot have the payment. Raises what reading it raises.

    Its `status` is no reason: the provider itself says not to refuse payments by it.
    """
    reader = await desk.provider.reader(payment)
    if payment.location is not None and reader.location != payment.location:
        return READER_WRONG_LOCATION
    action = reader.action
    if action is None or action.status is not ActionStatus.IN_PROGRESS:
        return None
    if action.refund_of is not None:
        return None if await _is_left_behind(desk, action) else READER_BUSY
    if action.intent is None:
        return None
    # The provider would replace a payment that waits there, without an error. What a final payment
    # of ours has left behind may be replaced; anybody else's may not.
    other = await desk.journal.by_intent(action.intent)
    return None if other and other.state in FINAL else READER_BUSY


async def _is_left_behind(desk: Desk, action: ReaderAction) -> bool:
    """Whether the reader still shows a refund of ours that has ended; anybody else's is at work."""
    name = action.reference or ""
    refund = (await desk.journal.refunds([name])).get(name)
    return refund is not None and refund.state in {RefundState.SUCCEEDED, RefundState.FAILED}
