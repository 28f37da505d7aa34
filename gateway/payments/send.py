"""A payment is sent to its reader: on record first, in a task that nobody's leaving ends."""

import asyncio

from gateway.payments.course import Course, Desk
from gateway.payments.journal import Payment
from gateway.payments.keys import Step
from gateway.payments.states import Event


async def send(desk: Desk, payment: Payment, course: Course, intent: str | None = None) -> float:
    """Record the attempt, and begin with it; return the pause until the next look.

    A payment that the provider has just come to know under `intent` has both steps recorded at
    once: one commit is enough, since nothing is called between them.

    Raises:
        StaleError: The payment has taken another step in between.
        LeaseLostError: The reader has been given to another; nothing is recorded.
    """
    recorder = desk.recorder
    if intent is None:
        sent, attempt = await recorder.attempt(payment, Event.DISPATCH, Step.PROCESS)
    else:
        sent, attempt = await recorder.attempt(
            payment, Event.DISPATCH, Step.PROCESS, first=Event.INTENT_CREATED, intent=intent
        )
    course.reached(sent.version)
    call = asyncio.create_task(desk.provider.process(sent, attempt), name=f"process {attempt.key}")
    course.send(call, attempt)
    return course.pause_s()
