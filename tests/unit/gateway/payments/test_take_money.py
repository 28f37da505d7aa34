import asyncio

import pytest

from connectors.sdk.terminal import IntentStatus
from gateway.payments.journal import Outcome
from gateway.payments.keys import Step
from gateway.payments.states import State
from schema.domain.errors import Conflict, RateLimited, Rejected, SourceError
from schema.domain.payment import CaptureMethod, PaymentRecord, PaymentState
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, Till, a_scope, until, yen


async def held(till: Till, terminal: ScriptedTerminal) -> None:
    """A payment whose money is held."""
    await till.start(capture=CaptureMethod.MANUAL)
    terminal.present(DEVICE)
    await till.reaches(State.AUTHORIZED)


async def capture(till: Till, minor: int | None = None) -> PaymentRecord:
    """Take held money."""
    amount = yen(minor) if minor else None
    answer = await till.service.capture(a_scope(), "pay_1", amount)
    assert isinstance(answer, PaymentRecord), answer

    return answer


async def outcomes(till: Till) -> list[Outcome | None]:
    """What came of each attempt to take the money."""
    return [it.outcome for it in await till.journal.attempts("pay_1", Step.CAPTURE)]


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.LOST_REQUEST])
async def test_a_lost_capture_takes_the_money_once(
    till: Till, terminal: ScriptedTerminal, fault: Fault
) -> None:
    """The intent is read first, then the same key is used again."""
    await held(till, terminal)
    terminal.faults["capture"].append(fault)
    captured = await capture(till)

    assert PaymentState.CAPTURED is captured.state
    assert {"pay_1:capture:1"} == set(terminal.named("capture"))
    assert 1 == terminal.intents["pi_1"].captures


async def test_after_three_lost_captures_a_new_key_is_due(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The provider may have kept a failure for the old one; a hold is taken only once."""
    await held(till, terminal)
    terminal.faults["capture"].extend([Fault.LOST_REQUEST] * 3)
    await capture(till, 600)

    assert ["pay_1:capture:2"] == terminal.named("capture")
    assert [Outcome.LOST, Outcome.DONE] == await outcomes(till)
    assert {"pay_1": 600} == terminal.captured


@pytest.mark.parametrize("fault", [Fault.DOWN, RateLimited("slow", retry_after_s=0.001)])
async def test_a_capture_that_was_never_made_is_made_again(
    till: Till, terminal: ScriptedTerminal, fault: Fault | SourceError
) -> None:
    """Under the same key while the provider is away; a refusal that was kept needs a new one."""
    await held(till, terminal)
    terminal.faults["capture"].append(fault)
    if isinstance(fault, SourceError):
        terminal.faults["capture"].clear()
        terminal.faults["intent"].append(fault)
    await capture(till)

    assert ["pay_1:capture:1"] == terminal.named("capture")


async def test_a_refused_capture_leaves_the_money_held(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The client is told why, and may capture again, under a new key."""
    await held(till, terminal)
    terminal.faults["capture"].append(Rejected("no", reason="amount_too_large"))
    refused = await capture(till, 600)
    captured = await capture(till, 500)

    assert PaymentState.AUTHORIZED is refused.state
    assert refused.failure is not None
    assert "amount_too_large" == refused.failure.code
    assert (PaymentState.CAPTURED, None) == (captured.state, captured.failure)
    assert ["pay_1:capture:1", "pay_1:capture:2"] == terminal.named("capture")
    assert {"pay_1": 500} == terminal.captured


async def test_money_that_somebody_else_took(till: Till, terminal: ScriptedTerminal) -> None:
    """A hold that is captured at the provider is a paid payment, also while ours is refused."""
    await held(till, terminal)
    gate = terminal.gates["intent"] = asyncio.Event()
    terminal.faults["capture"].append(Conflict("payment_intent_unexpected_state"))
    capturing = asyncio.create_task(capture(till))
    await till.reaches(State.CAPTURING)
    terminal.take(terminal.intents["pi_1"], 700)
    gate.set()

    assert yen(700) == (await capturing).captured
    assert 1 == terminal.intents["pi_1"].captures


async def test_a_hold_is_watched(till: Till, terminal: ScriptedTerminal) -> None:
    """Taken at the provider it is paid; nothing of ours has to ask for it."""
    await held(till, terminal)
    terminal.take(terminal.intents["pi_1"], 800)

    assert yen(800) == (await till.reaches(State.PAID)).captured


async def test_a_hold_that_was_raised_at_the_provider(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """All of it can be captured, once it has been looked at."""
    await held(till, terminal)
    terminal.intents["pi_1"].amount = yen(1200)
    looks = len(terminal.named("intent"))
    await until(lambda: len(terminal.named("intent")) > looks + 2)

    assert yen(1200) == (await capture(till, 1200)).captured


async def test_a_hold_that_ran_out(till: Till, terminal: ScriptedTerminal) -> None:
    """Given up at the provider, the payment ends without money and says why."""
    await held(till, terminal)
    terminal.intents["pi_1"].status = IntentStatus.CANCELED
    payment = await till.reaches(State.CANCELED)

    assert payment.failure is not None
    assert "canceled_at_provider" == payment.failure.code


async def test_a_capture_that_takes_its_time(till: Till, terminal: ScriptedTerminal) -> None:
    """Processing is no end: the intent is looked at until there is one."""
    await held(till, terminal)
    intent = terminal.intents["pi_1"]
    intent.status = IntentStatus.PROCESSING
    await till.reaches(State.CAPTURING)
    looks = len(terminal.named("intent"))
    await until(lambda: len(terminal.named("intent")) > looks + 1)
    terminal.take(intent, 1000)
    await till.reaches(State.PAID)

    assert [] == terminal.named("capture")


async def test_a_capture_that_is_refused_because_the_money_was_taken(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Somebody took it at the provider while our call was out: it is paid, and no refusal."""
    await held(till, terminal)
    gate = terminal.gates["capture"] = asyncio.Event()
    terminal.faults["capture"].append(Conflict("payment_intent_unexpected_state"))
    capturing = asyncio.create_task(capture(till))
    await until(lambda: terminal.named("capture"))
    terminal.take(terminal.intents["pi_1"], 700)
    gate.set()
    captured = await capturing

    assert (PaymentState.CAPTURED, yen(700)) == (captured.state, captured.captured)
    assert [Outcome.REFUSED] == await outcomes(till)
    assert captured.failure is None
