

from gateway.payments.states import State
from schema.domain.payment import PaymentState
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.till import (
    DEVICE,
    Till,
    a_scope,
    yen,
)


async def test_a_payment_runs_from_start_to_captured(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Started, shown, paid: each step is on record, and the money is what the provider took."""
    started = await till.start()
    terminal.present(DEVICE)
    await till.reaches(State.PAID)

    shown = (await till.service.payments(a_scope(), ["pay_1"]))[0]

    assert PaymentState.AWAITING_CARD is started.state
    assert shown is not None
    assert (PaymentState.CAPTURED, yen(1000)) == (shown.state, shown.captured)
    assert ["NEW", "INTENT_READY", "DISPATCHING", "AWAITING_CARD", "PAID"] == await till.states()
    assert {"pay_1": 1000} == terminal.captured
