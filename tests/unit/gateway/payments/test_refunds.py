import asyncio
import logging

import pytest
from msgspec.structs import replace

from gateway.payments.journal import Refund
from gateway.payments.states import State
from schema.domain.errors import RateLimited, Rejected
from schema.domain.payment import RefundState
from schema.ports.payments import RefundReceipt
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, Till, a_scope, until, yen


async def sold(till: Till, terminal: ScriptedTerminal) -> None:
    """A payment that is paid."""
    await till.start()
    terminal.present(DEVICE)
    await till.reaches(State.PAID)


async def refunded(till: Till, minor: int | None = 300, key: str = "r1") -> RefundReceipt:
    """Give something back."""
    amount = yen(minor) if minor else None
    answer = await till.service.refund(a_scope(), "pay_1", amount, key)
    assert isinstance(answer, RefundReceipt), answer

    return answer


async def on_record(till: Till, name: str) -> Refund:
    """The refund as the journal holds it."""
    return (await till.journal.refunds([name]))[name]


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.LOST_REQUEST, Fault.DOWN])
async def test_a_refund_without_an_answer_is_asked_for_again(
    till: Till, terminal: ScriptedTerminal, fault: Fault
) -> None:
    """Under its own id, until there is one: the money is given back once."""
    await sold(till, terminal)
    terminal.faults["refund"].extend([fault] * 2)
    receipt = await refunded(till)

    assert RefundState.SUCCEEDED is receipt.refund.state
    assert yen(300) == receipt.payment.refunded
    assert {receipt.refund.id} == set(terminal.named("refund"))
    assert 300 == terminal.intents["pi_1"].refunded


async def test_while_the_outcome_is_not_known_the_refund_says_so(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """And what it may have given back cannot be given back again."""
    till.timing = replace(till.timing, answer_within_s=0.05)
    await till.restart()
    await sold(till, terminal)
    terminal.faults["refund"].extend([Fault.LOST_REQUEST] * 9)
    receipt = await refunded(till, 800)
    again = await till.service.refund(a_scope(), "pay_1", yen(201), "r2")
    await until(lambda: terminal.named("refund"))

    assert RefundState.UNKNOWN is receipt.refund.state
    assert not isinstance(again, RefundReceipt)
    assert "REFUND_TOO_LARGE" == again.code


async def test_a_refused_refund_leaves_the_money(till: Till, terminal: ScriptedTerminal) -> None:
    """It has failed, and what it asked for may be asked for again."""
    await sold(till, terminal)
    terminal.faults["refund"].append(Rejected("no", reason="charge_disputed"))
    failed = await refunded(till, 1000)
    whole = await refunded(till, None, "r2")

    assert (RefundState.FAILED, yen(0)) == (failed.refund.state, failed.payment.refunded)
    assert (RefundState.SUCCEEDED, yen(1000)) == (whole.refund.state, whole.refund.amount)


async def test_a_refund_that_the_provider_has_yet_to_make(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Pending is an answer: nobody asks again, and it is no open refund of ours."""
    await sold(till, terminal)
    terminal.refund_state = RefundState.PENDING
    receipt = await refunded(till)

    assert RefundState.PENDING is receipt.refund.state
    assert [] == await till.journal.open_refunds()
    assert 1 == len(terminal.named("refund"))


async def test_open_refunds_are_taken_up_after_a_start(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Asked for under the same key: what was lost with the process is found."""
    await sold(till, terminal)
    gate = terminal.gates["refund"] = asyncio.Event()
    refunding = asyncio.create_task(refunded(till))
    await until(lambda: terminal.named("refund"))
    await till.close()
    name = (await refunding).refund.id
    gate.set()
    await till.restart()
    await till.service._refunds.wait(name, 5)

    assert RefundState.SUCCEEDED is (await on_record(till, name)).state
    assert 300 == terminal.intents["pi_1"].refunded
    assert yen(300) == (await till.payment()).refunded


async def test_a_key_that_the_provider_has_forgotten_is_not_used(
    till: Till, terminal: ScriptedTerminal, caplog: pytest.LogCaptureFixture
) -> None:
    """A day later the refund stays unknown: asked for anew it might be made a second time."""
    await sold(till, terminal)
    terminal.faults["refund"].append(Fault.LOST_ANSWER)
    terminal.gates["refund"] = asyncio.Event()
    refunding = asyncio.create_task(refunded(till))
    await until(lambda: terminal.named("refund"))
    await till.close()
    name = (await refunding).refund.id
    terminal.gates["refund"].set()
    terminal._kept.clear()  # the provider forgets its answers
    till.clock.forward(24 * 3600)
    with caplog.at_level(logging.WARNING):
        await till.restart()
        await till.service._refunds.wait(name, 5)

    assert 1 == len(terminal.named("refund"))
    assert 300 == terminal.intents["pi_1"].refunded
    assert "a refund stays unknown" in [it.message for it in caplog.records]
    assert [name] == [it.id for it in await till.journal.open_refunds()]


async def test_a_refund_gives_up_asking_in_the_end(till: Till, terminal: ScriptedTerminal) -> None:
    """Also in a process that never ends, the key is not used beyond its life."""
    await sold(till, terminal)
    terminal.faults["refund"].extend([Fault.LOST_REQUEST] * 999)
    refunding = asyncio.create_task(refunded(till))
    await until(lambda: len(terminal.faults["refund"]) < 990)
    till.clock.forward(24 * 3600)
    receipt = await refunding
    left = len(terminal.faults["refund"])
    await asyncio.sleep(0.05)

    assert RefundState.UNKNOWN is receipt.refund.state
    assert left == len(terminal.faults["refund"])


async def test_what_cannot_be_counted_is_what_our_refunds_say(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The refund was answered, and the intent cannot be read: the payment shows it all the same."""
    await sold(till, terminal)
    terminal.faults["intent"].append(RateLimited("slow down"))
    receipt = await refunded(till)

    assert yen(300) == receipt.payment.refunded


async def test_a_mistake_of_ours_does_not_end_a_refund(
    till: Till, terminal: ScriptedTerminal, caplog: pytest.LogCaptureFixture
) -> None:
    """A journal that cannot be written for a moment: it is asked for again, and settled."""
    await sold(till, terminal)
    settle, failures = till.journal.settle_refund, [OSError("the disk is full")]

    async def settle_refund(refund: Refund) -> None:
        if failures:
            raise failures.pop()
        await settle(refund)

    till.journal.settle_refund = settle_refund  # type: ignore[method-assign]
    with caplog.at_level(logging.ERROR):
        receipt = await refunded(till)

    assert RefundState.SUCCEEDED is receipt.refund.state
    assert ["a refund waits"] == [it.message for it in caplog.records]
    assert 300 == terminal.intents["pi_1"].refunded


async def test_only_paid_payments_are_counted(till: Till, terminal: ScriptedTerminal) -> None:
    """Nothing is counted for a payment that nobody knows."""
    await till.service._refunds.count_anew("pay_9")

    assert [] == terminal.named("intent")
