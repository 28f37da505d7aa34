import asyncio
import logging

import pytest
from msgspec.structs import replace

from gateway.payments.journal import Payment, StaleError
from gateway.payments.states import State
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, Till, a_scope, a_start, until, yen


async def test_a_mistake_of_ours_leaves_no_payment_alone(
    till: Till, terminal: ScriptedTerminal, caplog: pytest.LogCaptureFixture
) -> None:
    """A journal that cannot be written for a moment delays it; that is logged, and it goes on."""
    await till.start()
    advance, failures = till.journal.advance, [OSError("the disk is full")]

    async def failing(before: Payment, after: Payment, note: str) -> None:
        if failures:
            raise failures.pop()
        await advance(before, after, note)

    till.journal.advance = failing  # type: ignore[method-assign]
    with caplog.at_level(logging.ERROR):
        terminal.present(DEVICE)
        await till.reaches(State.PAID)

    assert ["a step of a payment failed"] == [it.message for it in caplog.records]


async def test_a_step_that_another_process_took_first(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Both follow the payment; it passes each state once, and is sent to the reader once."""
    await till.start()
    other = Till(till.journal, terminal)
    await other.open()
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    await until(lambda: not other.service._followers._tasks)
    await until(lambda: not till.service._followers._tasks)
    await other.close()

    assert ["NEW", "INTENT_READY", "DISPATCHING", "AWAITING_CARD", "PAID"] == await till.states()
    assert ["pay_1:proc:1"] == terminal.named("process")
    assert yen(1000) == (await till.payment()).captured


async def test_a_stale_step_is_taken_anew(till: Till, terminal: ScriptedTerminal) -> None:
    """Read again, it is what follows from the latest state."""
    await till.start()
    advance, stale = till.journal.advance, [StaleError()]

    async def racing(before: Payment, after: Payment, note: str) -> None:
        if stale:
            raise stale.pop()
        await advance(before, after, note)

    till.journal.advance = racing  # type: ignore[method-assign]
    terminal.present(DEVICE)

    assert State.PAID is (await till.reaches(State.PAID)).state


async def test_what_nobody_knows_is_not_followed(till: Till) -> None:
    """A nudge for a payment that is not on record comes to nothing."""
    till.service._followers.nudge("pay_9")
    await until(lambda: not till.service._keeper._errands)
    await until(lambda: not till.service._followers._tasks)

    assert {} == await till.journal.payments(["pay_9"])


@pytest.mark.parametrize("method", ["intent", "create_intent", "process"])
async def test_what_no_connector_may_raise_ends_no_payment(
    till: Till, terminal: ScriptedTerminal, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Of a read it means that nothing was learnt, of a write that it may have happened."""
    terminal.faults[method].append(KeyError("a value"))
    with caplog.at_level(logging.ERROR):
        starting = asyncio.create_task(till.service.start(a_scope(), a_start()))
        await until(lambda: not terminal.faults[method])
    raised = [it.message for it in caplog.records]
    if method == "create_intent":
        terminal._kept.clear()  # the provider itself has not heard of it
    terminal.faults[method].clear()
    await starting
    await till.reaches(State.AWAITING_CARD)

    assert ["connector raised"] == raised


async def test_a_connector_that_never_answers_is_left(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A little after its time the call is ended, as one whose answer was lost."""
    till.timing = replace(till.timing, call_s=0.05, answer_within_s=0.01)
    await till.restart()
    gate = terminal.gates["create_intent"] = asyncio.Event()
    await till.start()
    await until(lambda: len(terminal.named("create_intent")) > 1)
    gate.set()
    await till.reaches(State.AWAITING_CARD)

    assert ["pi_1"] == list(terminal.intents)


async def test_closing_ends_calls_and_a_start_takes_them_up(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A call to the reader that is held ends with its process; the next one reads what it did."""
    terminal.gates["process"] = asyncio.Event()
    starting = asyncio.create_task(till.start())
    await till.reaches(State.AWAITING_CARD)
    await starting
    await till.close()
    terminal.present(DEVICE)
    await till.restart()

    assert yen(1000) == (await till.reaches(State.PAID)).captured
    assert ["pay_1:proc:1"] == terminal.named("process")


async def test_a_payment_taken_up_while_it_is_sent(till: Till, terminal: ScriptedTerminal) -> None:
    """Whether the reader got it is not known: the intent is read, and then it is sent again."""
    till.timing = replace(till.timing, answer_within_s=0.05)
    await till.restart()
    terminal.faults["process"].append(Fault.LOST_REQUEST)
    gate = terminal.gates["intent"] = asyncio.Event()
    starting = asyncio.create_task(till.start())
    await till.reaches(State.DISPATCHING, State.UNKNOWN)
    await till.close()
    await starting
    gate.set()
    await till.restart()
    await till.reaches(State.AWAITING_CARD)

    assert "UNKNOWN" in await till.states()
    assert 1 == len(terminal.named("process"))
    assert "pay_1:proc:1" not in terminal.named("process")
