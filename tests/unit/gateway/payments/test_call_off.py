import asyncio

import pytest
from msgspec.structs import replace

from connectors.sdk.terminal import IntentStatus
from gateway.payments.journal import Outcome
from gateway.payments.keys import Step
from gateway.payments.states import State
from schema.domain.errors import Conflict, Rejected, SourceError
from schema.domain.payment import PaymentRecord, PaymentState
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, Till, a_scope, a_start, until, yen


async def outcomes(till: Till, step: Step) -> list[Outcome | None]:
    """What came of each attempt of a step."""
    return [it.outcome for it in await till.journal.attempts("pay_1", step)]


async def canceled(till: Till) -> PaymentState:
    """Cancel the payment; the state that the till is told."""
    answer = await till.service.cancel(a_scope(), "pay_1")
    assert isinstance(answer, PaymentRecord), answer

    return answer.state


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.LOST_REQUEST])
async def test_a_reader_that_cannot_be_read_is_left(
    till: Till, terminal: ScriptedTerminal, fault: Fault
) -> None:
    """The intent's cancellation makes what it shows void."""
    await till.start()
    terminal.faults["reader"].extend([fault] * 50)

    assert PaymentState.CANCELED is await canceled(till)
    assert [] == await outcomes(till, Step.CLEAR)
    assert IntentStatus.CANCELED is terminal.intents["pi_1"].status


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault.LOST_REQUEST, Outcome.LOST),
        (Fault.LOST_ANSWER, Outcome.LOST),
        (Rejected("no"), Outcome.REFUSED),
        (Fault.DOWN, Outcome.REFUSED),
    ],
)
async def test_a_reader_that_is_not_cleared_keeps_no_money(
    till: Till, terminal: ScriptedTerminal, fault: Fault | SourceError, outcome: Outcome
) -> None:
    """Whatever comes of clearing it, the intent is canceled and the card finds nothing to pay."""
    await till.start()
    terminal.faults["cancel_action"].append(fault)
    state = await canceled(till)
    terminal.present(DEVICE)

    assert PaymentState.CANCELED is state
    assert outcome is (await outcomes(till, Step.CLEAR))[0]
    assert {} == terminal.captured


async def test_a_reader_that_authorises_is_waited_for(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """For a while; then the intent is canceled all the same, and the provider decides."""
    await till.start()
    terminal.faults["cancel_action"].extend([Conflict("busy")] * 9)

    assert PaymentState.CANCELED is await canceled(till)
    assert 5 <= len(await outcomes(till, Step.CLEAR)) <= 6
    assert {Outcome.REFUSED} == set(await outcomes(till, Step.CLEAR))


async def test_a_card_shown_while_it_is_called_off(till: Till, terminal: ScriptedTerminal) -> None:
    """The provider took the money first: the payment is paid, and nobody is told otherwise."""
    await till.start()
    gate = terminal.gates["cancel_action"] = asyncio.Event()
    canceling = asyncio.create_task(canceled(till))
    await until(lambda: terminal.named("cancel_action"))
    terminal.take(terminal.intents["pi_1"], 1000)
    gate.set()

    assert PaymentState.CAPTURED is await canceling
    assert yen(1000) == (await till.payment()).captured
    assert [Outcome.REFUSED] == await outcomes(till, Step.CANCEL)
    assert await till.journal.holder(DEVICE) is None


async def test_a_lost_cancellation_is_repeated_under_its_key(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The second asking finds the intent canceled, and no other attempt is made."""
    await till.start()
    terminal.faults["cancel_intent"].append(Fault.LOST_ANSWER)

    assert PaymentState.CANCELED is await canceled(till)
    assert ["pay_1:cancel:1"] == terminal.named("cancel_intent")


@pytest.mark.parametrize(
    ("fault", "key"), [(Fault.LOST_REQUEST, "pay_1:cancel:2"), (Fault.DOWN, "pay_1:cancel:1")]
)
async def test_a_cancellation_that_never_arrives(
    till: Till, terminal: ScriptedTerminal, fault: Fault, key: str
) -> None:
    """After three lost ones a new key is due; one that was never sent keeps its own."""
    await till.start()
    terminal.faults["cancel_intent"].extend([fault] * 3)

    assert PaymentState.CANCELED is await canceled(till)
    assert [key] == terminal.named("cancel_intent")


async def test_the_reader_stays_ours_until_its_call_has_come_back(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """One that arrives late would take the next payment's place; it is cleared away instead."""
    gate = terminal.gates["process"] = asyncio.Event()
    starting = asyncio.create_task(till.start())
    await till.reaches(State.AWAITING_CARD)
    canceling = asyncio.create_task(canceled(till))
    await until(lambda: terminal.intents["pi_1"].status is IntentStatus.CANCELED)
    terminal.show(DEVICE, "pi_1")
    refused = await till.refused("k2")
    state = (await till.payment()).state
    gate.set()

    assert (State.CANCELING, "READER_BUSY") == (state, refused.code)
    assert PaymentState.CANCELED is await canceling
    assert terminal.slots[DEVICE].action is None
    assert [Outcome.DONE] == await outcomes(till, Step.PROCESS)

    await starting


async def test_an_intent_that_cannot_be_learnt_was_never_at_a_reader(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """After three lost answers the payment ends without: such an intent cannot take money."""
    terminal.faults["create_intent"].extend([Fault.LOST_REQUEST] * 99)
    starting = asyncio.create_task(till.service.start(a_scope(), a_start()))
    await until(lambda: len(terminal.faults["create_intent"]) < 99)
    state = await canceled(till)
    await starting

    assert PaymentState.CANCELED is state
    assert (await till.payment()).intent is None
    assert "called off before it was sent to a reader" in [
        it.note for it in (await till.journal.steps(["pay_1"]))["pay_1"]
    ]


async def test_what_was_never_announced_ends_without_a_call(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Its reader could not be read; called off then, there is no intent to learn of."""
    terminal.faults["reader"].append(Fault.DOWN)
    till.timing = replace(till.timing, first_look_s=60.0, slowest_look_s=60.0)
    await till.restart()
    starting = asyncio.create_task(till.service.start(a_scope(), a_start()))
    await until(lambda: not terminal.faults["reader"])
    state = await canceled(till)
    await starting

    assert PaymentState.CANCELED is state
    assert [] == terminal.named("create_intent")


async def test_an_announcement_that_was_refused_leaves_no_intent(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Its first answer was lost; under the same key the provider says no, and says it again."""
    refusal = Rejected("no", reason="amount_too_small")
    terminal.faults["create_intent"].extend([Fault.LOST_REQUEST, refusal])
    payment = await till.start()

    assert PaymentState.CANCELED is payment.state
    assert payment.failure is not None
    assert "amount_too_small" == payment.failure.code
    assert {} == terminal.intents


async def forgotten(till: Till, terminal: ScriptedTerminal, fault: Fault) -> None:
    """Announce a payment whose process dies meanwhile; a day later there is another one."""
    till.timing = replace(till.timing, answer_within_s=0.05)
    await till.restart()
    terminal.faults["create_intent"].extend([fault] * 99)
    await till.service.start(a_scope(), a_start())
    await until(lambda: len(terminal.faults["create_intent"]) < 99)
    await till.close()
    terminal.faults["create_intent"].clear()
    terminal.calls.clear()
    till.clock.forward(24 * 3600)
    await till.restart()


async def test_a_key_that_the_provider_has_forgotten_is_not_used(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Taken up after a day, an announcement is found by the payment's name, and canceled."""
    await forgotten(till, terminal, Fault.LOST_ANSWER)
    payment = await till.reaches(State.EXPIRED)

    assert "pi_1" == payment.intent
    assert [IntentStatus.CANCELED] == [it.status for it in terminal.intents.values()]
    assert [] == terminal.named("create_intent"), "it would make a second intent"
    assert {} == terminal.captured


@pytest.mark.parametrize("downs", [0, 2, 99])
async def test_an_announcement_that_is_not_found_ends_without(
    till: Till, terminal: ScriptedTerminal, downs: int
) -> None:
    """It was lost on its way, or the provider cannot be asked: no reader has ever heard of it."""
    terminal.faults["intent_named"].extend([Fault.DOWN] * downs)
    await forgotten(till, terminal, Fault.LOST_REQUEST)
    payment = await till.reaches(State.EXPIRED)

    assert payment.intent is None
    assert [] == terminal.named("create_intent")
    assert {} == terminal.intents
    assert min(1, max(0, 3 - downs)) == len(terminal.named("intent_named"))
