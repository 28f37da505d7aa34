"""What the next process does, by what the one before had committed last."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import Struct, field
from msgspec.structs import replace

from gateway.payments.states import State
from schema.domain.payment import CaptureMethod, RefundState
from schema.ports.payments import RefundReceipt
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, Till, a_scope, until

MANUAL: dict[str, Any] = {"capture": CaptureMethod.MANUAL}


def nothing(_: ScriptedTerminal) -> None:
    """Nothing happens while nobody follows the payment."""


def others_refund(terminal: ScriptedTerminal) -> None:
    """Another program asks at our reader for a card to give money back to."""
    terminal.show(DEVICE, None, "refund_payment")
    slot = terminal.slots[DEVICE]
    assert slot.action is not None

    action = replace(slot.action, refund_of="pi_of_another_system")
    terminal.slots[DEVICE] = replace(slot, action=action)


class Case(Struct, frozen=True, kw_only=True):
    """A process ends while `call` is out, which has had its effect. Then something may happen.

    The next one brings the payment to `state`; `keys` are those under which `call` has come in all.
    """

    call: str
    state: State
    keys: tuple[str, ...]
    meanwhile: Callable[[ScriptedTerminal], None] = nothing
    fields: dict[str, Any] = field(default_factory=dict)


CASES = {
    "announced: again under the same key": Case(
        call="create_intent",
        state=State.AWAITING_CARD,
        keys=("pay_1:intent", "pay_1:intent"),
    ),
    "sent, and the reader has it: waited for": Case(
        call="process", state=State.AWAITING_CARD, keys=("pay_1:proc:1",)
    ),
    "sent, and paid since: that is found": Case(
        call="process",
        state=State.PAID,
        keys=("pay_1:proc:1",),
        meanwhile=lambda it: it.present(DEVICE),
    ),
    "sent, and held since: that is found": Case(
        call="process",
        state=State.AUTHORIZED,
        keys=("pay_1:proc:1",),
        meanwhile=lambda it: it.present(DEVICE),
        fields=MANUAL,
    ),
    "sent, and declined since: that is found": Case(
        call="process",
        state=State.CARD_REFUSED,
        keys=("pay_1:proc:1",),
        meanwhile=lambda it: it.decline(DEVICE),
    ),
    "sent, and another is there: given up": Case(
        call="process",
        state=State.SUPERSEDED,
        keys=("pay_1:proc:1",),
        meanwhile=lambda it: it.show(DEVICE, "pi_of_another_system"),
    ),
    "sent, and the reader is idle: a new attempt": Case(
        call="process",
        state=State.AWAITING_CARD,
        keys=("pay_1:proc:1", "pay_1:proc:2"),
        meanwhile=lambda it: it.clear(DEVICE),
    ),
    "sent, and a refund of others is there: left alone": Case(
        call="process",
        state=State.CANCELED,
        keys=("pay_1:proc:1",),
        meanwhile=others_refund,
    ),
}


async def ended_in(till: Till, terminal: ScriptedTerminal, call: str, work: Any) -> None:
    """Let the process end while a call is out, which has had its effect."""
    gates = {call, "intent"} if call == "process" else {call}  # nobody looks what it has done
    terminal.gates.update({name: asyncio.Event() for name in gates})
    task = asyncio.create_task(work)
    await until(lambda: terminal.named(call))
    await asyncio.sleep(0.01)  # so that the effect is there
    await till.close()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    for name in gates:
        terminal.gates.pop(name).set()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_a_payment_is_taken_up(till: Till, terminal: ScriptedTerminal, case: Case) -> None:
    """The intent is read before anything that might take money a second time."""
    await ended_in(till, terminal, case.call, till.start(**case.fields))
    case.meanwhile(terminal)
    await till.restart()
    await till.reaches(case.state)

    assert [*case.keys] == terminal.named(case.call)
    assert ["pi_1"] == [*terminal.intents]


async def test_a_capture_is_repeated_under_its_key(till: Till, terminal: ScriptedTerminal) -> None:
    """What it did is read first; what it did not do is asked for again."""
    payment = await till.start(**MANUAL)
    terminal.present(DEVICE)
    await till.reaches(State.AUTHORIZED)
    await ended_in(till, terminal, "capture", till.service.capture(a_scope(), payment.id, None))
    await till.restart()
    await till.reaches(State.PAID)

    assert {"pay_1:capture:1"} == {*terminal.named("capture")}
    assert 1 == terminal.intents["pi_1"].captures


async def test_a_refund_is_repeated_under_its_key(till: Till, terminal: ScriptedTerminal) -> None:
    """So that the money is given back once."""
    payment = await till.start()
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    asked = till.service.refund(a_scope(), payment.id, None, "r1")
    await ended_in(till, terminal, "refund", asked)
    await till.restart()
    refund = (await till.journal.refunds_of(payment.id))[0]
    await until(lambda: 2 == len(terminal.named("refund")))
    receipt = await till.service.refund(a_scope(), payment.id, None, "r1")

    assert isinstance(receipt, RefundReceipt)
    assert RefundState.SUCCEEDED is receipt.refund.state
    assert [refund.id, refund.id] == terminal.named("refund")
    assert 1000 == terminal.intents["pi_1"].refunded


@pytest.mark.parametrize("is_ours", [True, False])
async def test_a_reader_is_cleared_only_while_it_is_at_the_payment(
    till: Till, terminal: ScriptedTerminal, *, is_ours: bool
) -> None:
    """What others have sent there meanwhile stays; the intent is canceled in any case."""
    payment = await till.start()
    gate = terminal.gates["reader"] = asyncio.Event()
    canceling = asyncio.create_task(till.service.cancel(a_scope(), payment.id))
    await till.reaches(State.CANCELING)
    await till.close()
    canceling.cancel()
    await asyncio.gather(canceling, return_exceptions=True)
    gate.set()
    if not is_ours:
        terminal.show(DEVICE, "pi_of_another_system")
    await till.restart()
    await till.reaches(State.CANCELED)

    assert int(is_ours) == len(terminal.named("cancel_action"))
    assert is_ours is (terminal.slots[DEVICE].action is None)
