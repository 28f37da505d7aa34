from gateway.payments.states import State
from schema.domain.payment import PaymentState
from schema.domain.payment_method import PaymentMethodKind
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, Till, a_scope, until, yen

METHODS = (PaymentMethodKind.CARD, PaymentMethodKind.PAYNOW)


async def shown(till: Till, terminal: ScriptedTerminal) -> None:
    """A payment whose code the reader shows."""
    await till.start(methods=METHODS)
    terminal.show_code(DEVICE)
    await till.reaches(State.AWAITING_CUSTOMER)


async def left(till: Till, terminal: ScriptedTerminal) -> None:
    """A payment whose code the reader shows no more."""
    await shown(till, terminal)
    terminal.clear(DEVICE)
    await till.reaches(State.AWAITING_WALLET)


async def test_a_code_is_paid_by_telephone(till: Till, terminal: ScriptedTerminal) -> None:
    """Clients see a payment that waits for its customer, and then one that is taken."""
    await shown(till, terminal)
    seen = (await till.service.payments(a_scope(), ["pay_1"]))[0]
    busy = await till.refused("k2")
    terminal.scan(terminal.intents["pi_1"])
    await till.reaches(State.PAID)

    assert seen is not None
    assert (PaymentState.AWAITING_CARD, METHODS) == (seen.state, seen.methods)
    assert METHODS == terminal.intents["pi_1"].methods
    assert "READER_BUSY" == busy.code
    assert {"pay_1": 1000} == terminal.captured


async def test_the_reader_is_free_while_the_telephone_pays(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The next customer has the reader, and each payment's own intent decides about it."""
    await left(till, terminal)
    seen = (await till.service.payments(a_scope(), ["pay_1"]))[0]
    other = await till.start("k2", amount=yen(500))
    terminal.present(DEVICE)
    await till.reaches(State.PAID, name=other.id)
    terminal.scan(terminal.intents["pi_1"])
    await till.reaches(State.PAID)

    assert seen is not None
    assert PaymentState.PROCESSING is seen.state
    assert {"pay_1": 1000, other.id: 500} == terminal.captured


async def test_a_code_that_is_given_up_asks_for_a_card_again(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """While the reader still has the payment, a card may pay it."""
    await shown(till, terminal)
    terminal.scan(terminal.intents["pi_1"], is_paid=False)
    terminal.intents["pi_1"].failure = None
    await till.reaches(State.AWAITING_CARD)
    terminal.present(DEVICE)
    await till.reaches(State.PAID)

    assert {"pay_1": 1000} == terminal.captured


async def test_a_telephone_that_declines(till: Till, terminal: ScriptedTerminal) -> None:
    """It is told as a decline; another try needs a reader again."""
    await left(till, terminal)
    terminal.scan(terminal.intents["pi_1"], is_paid=False)
    payment = await till.reaches(State.CARD_REFUSED)

    assert payment.failure is not None
    assert "payment_method_provider_decline" == payment.failure.code
    assert {} == terminal.captured


async def test_a_code_that_nobody_pays(till: Till, terminal: ScriptedTerminal) -> None:
    """In time it ends without money; the reader is not cleared if another has it."""
    await left(till, terminal)
    terminal.show(DEVICE, None, "set_reader_display")
    till.clock.forward(151)
    await till.reaches(State.EXPIRED)

    assert [] == terminal.named("cancel_action")
    assert {} == terminal.captured


async def test_a_code_is_called_off(till: Till, terminal: ScriptedTerminal) -> None:
    """The reader is cleared, and the code is worth nothing."""
    await shown(till, terminal)
    await till.service.cancel(a_scope(), "pay_1")
    await till.reaches(State.CANCELED)

    assert 1 == len(terminal.named("cancel_action"))
    assert {} == terminal.captured


async def test_the_process_ends_while_a_telephone_pays(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The next one goes on from the journal."""
    await left(till, terminal)
    await till.restart()
    terminal.scan(terminal.intents["pi_1"])
    await till.reaches(State.PAID)
    await until(lambda: terminal.captured)

    assert {"pay_1": 1000} == terminal.captured
