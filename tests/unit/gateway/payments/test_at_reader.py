import asyncio

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from connectors.sdk.terminal import IntentStatus
from gateway.payments.journal import Attempt, Outcome, Payment
from gateway.payments.keys import Step
from gateway.payments.states import State
from gateway.storage.engine import Database
from schema.domain.errors import (
    Conflict,
    NotFound,
    RateLimited,
    Rejected,
    SourceError,
)
from schema.domain.payment import CaptureMethod, PaymentRecord, PaymentState
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, Till, a_scope, a_start, until, yen


async def outcomes(till: Till) -> list[Outcome | None]:
    """What came of each attempt to reach the reader."""
    return [it.outcome for it in await till.journal.attempts("pay_1", Step.PROCESS)]


async def test_a_decline_frees_the_reader(till: Till, terminal: ScriptedTerminal) -> None:
    """The client learns why; after a while without another try the intent is canceled."""
    await till.start()
    terminal.decline(DEVICE, "insufficient_funds")
    payment = await till.reaches(State.CARD_REFUSED)
    till.clock.forward(till.timing.attempt_deadline_s)
    await till.reaches(State.DECLINED)
    await till.start("k2")

    assert payment.failure is not None
    assert "insufficient_funds" == payment.failure.code
    assert IntentStatus.CANCELED is terminal.intents["pi_1"].status


async def test_the_customer_cancels_at_the_reader(till: Till, terminal: ScriptedTerminal) -> None:
    """Pressing the reader's own button ends the payment."""
    await till.start()
    terminal.stumble(DEVICE, "customer_canceled")
    payment = await till.reaches(State.CANCELED)

    assert payment.failure is not None
    assert "customer_canceled" == payment.failure.code


async def test_nobody_shows_a_card(till: Till, terminal: ScriptedTerminal) -> None:
    """After the attempt's time the reader is cleared and the payment has expired."""
    await till.start()
    till.clock.forward(150)
    payment = await till.reaches(State.EXPIRED)

    assert payment.failure is not None
    assert "expired" == payment.failure.code
    assert terminal.slots[DEVICE].action is None
    assert IntentStatus.CANCELED is terminal.intents["pi_1"].status


async def test_another_payment_took_its_place(till: Till, terminal: ScriptedTerminal) -> None:
    """Replaced by another system: ours is canceled, and the other's is not cleared away."""
    await till.start()
    terminal.show(DEVICE, "pi_of_another_system")
    payment = await till.reaches(State.SUPERSEDED)
    shown = (await till.service.payments(a_scope(), ["pay_1"]))[0]

    assert payment.failure is not None
    assert "replaced" == payment.failure.code
    assert shown is not None
    assert PaymentState.CANCELED is shown.state
    assert terminal.slots[DEVICE].action is not None
    assert [] == terminal.named("cancel_action")


async def test_a_lost_answer_that_arrived(till: Till, terminal: ScriptedTerminal) -> None:
    """The reader shows the payment: it is not sent again."""
    terminal.faults["process"].append(Fault.LOST_ANSWER)
    await till.start()
    await till.reaches(State.AWAITING_CARD)
    terminal.present(DEVICE)
    await till.reaches(State.PAID)

    assert ["pay_1:proc:1"] == terminal.named("process")
    assert [Outcome.LOST] == await outcomes(till)
    assert {"pay_1": 1000} == terminal.captured


async def test_a_lost_answer_that_was_paid_meanwhile(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The intent says so, and nothing is sent again."""
    terminal.faults["process"].append(Fault.LOST_ANSWER)
    gate = terminal.gates["process"] = asyncio.Event()
    terminal.gates["intent"] = asyncio.Event()
    starting = asyncio.create_task(till.start())
    await until(lambda: terminal.waiting(DEVICE))
    terminal.present(DEVICE)
    gate.set()
    terminal.gates["intent"].set()
    await starting

    assert yen(1000) == (await till.reaches(State.PAID)).captured
    assert ["pay_1:proc:1"] == terminal.named("process")


async def test_a_lost_request_is_sent_again_under_a_new_key(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Read first: the intent asks for a card, and the reader does not; then a new attempt."""
    terminal.faults["process"].append(Fault.LOST_REQUEST)
    await till.start()
    await till.reaches(State.AWAITING_CARD)

    assert ["pay_1:proc:2"] == terminal.named("process")
    assert [Outcome.LOST, Outcome.DONE] == await outcomes(till)


async def test_a_reader_that_never_answers_is_given_up(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """After the first attempt and two more a person should look at it; no money can move."""
    terminal.faults["process"].extend([Fault.LOST_REQUEST] * 9)
    await till.start()
    payment = await till.reaches(State.CANCELED)

    assert payment.failure is not None
    assert "reader_timeout" == payment.failure.code
    assert [Outcome.LOST] * 3 == await outcomes(till)
    assert IntentStatus.CANCELED is terminal.intents["pi_1"].status


async def test_what_was_never_sent_is_no_attempt(till: Till, terminal: ScriptedTerminal) -> None:
    """A process that was not certain of its claim tries anew once it is, however often that was."""
    provider = till.service._provider
    doubts = iter([False] * 5)
    # The announcement passes: only what goes to the reader is held back.
    provider._may_write = lambda: not terminal.intents or next(doubts, True)
    payment = await till.start()

    assert PaymentState.AWAITING_CARD is payment.state
    assert [Outcome.UNSENT] * 5 + [Outcome.DONE] == await outcomes(till)
    assert ["pay_1:proc:6"] == terminal.named("process")
    assert "UNKNOWN" not in await till.states(), "nobody doubts what was not sent"


async def test_an_idle_reader_is_not_believed_at_once(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A lost request may still arrive: only after a while is it sent again."""
    till.timing = replace(till.timing, settle_s=5.0)
    await till.restart()
    terminal.faults["process"].append(Fault.LOST_REQUEST)
    started = await till.start()
    await until(lambda: len(terminal.named("intent")) > 3)
    held_back = terminal.named("process")
    till.clock.forward(5)
    await till.reaches(State.AWAITING_CARD)

    assert PaymentState.UNKNOWN is started.state
    assert [] == held_back


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Rejected("no", reason="terminal_reader_offline"), "READER_OFFLINE"),
        (Rejected("no", reason="terminal_reader_hardware_fault"), "READER_HARDWARE_FAULT"),
        (
            Rejected("no", reason="terminal_reader_invalid_location_for_payment"),
            "READER_WRONG_LOCATION",
        ),
        (NotFound("gone"), "READER_UNKNOWN"),
    ],
)
async def test_a_reader_that_refuses(
    till: Till, terminal: ScriptedTerminal, error: SourceError, code: str
) -> None:
    """The till is told at once; the intent is canceled, and the reader free."""
    terminal.faults["process"].append(error)
    refused = await till.refused()
    await till.start("k2")

    assert code == refused.code
    assert IntentStatus.CANCELED is terminal.intents["pi_1"].status


async def test_a_refusal_that_the_till_may_correct(till: Till, terminal: ScriptedTerminal) -> None:
    """Any other refusal is the payment's failure, by the provider's code."""
    terminal.faults["process"].append(Rejected("no", reason="terminal_reader_new_trouble"))
    payment = await till.start()

    assert PaymentState.CANCELED is payment.state
    assert payment.failure is not None
    assert "terminal_reader_new_trouble" == payment.failure.code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Conflict("terminal_reader_busy"), "READER_BUSY"),
        (RateLimited("slow down", retry_after_s=0.001), "PROVIDER_UNAVAILABLE"),
        (Fault.DOWN, "PROVIDER_UNAVAILABLE"),
    ],
)
async def test_a_refusal_that_may_pass(
    till: Till, terminal: ScriptedTerminal, error: SourceError | Fault, code: str
) -> None:
    """It is tried thrice, each time under a new key, before it is told."""
    terminal.faults["process"].extend([error] * 3)
    refused = await till.refused()

    assert code == refused.code
    assert [Outcome.REFUSED] * 3 == await outcomes(till)


async def test_a_busy_reader_that_becomes_free(till: Till, terminal: ScriptedTerminal) -> None:
    """A card that was left in the reader delays the payment, and no more."""
    terminal.faults["process"].append(Conflict("terminal_reader_busy"))

    assert PaymentState.AWAITING_CARD is (await till.start()).state
    assert ["pay_1:proc:1", "pay_1:proc:2"] == terminal.named("process")


async def test_the_card_is_shown_before_the_readers_call_returns(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A held call is waited for by nobody: the intent says that it is paid."""
    gate = terminal.gates["process"] = asyncio.Event()
    starting = asyncio.create_task(till.start())
    await till.reaches(State.AWAITING_CARD)
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    gate.set()
    await starting
    await until(lambda: not till.service._followers._tasks)

    assert [Outcome.DONE] == await outcomes(till)


async def test_an_answer_that_comes_after_the_reader_was_seen(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A lost answer changes nothing once the reader has been seen to wait for the card."""
    terminal.faults["process"].append(Fault.LOST_ANSWER)
    gate = terminal.gates["process"] = asyncio.Event()
    starting = asyncio.create_task(till.start())
    await till.reaches(State.AWAITING_CARD)
    gate.set()
    await starting
    await until(lambda: till.service._followers._followed["pay_1"].call is None)
    terminal.present(DEVICE)
    await till.reaches(State.PAID)

    assert [Outcome.LOST] == await outcomes(till)
    assert "UNKNOWN" not in await till.states()


async def test_money_on_its_way_is_shown_as_such(till: Till, terminal: ScriptedTerminal) -> None:
    """An intent in processing is neither repeated nor called off, however late it is."""
    await till.start()
    terminal.intents["pi_1"].status = IntentStatus.PROCESSING
    await till.reaches(State.CAPTURING)
    till.clock.forward(500)
    looks = len(terminal.named("intent"))
    await until(lambda: len(terminal.named("intent")) > looks + 2)
    terminal.take(terminal.intents["pi_1"], 1000)
    await till.reaches(State.PAID)

    assert ["pay_1:proc:1"] == terminal.named("process")


async def test_money_on_its_way_may_be_declined(till: Till, terminal: ScriptedTerminal) -> None:
    """Processing that ends without money is a decline."""
    await till.start()
    terminal.intents["pi_1"].status = IntentStatus.PROCESSING
    await till.reaches(State.CAPTURING)
    terminal.intents["pi_1"].status = IntentStatus.REQUIRES_PAYMENT_METHOD

    assert State.CARD_REFUSED is (await till.reaches(State.CARD_REFUSED)).state


async def test_a_stumbling_reader_is_read_before_it_is_asked_again(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A lost authorisation that went through is found at the intent, and not charged again."""
    await till.start()
    intent = terminal.intents["pi_1"]
    terminal.gates["intent"] = asyncio.Event()
    looks = len(terminal.named("intent"))
    await until(lambda: len(terminal.named("intent")) > looks)
    terminal.take(intent, 1000)
    terminal.stumble(DEVICE, "connection_error")
    terminal.gates["intent"].set()
    await till.reaches(State.PAID)

    assert 1 == intent.captures


async def test_a_stumbling_reader_is_asked_again(till: Till, terminal: ScriptedTerminal) -> None:
    """The same intent under a new key, once the intent says that nothing was taken."""
    await till.start()
    terminal.stumble(DEVICE, "connection_error")
    await until(lambda: 2 == len(terminal.named("process")))
    terminal.present(DEVICE)
    await till.reaches(State.PAID)

    assert ["pi_1"] == list(terminal.intents)
    assert "UNKNOWN" in await till.states()


async def test_a_dead_provider_leaves_the_payment_unknown(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Past its time nobody may think that the reader waits; only reading leads out of it."""
    await till.start()
    terminal.is_down = True
    till.clock.forward(150)
    await till.reaches(State.UNKNOWN)
    await asyncio.sleep(0.05)
    unknown = await till.payment()
    terminal.take(terminal.intents["pi_1"], 1000)
    terminal.is_down = False

    assert State.UNKNOWN is unknown.state
    assert yen(1000) == (await till.reaches(State.PAID)).captured


async def test_a_reader_that_cannot_be_read_is_no_end(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The intent alone is enough to go on waiting, and to see that it was paid."""
    await till.start()
    terminal.faults["reader"].extend([Fault.DOWN] * 5)
    await until(lambda: not terminal.faults["reader"])

    assert State.AWAITING_CARD is (await till.payment()).state


async def test_an_unread_reader_is_not_asked_again(till: Till, terminal: ScriptedTerminal) -> None:
    """After a lost answer both must be read before another attempt."""
    terminal.faults["process"].append(Fault.LOST_REQUEST)
    terminal.faults["reader"].extend([None, *[Fault.DOWN] * 9])  # it is read before as well
    await till.start()
    await until(lambda: len(terminal.faults["reader"]) <= 4)
    sent = len(terminal.named("process"))
    await till.reaches(State.AWAITING_CARD)

    assert 0 == sent


async def test_a_held_authorisation_frees_the_reader(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """With manual capture the reader is done when the money is held."""
    await till.start(capture=CaptureMethod.MANUAL)
    terminal.present(DEVICE)
    await till.reaches(State.AUTHORIZED)

    assert await till.journal.holder(DEVICE) is None


async def test_a_payment_that_was_not_sent_in_time_is_not_sent(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Announced too late, it expires, and no reader wakes for it."""
    gate = terminal.gates["create_intent"] = asyncio.Event()
    starting = asyncio.create_task(till.start())
    await until(lambda: terminal.intents)
    till.clock.forward(150)
    gate.set()
    payment = await starting

    assert PaymentState.EXPIRED is payment.state
    assert [] == terminal.named("process")
    assert IntentStatus.CANCELED is terminal.intents["pi_1"].status


async def test_who_has_lost_the_reader_is_not_sent(
    till: Till, terminal: ScriptedTerminal, database: Database
) -> None:
    """A payment whose turn at the reader is over ends, and takes nobody's place there."""
    gate = terminal.gates["create_intent"] = asyncio.Event()
    starting = asyncio.create_task(till.start())
    await until(lambda: terminal.intents)
    async with database.write() as connection:
        await connection.execute(text("UPDATE leases SET holder = NULL"))
    gate.set()
    await starting

    assert State.SUPERSEDED is (await till.reaches(State.SUPERSEDED)).state
    assert [] == terminal.named("process")


async def test_who_has_lost_the_reader_does_not_try_again(
    till: Till, terminal: ScriptedTerminal, database: Database
) -> None:
    """Another card was to be tried: the reader is looked at, and is another's by then."""
    await till.start()
    terminal.decline(DEVICE)
    await till.reaches(State.CARD_REFUSED)
    gate, before = asyncio.Event(), len(terminal.named("reader"))
    terminal.gates["reader"] = gate
    trying = asyncio.create_task(till.service.retry(a_scope(), "pay_1", None))
    await until(lambda: len(terminal.named("reader")) > before)
    async with database.write() as connection:
        await connection.execute(text("UPDATE leases SET holder = NULL"))
    gate.set()
    await trying

    assert State.SUPERSEDED is (await till.reaches(State.SUPERSEDED)).state
    assert ["pay_1:proc:1"] == terminal.named("process")


async def test_what_has_come_between_two_tries_is_not_replaced(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The reader was busy, and is at another program's payment when it could be asked again."""
    gate = terminal.gates["process"] = asyncio.Event()
    terminal.faults["process"].append(Conflict("terminal_reader_busy"))
    starting = asyncio.create_task(till.refused())
    await until(lambda: terminal.named("process"))
    terminal.show(DEVICE, "pi_of_another_system")
    gate.set()
    refused = await starting
    action = terminal.slots[DEVICE].action

    assert "READER_BUSY" == refused.code
    assert action is not None
    assert "pi_of_another_system" == action.intent
    assert ["pay_1:proc:1"] == terminal.named("process")


async def test_an_answer_that_comes_as_the_payment_is_called_off(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """What came of the call is on record, and the step that was taken meanwhile stands."""
    advance_after = till.journal.advance_after

    async def overtaken(before: Payment, after: Payment, note: str, attempt: Attempt) -> None:
        await till.service._recorder.call_off(before, State.CANCELED, "canceled by another")
        await advance_after(before, after, note, attempt)

    till.journal.advance_after = overtaken  # type: ignore[method-assign]
    answer = await till.service.start(a_scope(), a_start())
    await till.reaches(State.CANCELED)
    (attempt,) = await till.journal.attempts("pay_1", Step.PROCESS)

    assert isinstance(answer, PaymentRecord)
    assert Outcome.DONE is attempt.outcome
    assert "AWAITING_CARD" not in await till.states()
