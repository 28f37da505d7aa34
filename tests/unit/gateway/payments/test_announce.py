import asyncio

import pytest

from connectors.sdk.terminal import IntentStatus
from gateway.payments.states import State
from schema.domain.errors import Rejected, SchemaDrift, SourceError
from schema.domain.money import Money
from schema.domain.payment import PaymentState
from schema.ports.payments import ReaderKey
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, Till, a_scope, until


async def test_a_reader_of_another_place_is_refused(till: Till, terminal: ScriptedTerminal) -> None:
    """A reader that is registered elsewhere gets no payment, and none is announced."""
    terminal.slots[DEVICE] = ScriptedTerminal(DEVICE, location="tml_9").slots[DEVICE]
    refused = await till.refused()

    assert "READER_WRONG_LOCATION" == refused.code
    assert {} == terminal.intents


async def test_a_reader_that_the_provider_does_not_know(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A name that leads to no reader is the configuration's mistake."""
    del terminal.slots[DEVICE]

    assert "READER_UNKNOWN" == (await till.refused()).code


async def test_a_place_that_is_not_configured_is_not_checked(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A store without a location takes its readers wherever they are registered."""
    terminal.slots["tmr_sg"] = ScriptedTerminal("tmr_sg", location="tml_9").slots["tmr_sg"]
    reader = ReaderKey("orchard", "Front counter")
    started = await till.start(reader=reader, amount=Money(1000, "SGD"))

    assert PaymentState.AWAITING_CARD is started.state


async def test_somebody_elses_payment_is_not_replaced(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The provider would replace it without an error; we do not ask it to."""
    terminal.show(DEVICE, "pi_of_another_system")

    assert "READER_BUSY" == (await till.refused()).code
    assert [] == terminal.named("process")


async def test_what_we_left_behind_is_replaced(till: Till, terminal: ScriptedTerminal) -> None:
    """A reader that still shows a payment of ours which has ended may have the next one."""
    await till.start()
    await till.service.cancel(a_scope(), "pay_1")
    terminal.show(DEVICE, "pi_1")

    assert PaymentState.AWAITING_CARD is (await till.start("k2")).state


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Rejected("no", reason="amount_too_small"), "amount_too_small"),
        (SchemaDrift("payment_method_types"), "source_schema_drift"),
    ],
)
async def test_a_provider_that_refuses_ends_the_payment(
    till: Till, terminal: ScriptedTerminal, error: SourceError, code: str
) -> None:
    """A definite no ends it at once, with the provider's code."""
    terminal.faults["create_intent"].append(error)
    payment = await till.start()

    assert PaymentState.CANCELED is payment.state
    assert payment.failure is not None
    assert code == payment.failure.code
    assert ["NEW", "CANCELED"] == await till.states()


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.LOST_REQUEST])
async def test_a_lost_announcement_is_repeated_under_its_key(
    till: Till, terminal: ScriptedTerminal, fault: Fault
) -> None:
    """However often the answer is lost, there is one intent."""
    terminal.faults["create_intent"].extend([fault] * 4)
    started = await till.start()

    assert PaymentState.AWAITING_CARD is started.state
    assert ["pi_1"] == list(terminal.intents)
    assert {"pay_1:intent"} == set(terminal.named("create_intent"))


async def test_a_payment_that_cannot_be_announced_in_time_expires(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Its answer was lost: the intent is learnt under the same key, and canceled."""
    terminal.faults["create_intent"].append(Fault.LOST_ANSWER)
    terminal.gates["reader"] = asyncio.Event()
    starting = asyncio.create_task(till.start())
    await until(lambda: terminal.named("reader"))
    till.clock.forward(150)
    terminal.gates["reader"].set()
    payment = await starting

    assert PaymentState.EXPIRED is payment.state
    assert payment.failure is not None
    assert "expired" == payment.failure.code
    assert [IntentStatus.CANCELED] == [it.status for it in terminal.intents.values()]


async def test_a_refusal_after_a_lost_answer_cancels_the_intent(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """When the reader turns out to be taken meanwhile, an intent that may exist is canceled."""
    terminal.faults["create_intent"].append(Fault.LOST_ANSWER)
    gate = terminal.gates["create_intent"] = asyncio.Event()
    starting = asyncio.create_task(till.refused())
    await until(lambda: terminal.intents)
    terminal.show(DEVICE, "pi_of_another_system")
    gate.set()

    assert "READER_BUSY" == (await starting).code
    assert [IntentStatus.CANCELED] == [it.status for it in terminal.intents.values()]
    assert State.CANCELED is (await till.payment()).state


async def test_a_display_makes_room(till: Till, terminal: ScriptedTerminal) -> None:
    """What has no payment is a picture that stays for ever, and may be replaced."""
    terminal.show(DEVICE, None, "set_reader_display")

    assert PaymentState.AWAITING_CARD is (await till.start()).state
