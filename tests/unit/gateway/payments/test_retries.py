import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from connectors.sdk.terminal import IntentStatus
from gateway.payments.states import State
from gateway.payments.subject import Kind, Subject
from schema.domain.errors import Rejected, Unavailable
from schema.domain.payment import CaptureMethod, PaymentRecord, PaymentState, UserErrorRecord
from schema.ports.payments import ReaderKey
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import (
    DEVICE,
    FRONT,
    GIFT,
    OTHER,
    Till,
    a_scope,
    a_start,
    an_order,
    until,
    yen,
)


async def declined(till: Till, **fields: Any) -> None:
    """Start a payment, and let its card be refused."""
    await till.start(**fields)
    till.terminal.decline(DEVICE)
    await till.reaches(State.CARD_REFUSED)


async def again(till: Till, reader: ReaderKey | None = None) -> PaymentRecord:
    """Try a payment again that may be."""
    answer = await till.service.retry(a_scope(), "pay_1", reader)
    assert isinstance(answer, PaymentRecord), answer

    return answer


async def not_again(till: Till, reader: ReaderKey | None = None) -> str:
    """Try a payment again that may not be; the code says why."""
    answer = await till.service.retry(a_scope(), "pay_1", reader)
    assert isinstance(answer, UserErrorRecord), answer

    return answer.code


async def test_a_refused_card_leaves_the_payment_open_and_the_reader_free(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Declined, with the time until which another card may be tried; the intent lives."""
    await declined(till)
    payment = await till.payment()
    record = (await till.service.payments(a_scope(), ["pay_1"]))[0]
    assert record is not None

    assert (PaymentState.DECLINED, payment.deadline) == (record.state, record.retry_until)
    assert not record.is_final
    assert IntentStatus.REQUIRES_PAYMENT_METHOD is terminal.intents["pi_1"].status
    assert await till.journal.holder(DEVICE) is None
    assert PaymentState.AWAITING_CARD is (await till.start("k2")).state


@pytest.mark.parametrize(("reader", "device"), [(None, DEVICE), (FRONT, DEVICE), (GIFT, OTHER)])
async def test_another_card_pays_the_same_intent(
    till: Till, terminal: ScriptedTerminal, reader: ReaderKey | None, device: str
) -> None:
    """A new attempt under a new key, at the same reader or another one of the store."""
    await declined(till)
    record = await again(till, reader)
    terminal.present(device)
    paid = await till.reaches(State.PAID)

    assert (PaymentState.AWAITING_CARD, None) == (record.state, record.failure)
    assert ["pi_1"] == [*terminal.intents]
    assert ["pay_1:proc:1", "pay_1:proc:2"] == terminal.named("process")
    assert (yen(1000), device) == (paid.captured, paid.device)
    assert await till.journal.holder(device) is None


async def test_asking_for_another_try_twice_is_one_try(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A till whose answer was lost asks again; at another reader it would be another try."""
    await declined(till)
    await again(till)
    await again(till, FRONT)

    assert "PAYMENT_STATE" == await not_again(till, GIFT)
    assert 2 == len(terminal.named("process"))


async def test_a_second_refusal_is_a_refusal(till: Till, terminal: ScriptedTerminal) -> None:
    """And the third card pays."""
    await declined(till)
    await again(till)
    terminal.decline(DEVICE, "insufficient_funds")
    refused = await till.reaches(State.CARD_REFUSED)
    await again(till)
    terminal.present(DEVICE)
    await till.reaches(State.PAID)

    assert refused.failure
    assert "insufficient_funds" == refused.failure.code
    assert ["pi_1"] == [*terminal.intents]


async def test_what_is_not_tried_again_ends_declined(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """After the time of one turn; the intent is canceled, and followers hear of the end."""
    await declined(till)
    states: list[PaymentState] = []

    async def follow() -> None:
        states.extend([it.state async for it in till.service.updates(a_scope(), "pay_1")])

    following = asyncio.create_task(follow())
    await until(lambda: till.service._recorder._changes.followed("pay_1"))
    till.clock.forward(till.timing.attempt_deadline_s)
    late = await not_again(till)
    ended = await till.reaches(State.DECLINED)
    await following
    record = (await till.service.payments(a_scope(), ["pay_1"]))[0]

    assert "PAYMENT_STATE" == late
    assert ended.failure
    assert "card_declined" == ended.failure.code
    assert IntentStatus.CANCELED is terminal.intents["pi_1"].status
    assert (PaymentState.DECLINED, PaymentState.DECLINED) == (states[0], states[-1])
    assert record
    assert record.is_final
    assert record.retry_until is None
    assert "PAYMENT_STATE" == await not_again(till)


async def test_each_try_has_its_own_time(till: Till, terminal: ScriptedTerminal) -> None:
    """The deadline is of the turn: what went before does not count."""
    await till.start()
    till.clock.forward(till.timing.attempt_deadline_s - 10)
    terminal.decline(DEVICE)
    await till.reaches(State.CARD_REFUSED)
    till.clock.forward(till.timing.attempt_deadline_s - 10)
    await again(till)
    till.clock.forward(till.timing.attempt_deadline_s - 10)
    await asyncio.sleep(0.05)
    terminal.present(DEVICE)

    assert yen(1000) == (await till.reaches(State.PAID)).captured


async def test_a_try_for_which_no_card_comes_expires(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """As a first one does."""
    await declined(till)
    await again(till)
    till.clock.forward(till.timing.attempt_deadline_s)

    assert State.EXPIRED is (await till.reaches(State.EXPIRED, State.DECLINED)).state
    assert IntentStatus.CANCELED is terminal.intents["pi_1"].status


async def test_a_refused_payment_can_be_called_off(till: Till, terminal: ScriptedTerminal) -> None:
    """Nobody need wait for its end."""
    await declined(till)
    answer = await till.service.cancel(a_scope(), "pay_1")
    assert isinstance(answer, PaymentRecord)

    assert PaymentState.CANCELED is answer.state
    assert IntentStatus.CANCELED is terminal.intents["pi_1"].status


async def test_a_refused_payment_that_is_called_off_leaves_the_next_one_alone(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The reader is another's by now: nothing is sent to it, whatever it shows."""
    await declined(till)
    await till.start("k2")
    terminal.show(DEVICE, "pi_1")  # what was sent late
    await till.service.cancel(a_scope(), "pay_1")
    await till.reaches(State.CANCELED)

    assert [] == terminal.named("cancel_action")


@pytest.mark.parametrize(
    ("reader", "code"),
    [
        (ReaderKey("orchard", "Front counter"), "READER_ELSEWHERE"),
        (ReaderKey("ginza", "Attic"), "READER_UNKNOWN"),
        (ReaderKey("nowhere", "Front counter"), "STORE_UNKNOWN"),
    ],
)
async def test_a_reader_that_cannot_have_it(till: Till, reader: ReaderKey, code: str) -> None:
    """Another store's, or none at all: the payment stays as it is."""
    await declined(till)

    assert code == await not_again(till, reader)
    assert State.CARD_REFUSED is (await till.payment()).state


async def test_a_reader_that_another_has(till: Till) -> None:
    """The second till is told whose it is."""
    await declined(till)
    await till.start("k2")

    assert "READER_BUSY" == await not_again(till)
    assert "pay_2" == await till.journal.holder(DEVICE)


async def test_only_a_refused_payment_is_tried_again(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Not one that waits, nor one that is paid, nor one that nobody knows."""
    unknown = await till.service.retry(a_scope(), "pay_9", None)
    await till.start()
    waiting = await not_again(till)
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    assert isinstance(unknown, UserErrorRecord)

    assert "PAYMENT_UNKNOWN" == unknown.code
    assert ["PAYMENT_STATE"] * 2 == [waiting, await not_again(till)]


async def test_a_reader_that_is_gone_leaves_it_to_be_tried_at_another(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Not called off: the next reader may have it."""
    await declined(till)
    terminal.faults["reader"].extend([Unavailable("no")] * 3)
    first = await not_again(till)
    terminal.faults["process"].append(Rejected("no", reason="terminal_reader_offline"))
    second = await not_again(till)
    await again(till, GIFT)
    terminal.present(OTHER)

    assert ["PROVIDER_UNAVAILABLE", "READER_OFFLINE"] == [first, second]
    assert yen(1000) == (await till.reaches(State.PAID)).captured


async def test_a_reader_that_is_busy_with_something_else(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Somebody else's payment would be replaced by ours, without an error."""
    await declined(till)
    terminal.show(OTHER, "pi_foreign")

    assert "READER_BUSY" == await not_again(till, GIFT)
    assert ["pay_1:proc:1"] == terminal.named("process")


async def test_a_reader_that_stumbles_before_it_is_asked(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The provider refuses to tell of it: another may do."""
    await declined(till)
    terminal.faults["reader"].append(Rejected("no", reason="strange"))
    answer = await again(till)

    assert PaymentState.DECLINED is answer.state
    assert answer.failure
    assert "strange" == answer.failure.code


async def test_a_lost_answer_to_another_try_is_not_taken_for_the_old_refusal(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The reader still tells of the refusal before; it is asked once more, under a new key."""
    await declined(till)
    terminal.faults["process"].append(Fault.LOST_REQUEST)
    await again(till)
    await till.reaches(State.AWAITING_CARD)
    terminal.present(DEVICE)
    await till.reaches(State.PAID)

    assert ["pay_1:proc:1", "pay_1:proc:3"] == terminal.named("process")
    assert "UNKNOWN" in await till.states()


async def test_a_reader_that_never_answers_another_try(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Three times in a turn, then a person should look; the payment may go to another reader."""
    await declined(till)
    terminal.faults["process"].extend([Fault.LOST_REQUEST] * 3)
    await till.service.retry(a_scope(), "pay_1", None)
    refused = await till.reaches(State.CARD_REFUSED)
    await again(till, GIFT)

    assert refused.failure
    assert "reader_timeout" == refused.failure.code


async def test_money_that_comes_late_is_money(till: Till, terminal: ScriptedTerminal) -> None:
    """A reader that was told late takes the card after all; the intent is the truth."""
    await declined(till)
    terminal.show(DEVICE, "pi_1")
    terminal.present(DEVICE)

    assert yen(1000) == (await till.reaches(State.PAID)).captured


async def test_a_refusal_waits_for_the_call_that_is_out(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The reader is not given to another while the call to it may still arrive."""
    gate = terminal.gates["process"] = asyncio.Event()
    starting = asyncio.create_task(till.start())
    await till.reaches(State.AWAITING_CARD)
    terminal.decline(DEVICE)
    await asyncio.sleep(0.1)
    held = await till.journal.holder(DEVICE)
    gate.set()
    await till.reaches(State.CARD_REFUSED)
    await starting

    assert "pay_1" == held
    assert await till.journal.holder(DEVICE) is None


async def test_a_try_goes_on_after_an_interruption(till: Till, terminal: ScriptedTerminal) -> None:
    """Refused, asked for again, and sent: at each point the next process takes it up."""
    await declined(till)
    await till.restart()
    await again(till)
    await till.restart()
    await till.reaches(State.AWAITING_CARD)
    terminal.present(DEVICE)

    assert yen(1000) == (await till.reaches(State.PAID)).captured
    assert ["pi_1"] == [*terminal.intents]


async def test_the_order_waits_for_the_refused_payment(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """No second intent while the first can still be paid; once it is called off, another may be."""
    await declined(till, order=an_order())
    second = await till.refused("k2", order=an_order())
    await till.service.cancel(a_scope(), "pay_1")
    await till.reaches(State.CANCELED)

    assert "ORDER_PAID" == second.code
    assert PaymentState.AWAITING_CARD is (await till.start("k3", order=an_order())).state


async def test_a_lease_tells_who_tries_again(till: Till) -> None:
    """The one who has the reader now, and since when, by a higher fence."""
    await declined(till)
    before = await till.payment()
    await till.service.retry(a_scope(name="till-2"), "pay_1", None)
    lease = (await till.journal.leases([DEVICE]))[DEVICE]

    assert (Subject(Kind.PAYMENT, "pay_1"), "till-2") == (lease.holder, lease.actor)
    assert lease.fence > before.fence


async def test_a_hold_is_tried_again_as_a_hold(till: Till, terminal: ScriptedTerminal) -> None:
    """How the money is taken stays as it was."""
    await declined(till, capture=CaptureMethod.MANUAL)
    await again(till)
    terminal.present(DEVICE)

    assert yen(1000) == (await till.reaches(State.AUTHORIZED)).authorized


async def test_a_start_that_is_refused_by_the_card_is_no_user_error(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The payment is there, and may be tried again."""
    till.timing = replace(till.timing, answer_within_s=2.0)
    await till.restart()
    gate = terminal.gates["process"] = asyncio.Event()
    starting = asyncio.create_task(till.service.start(a_scope(), a_start()))
    await until(lambda: terminal.waiting(DEVICE))
    terminal.decline(DEVICE)
    gate.set()
    answer = await starting

    assert isinstance(answer, PaymentRecord)
