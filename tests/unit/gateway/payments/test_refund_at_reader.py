"""Money given back at a reader, which Interac alone wants."""

import asyncio

import pytest
from msgspec.structs import replace

from connectors.sdk.terminal import ActionStatus, ReaderAction
from gateway.payments.journal import Refund
from gateway.payments.states import State
from gateway.payments.subject import Kind
from schema.domain.errors import Conflict, NotFound, Rejected, Unavailable
from schema.domain.money import Money
from schema.domain.payment import PaymentState, RefundState, UserErrorRecord
from schema.ports.payments import ReaderKey, RefundReceipt
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import (
    DEVICE,
    FRONT,
    GIFT,
    OTHER,
    Till,
    a_scope,
    until,
    yen,
)

QUICKLY_S = 0.05


@pytest.fixture
async def till(till: Till, terminal: ScriptedTerminal) -> Till:
    """A till that has sold something to an Interac card, and does not wait long for answers."""
    till.timing = replace(till.timing, answer_within_s=QUICKLY_S)
    await till.restart()
    await till.start()
    await until(lambda: terminal.waiting(DEVICE))
    terminal.intents["pi_1"].method = "interac_present"
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    return till


async def patient(till: Till) -> None:
    """Let mutations wait until they can tell what came of it."""
    till.timing = replace(till.timing, answer_within_s=10)
    await till.restart()


async def asked(
    till: Till, reader: ReaderKey | None = GIFT, key: str = "r1", minor: int = 300
) -> RefundReceipt | UserErrorRecord:
    """Ask for a refund at a reader."""
    return await till.service.refund(a_scope(), "pay_1", yen(minor), key, reader=reader)


async def waiting(till: Till, terminal: ScriptedTerminal) -> str:
    """A refund that waits for its card at the gift desk; its id."""
    receipt = await asked(till)
    assert isinstance(receipt, RefundReceipt), receipt

    await until(lambda: terminal.slots[OTHER].action)
    return receipt.refund.id


async def ends(till: Till, name: str) -> Refund:
    """The refund once it is through."""
    await till.service._refunds.wait(name, 5)
    return (await till.journal.refunds([name]))[name]


async def test_the_card_is_asked_for_and_the_money_given_back(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The reader is the refund's until then; another till hears who has it."""
    name = await waiting(till, terminal)
    held = (await till.journal.leases([OTHER]))[OTHER]
    busy = await till.refused("k2", reader=GIFT)
    pending = (await till.journal.refunds([name]))[name]
    terminal.present_for_refund(OTHER)
    done = await ends(till, name)

    assert (Kind.REFUND, name) == (held.holder.kind, held.holder.id)
    assert "READER_BUSY" == busy.code
    assert name in busy.message
    assert (RefundState.PENDING, "Gift desk") == (pending.state, pending.reader)
    assert RefundState.SUCCEEDED is done.state
    assert yen(300) == (await till.payment()).refunded
    assert {} == await till.journal.leases([OTHER])


@pytest.mark.parametrize(
    ("reader", "code"),
    [
        (None, "REFUND_NEEDS_READER"),
        (ReaderKey("ginza", "Cellar"), "READER_UNKNOWN"),
        (ReaderKey("nowhere", "Gift desk"), "STORE_UNKNOWN"),
    ],
)
async def test_without_a_reader_nothing_is_given_back(
    till: Till, terminal: ScriptedTerminal, reader: ReaderKey | None, code: str
) -> None:
    """The card has to be shown somewhere. The provider is asked for nothing."""
    refused = await asked(till, reader)

    assert isinstance(refused, UserErrorRecord)
    assert code == refused.code
    assert [] == await till.journal.refunds_of("pay_1")
    assert [] == terminal.named("refund") + terminal.named("refund_at_reader")


async def test_other_cards_are_given_back_without_a_reader(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The reader would only wait for nothing."""
    await till.start("k2", reader=GIFT)
    await until(lambda: terminal.waiting(OTHER))
    terminal.present(OTHER)
    await till.reaches(State.PAID, name="pay_2")
    refused = await till.service.refund(a_scope(), "pay_2", yen(300), "r1", reader=GIFT)

    assert isinstance(refused, UserErrorRecord)
    assert "REFUND_NEEDS_NO_READER" == refused.code


async def test_a_reader_that_has_a_payment_is_left_alone(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Ours hold their reader; anybody else's is seen there."""
    await till.start("k2", reader=GIFT)
    ours = await asked(till)
    terminal.show(DEVICE, "pi_somebody", "collect_payment_method")
    others = await asked(till, FRONT)

    for refused in (ours, others):
        assert isinstance(refused, UserErrorRecord)
        assert "READER_BUSY" == refused.code
    assert [] == terminal.named("refund_at_reader")
    assert [] == await till.journal.refunds_of("pay_1")


async def test_a_cart_on_the_display_makes_room(till: Till, terminal: ScriptedTerminal) -> None:
    """It stays there for ever, and takes nobody's money."""
    terminal.show(OTHER, None, "set_reader_display")
    name = await waiting(till, terminal)
    terminal.present_for_refund(OTHER)

    assert RefundState.SUCCEEDED is (await ends(till, name)).state


async def test_a_reader_of_another_place_is_refused(till: Till, terminal: ScriptedTerminal) -> None:
    """Its registration is wrong; nothing is sent there."""
    terminal.slots[OTHER] = replace(terminal.slots[OTHER], location="tml_9")
    refused = await asked(till)

    assert isinstance(refused, UserErrorRecord)
    assert "READER_WRONG_LOCATION" == refused.code
    assert [] == terminal.named("refund_at_reader")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Rejected("off", reason="terminal_reader_offline"), "READER_OFFLINE"),
        (Conflict("terminal_reader_busy"), "READER_BUSY"),
        (NotFound("resource_missing"), "READER_UNKNOWN"),
    ],
)
async def test_a_reader_that_refuses_ends_the_refund(
    till: Till, terminal: ScriptedTerminal, fault: Exception, code: str
) -> None:
    """The till is told so at once, also when it asks again; the reader and the money are free."""
    await patient(till)
    terminal.faults["refund_at_reader"].append(fault)
    refused = await asked(till)
    again = await asked(till)

    assert isinstance(refused, UserErrorRecord)
    assert code == refused.code
    assert refused == again
    assert {} == await till.journal.leases([OTHER])

    asking = asyncio.create_task(asked(till, key="r2", minor=1000))
    await until(lambda: OTHER in terminal.refunding)
    terminal.present_for_refund(OTHER)
    receipt = await asking

    assert isinstance(receipt, RefundReceipt)
    assert RefundState.SUCCEEDED is receipt.refund.state


async def test_a_refusal_that_is_not_the_readers_is_told_by_the_refund(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """With the provider's own code."""
    await patient(till)
    terminal.faults["refund_at_reader"].append(Rejected("no", reason="charge_disputed"))
    receipt = await asked(till)

    assert isinstance(receipt, RefundReceipt)
    assert RefundState.FAILED is receipt.refund.state
    assert receipt.refund.failure is not None
    assert "charge_disputed" == receipt.refund.failure.code


@pytest.mark.parametrize(("downs", "code"), [(2, None), (3, "PROVIDER_UNAVAILABLE")])
async def test_a_provider_that_cannot_be_reached_is_asked_some_times(
    till: Till, terminal: ScriptedTerminal, downs: int, code: str | None
) -> None:
    """Nothing has arrived there, so nothing can be doubled."""
    await patient(till)
    terminal.faults["refund_at_reader"].extend([Fault.DOWN] * downs)
    asking = asyncio.create_task(asked(till))
    if code is None:
        await until(lambda: OTHER in terminal.refunding)
        terminal.present_for_refund(OTHER)
    answer = await asking

    assert code == (answer.code if isinstance(answer, UserErrorRecord) else None)
    assert 3 - downs == len(terminal.named("refund_at_reader"))


async def test_what_cannot_be_read_before_is_told(till: Till, terminal: ScriptedTerminal) -> None:
    """Whether the reader is fit has to be known first."""
    terminal.faults["reader"].append(Unavailable("down"))
    refused = await asked(till)

    assert isinstance(refused, UserErrorRecord)
    assert "PROVIDER_UNAVAILABLE" == refused.code
    assert [] == await till.journal.refunds_of("pay_1")


async def test_a_lost_answer_is_not_asked_for_again(till: Till, terminal: ScriptedTerminal) -> None:
    """The reader may have it: what it does is read, and the card is shown all the same."""
    terminal.faults["refund_at_reader"].append(Fault.LOST_ANSWER)
    name = await waiting(till, terminal)
    reads = len(terminal.named("refunds"))
    await until(lambda: len(terminal.named("refunds")) > reads + 1)
    seen = (await till.journal.refunds([name]))[name]
    terminal.present_for_refund(OTHER)
    done = await ends(till, name)

    assert RefundState.PENDING is seen.state
    assert RefundState.SUCCEEDED is done.state
    assert 1 == len(terminal.named("refund_at_reader"))


async def test_a_lost_request_fails_only_when_it_cannot_arrive_any_more(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Until then its money cannot be given back again, and its reader is not given to others."""
    terminal.faults["refund_at_reader"].extend([Fault.LOST_REQUEST] * 9)
    receipt = await asked(till)
    assert isinstance(receipt, RefundReceipt)
    too_much = await asked(till, FRONT, "r2", 701)
    held = await till.journal.leases([OTHER])
    till.clock.forward(110)
    failed = await ends(till, receipt.refund.id)

    assert RefundState.UNKNOWN is receipt.refund.state
    assert isinstance(too_much, UserErrorRecord)
    assert [OTHER] == list(held)
    assert failed.failure is not None
    assert "refund_not_made" == failed.failure.code
    assert 6 == len(terminal.faults["refund_at_reader"]), "it is sent three times at most"
    assert {} == await till.journal.leases([OTHER])


async def test_a_lost_request_is_sent_again(till: Till, terminal: ScriptedTerminal) -> None:
    """Under its key, once the reader is seen to be idle: the customer has not gone away yet."""
    terminal.faults["refund_at_reader"].append(Fault.LOST_REQUEST)
    name = await waiting(till, terminal)
    terminal.present_for_refund(OTHER)
    done = await ends(till, name)

    assert RefundState.SUCCEEDED is done.state
    assert [name] == terminal.named("refund_at_reader")


async def test_the_repetition_of_what_had_arrived_has_no_effect(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """It tells that the reader had it; one that was cleared by hand meanwhile asks nobody again."""
    terminal.faults["refund_at_reader"].append(Fault.LOST_ANSWER)
    terminal.gates["refunds"] = asyncio.Event()
    name = await waiting(till, terminal)
    terminal.clear(OTHER)
    terminal.gates["refunds"].set()
    failed = await ends(till, name)

    assert failed.failure is not None
    assert "refund_cleared" == failed.failure.code
    assert [name, name] == terminal.named("refund_at_reader")
    assert terminal.slots[OTHER].action is None


@pytest.mark.parametrize(
    "fault", [Fault.DOWN, Conflict("busy"), Rejected("no", reason="charge_already_refunded")]
)
async def test_a_refused_repetition_decides_nothing(
    till: Till, terminal: ScriptedTerminal, fault: Fault | Exception
) -> None:
    """What was sent first may be on its way still, and is not refused by that."""
    terminal.faults["refund_at_reader"].extend([Fault.LOST_REQUEST, fault, Fault.LOST_REQUEST])
    receipt = await asked(till)
    assert isinstance(receipt, RefundReceipt)
    await until(lambda: not terminal.faults["refund_at_reader"])
    reads = len(terminal.named("refunds"))
    await until(lambda: len(terminal.named("refunds")) > reads + 1)
    seen = (await till.journal.refunds([receipt.refund.id]))[receipt.refund.id]

    assert RefundState.UNKNOWN is seen.state
    assert [OTHER] == [*await till.journal.leases([OTHER])]


async def unheard(till: Till, terminal: ScriptedTerminal) -> RefundReceipt:
    """Ask for a refund of which the reader has not heard; it is settled after five seconds."""
    till.timing = replace(till.timing, settle_s=5.0)
    await till.restart()
    terminal.faults["refund_at_reader"].append(Fault.LOST_REQUEST)
    receipt = await asked(till)
    assert isinstance(receipt, RefundReceipt)

    return receipt


async def test_a_lost_request_takes_nobodys_place(till: Till, terminal: ScriptedTerminal) -> None:
    """Where another program's payment waits by now it would be replaced without an error."""
    receipt = await unheard(till, terminal)
    terminal.show(OTHER, "pi_of_another_system")
    till.clock.forward(6)
    reads = len(terminal.named("refunds"))
    await until(lambda: len(terminal.named("refunds")) > reads + 1)
    till.clock.forward(108)
    failed = await ends(till, receipt.refund.id)

    assert failed.failure is not None
    assert "refund_not_made" == failed.failure.code
    assert [] == terminal.named("refund_at_reader")


async def test_what_was_sent_long_ago_is_not_sent_again(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The customer has gone, and the reader would ask the next one for a card."""
    receipt = await unheard(till, terminal)
    await till.close()
    till.clock.forward(till.timing.call_s)
    await till.restart()
    reads = len(terminal.named("refunds"))
    await until(lambda: len(terminal.named("refunds")) > reads + 1)
    till.clock.forward(93)
    failed = await ends(till, receipt.refund.id)

    assert failed.failure is not None
    assert "refund_not_made" == failed.failure.code
    assert [] == terminal.named("refund_at_reader")


async def test_a_refund_that_was_interrupted_is_taken_up_by_reading(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The next process asks no reader again: the card may have been shown meanwhile."""
    name = await waiting(till, terminal)
    await till.close()
    terminal.present_for_refund(OTHER)
    await till.restart()
    done = await ends(till, name)

    assert RefundState.SUCCEEDED is done.state
    assert 1 == len(terminal.named("refund_at_reader"))
    assert 300 == terminal.intents["pi_1"].refunded


async def test_no_card_in_time_clears_the_reader(till: Till, terminal: ScriptedTerminal) -> None:
    """Only while it still has this refund; under a new key each time."""
    name = await waiting(till, terminal)
    terminal.faults["cancel_action"].append(Conflict("terminal_reader_busy"))
    till.clock.forward(till.timing.attempt_deadline_s)
    failed = await ends(till, name)

    assert failed.failure is not None
    assert (RefundState.FAILED, "expired") == (failed.state, failed.failure.code)
    assert [f"{name}:clear:1", f"{name}:clear:2"] == terminal.named("cancel_action")
    assert terminal.slots[OTHER].action is None
    assert {} == await till.journal.leases([OTHER])


@pytest.mark.parametrize(
    ("code", "told"), [("customer_canceled", "customer_canceled"), ("card_declined",) * 2]
)
async def test_what_the_reader_fails_at_ends_the_refund(
    till: Till, terminal: ScriptedTerminal, code: str, told: str
) -> None:
    """The customer has pressed its button, or the card's bank does not want the money."""
    name = await waiting(till, terminal)
    terminal.stumble(OTHER, code)
    failed = await ends(till, name)

    assert failed.failure is not None
    assert (RefundState.FAILED, told) == (failed.state, failed.failure.code)


async def test_a_reader_that_stumbles_may_have_given_the_money_back(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """It does not know, and the provider's list does."""
    name = await waiting(till, terminal)
    terminal.stumble(OTHER, "connection_error")
    await asyncio.sleep(0.05)
    during = (await till.journal.refunds([name]))[name]
    request = terminal.refunding.pop(OTHER)
    terminal.intents["pi_1"].give_back(terminal._refunded(request, "re_late"))
    done = await ends(till, name)

    assert during.provider_id is None
    assert RefundState.PENDING is during.state
    assert (RefundState.SUCCEEDED, "re_late") == (done.state, done.provider_id)


async def test_what_cannot_be_read_is_read_again(till: Till, terminal: ScriptedTerminal) -> None:
    """A dead provider says nothing about the refund."""
    name = await waiting(till, terminal)
    terminal.faults["refunds"].extend([Fault.DOWN] * 3)
    terminal.faults["reader"].extend([Fault.DOWN] * 3)
    await until(lambda: not terminal.faults["refunds"])
    still = (await till.journal.refunds([name]))[name]
    terminal.present_for_refund(OTHER)

    assert RefundState.PENDING is still.state
    assert RefundState.SUCCEEDED is (await ends(till, name)).state


async def test_a_reader_that_was_cleared_gives_nothing_back(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Somebody did that at the reader, or at the provider."""
    name = await waiting(till, terminal)
    terminal.clear(OTHER)
    failed = await ends(till, name)

    assert failed.failure is not None
    assert (RefundState.FAILED, "refund_cleared") == (failed.state, failed.failure.code)


async def test_a_card_that_was_not_known_yet_is_looked_up(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Payments that were recorded before tell no kind of card."""
    found = await till.payment()
    plain = replace(found, method=None, version=found.version + 1)
    await till.journal.advance(found, plain, "as an older version left it")
    name = await waiting(till, terminal)
    terminal.present_for_refund(OTHER)

    assert RefundState.SUCCEEDED is (await ends(till, name)).state
    assert "interac_present" == (await till.payment()).method
    assert Money(300, "JPY") == (await till.payment()).refunded
    assert ActionStatus.SUCCEEDED is terminal.slots[OTHER].action.status  # type: ignore[union-attr]


async def test_a_payment_does_not_replace_somebody_elses_refund(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The provider would let it, without an error. What an ended one of ours left, it may."""
    await patient(till)
    action = ReaderAction(
        "refund_payment", ActionStatus.IN_PROGRESS, refund_of="pi_other", reference="ref_other"
    )
    terminal.slots[OTHER] = replace(terminal.slots[OTHER], action=action)
    busy = await till.refused("k2", reader=GIFT)
    terminal.faults["refund_at_reader"].append(Rejected("no", reason="charge_disputed"))
    terminal.slots[OTHER] = replace(terminal.slots[OTHER], action=None)
    ended = await asked(till)
    assert isinstance(ended, RefundReceipt)
    left = replace(action, reference=ended.refund.id)
    terminal.slots[OTHER] = replace(terminal.slots[OTHER], action=left)
    started = await till.start("k3", reader=GIFT)

    assert "READER_BUSY" == busy.code
    assert PaymentState.AWAITING_CARD is started.state


async def test_a_reader_that_a_payment_is_about_to_have(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """It shows nothing yet, and is another's all the same."""
    gate = terminal.gates["create_intent"] = asyncio.Event()
    await till.start("k2", reader=GIFT)
    refused = await asked(till)
    gate.set()
    await until(lambda: terminal.waiting(OTHER))

    assert "READER_BUSY" == getattr(refused, "code", None)
    assert [] == terminal.named("refund_at_reader")
