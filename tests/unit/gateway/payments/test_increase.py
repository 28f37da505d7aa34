import asyncio
from datetime import timedelta
from typing import Any

import pytest
from typing_extensions import override

from connectors.sdk.terminal import IntentStatus
from gateway.payments.increase_log import Increase
from gateway.payments.journal import Outcome
from gateway.payments.keys import Step
from gateway.payments.states import State
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from schema.domain.errors import RateLimited, Rejected
from schema.domain.payment import CaptureMethod, PaymentRecord, PaymentState, UserErrorRecord
from schema.ports.payments import PaymentIncrease
from tests.unit.gateway.payments.terminal import NOW, Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, Till, a_scope, an_order, until, yen


async def held(till: Till, terminal: ScriptedTerminal, tip: int = 0, **fields: Any) -> None:
    """A hold of 1,000 yen that may grow."""
    asked = {"capture": CaptureMethod.MANUAL, "incrementable": True, **fields}
    await till.start(**asked)
    terminal.present(DEVICE, tip=tip)
    await till.reaches(State.AUTHORIZED)


async def increase(
    till: Till, minor: int, key: str = "i1", **fields: Any
) -> PaymentRecord | UserErrorRecord:
    """Ask for more."""
    request = PaymentIncrease("pay_1", yen(minor), key, **fields)
    return await till.service.increase(a_scope(), request)


async def grown(till: Till, minor: int, key: str = "i1", **fields: Any) -> PaymentRecord:
    """Ask for more, and be answered with the payment."""
    answer = await increase(till, minor, key, **fields)
    assert isinstance(answer, PaymentRecord), answer

    return answer


async def refused(till: Till, minor: int, key: str = "i1", **fields: Any) -> str:
    """Ask for more, and be told why not."""
    answer = await increase(till, minor, key, **fields)
    assert isinstance(answer, UserErrorRecord), answer

    return answer.code


async def test_a_hold_grows_and_is_captured(till: Till, terminal: ScriptedTerminal) -> None:
    """The whole new amount is asked for, the tip on top; all of it can then be taken."""
    await held(till, terminal, tip=100)
    answer = await grown(till, 1500)
    await till.service.capture(a_scope(), "pay_1", None)
    await till.reaches(State.PAID)

    assert PaymentState.AUTHORIZED is answer.state
    assert (yen(1500), yen(1600), yen(100)) == (answer.amount, answer.authorized, answer.tip)
    assert ["pay_1:increase:1"] == terminal.named("increase")
    assert {"pay_1": 1600} == terminal.captured
    assert (await till.payment()).increase_to is None


async def test_a_decline_leaves_what_is_held(till: Till, terminal: ScriptedTerminal) -> None:
    """The payment says why; another try is another attempt, under a key of its own."""
    await held(till, terminal)
    terminal.faults["increase"].append(Rejected("no", reason="card_declined"))
    declined = await grown(till, 1500)
    again = await grown(till, 1200, "i2")

    assert (PaymentState.AUTHORIZED, yen(1000)) == (declined.state, declined.amount)
    assert declined.failure is not None
    assert "card_declined" == declined.failure.code
    assert (yen(1200), None) == (again.amount, again.failure)
    assert ["pay_1:increase:1", "pay_1:increase:2"] == terminal.named("increase")


@pytest.mark.parametrize(
    "fault", [Fault.LOST_ANSWER, Fault.LOST_REQUEST, Fault.DOWN, RateLimited("x")]
)
async def test_a_lost_answer_grows_the_hold_once(
    till: Till, terminal: ScriptedTerminal, fault: Fault | RateLimited
) -> None:
    """The intent is read, then the same key is asked again."""
    await held(till, terminal)
    terminal.faults["increase" if isinstance(fault, Fault) else "intent"].append(fault)
    answer = await grown(till, 1500)
    attempts = await till.journal.attempts("pay_1", Step.INCREASE)

    assert (yen(1500), yen(1500)) == (answer.amount, answer.authorized)
    assert {"pay_1:increase:1"} == set(terminal.named("increase"))
    assert [Outcome.DONE] == [it.outcome for it in attempts]


async def test_after_three_lost_answers_a_new_key_is_due(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The provider may have kept a failure for the old one."""
    await held(till, terminal)
    terminal.faults["increase"].extend([Fault.LOST_REQUEST] * 3)
    await grown(till, 1500)
    attempts = await till.journal.attempts("pay_1", Step.INCREASE)

    assert ["pay_1:increase:2"] == terminal.named("increase")
    assert [Outcome.LOST, Outcome.DONE] == [it.outcome for it in attempts]


async def test_a_hold_that_grew_by_the_last_lost_answer(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """No attempt is open any more; the intent tells that nothing is to be asked."""
    await held(till, terminal)
    lost = [Fault.LOST_REQUEST, Fault.LOST_REQUEST, Fault.LOST_ANSWER]
    terminal.faults["increase"].extend(lost)
    answer = await grown(till, 1500)

    assert (yen(1500), yen(1500)) == (answer.amount, answer.authorized)
    assert ["pay_1:increase:1"] == terminal.named("increase")


async def test_a_refusal_because_it_has_grown_already(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Somebody has let it grow at the provider in between: that is what was wanted."""
    await held(till, terminal)
    gate = terminal.gates["increase"] = asyncio.Event()
    terminal.faults["increase"].append(Rejected("no", reason="parameter_invalid"))
    asking = asyncio.create_task(grown(till, 1500))
    await until(lambda: terminal.named("increase"))
    terminal.intents["pi_1"].amount = yen(1500)
    gate.set()
    answer = await asking

    assert (yen(1500), None) == (answer.amount, answer.failure)
    assert 1 == len(terminal.named("increase"))


async def test_a_hold_whose_intent_says_nothing_new(till: Till, terminal: ScriptedTerminal) -> None:
    """It is looked at again until it does."""
    await held(till, terminal)
    intent = terminal.intents["pi_1"]
    gate = terminal.gates["intent"] = asyncio.Event()
    asking = asyncio.create_task(grown(till, 1500))
    await till.reaches(State.INCREASING)
    intent.status = IntentStatus.REQUIRES_CONFIRMATION
    gate.set()
    looks = len(terminal.named("intent"))
    await until(lambda: len(terminal.named("intent")) > looks + 2)
    intent.status = IntentStatus.REQUIRES_CAPTURE

    assert yen(1500) == (await asking).amount


async def test_the_process_ends_while_more_is_asked_for(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The next one reads the intent, and asks for nothing twice."""
    await held(till, terminal)
    gate = terminal.gates["increase"] = asyncio.Event()
    asking = asyncio.create_task(increase(till, 1500))
    await till.reaches(State.INCREASING)
    await until(lambda: terminal.named("increase"))
    await till.close()
    asking.cancel()
    gate.set()
    till.service = till._service()
    await till.open()
    payment = await till.reaches(State.AUTHORIZED)

    assert (yen(1500), yen(1500)) == (payment.amount, payment.authorized)
    assert 1 == len(terminal.named("increase"))


async def test_the_same_key_is_the_same_request(till: Till, terminal: ScriptedTerminal) -> None:
    """Also at once, and after the payment has gone on; another request under it is refused."""
    await held(till, terminal)
    await asyncio.gather(*(grown(till, 1500) for _ in range(3)))
    await till.service.capture(a_scope(), "pay_1", None)
    again = await grown(till, 1500)

    assert PaymentState.CAPTURED is again.state
    assert 1 == len(terminal.named("increase"))
    assert "IDEMPOTENCY_CONFLICT" == await refused(till, 1600)


class LateJournal(SqlJournal):
    """Knows no request at the first look, as when two come at once."""

    @override
    async def increase_by_key(self, key: str) -> Increase | None:
        """See `IncreaseLog.increase_by_key`."""
        return None


async def test_one_key_that_comes_twice_at_once(
    database: Database, terminal: ScriptedTerminal
) -> None:
    """The transaction decides, and the follower is woken once for it."""
    till = Till(LateJournal(database), terminal)
    await till.open()
    await held(till, terminal)
    first = await grown(till, 1500)
    other = await refused(till, 2000)
    await till.close()

    assert yen(1500) == first.amount
    assert "IDEMPOTENCY_CONFLICT" == other
    assert 1 == len(terminal.named("increase"))


async def test_a_network_that_lets_no_hold_grow(till: Till, terminal: ScriptedTerminal) -> None:
    """It says so with the hold; another payment has to take the rest."""
    await till.start(capture=CaptureMethod.MANUAL, incrementable=True)
    terminal.intents["pi_1"].incrementable = False
    terminal.present(DEVICE)
    await till.reaches(State.AUTHORIZED)

    assert "INCREASE_UNSUPPORTED" == await refused(till, 1500)


async def test_what_cannot_grow(till: Till, terminal: ScriptedTerminal) -> None:
    """Each reason has its code, and nothing is sent."""
    await held(till, terminal)
    codes = [
        await refused(till, 1000),
        await refused(till, -1),
        await refused(till, 10**9),
        await refused(till, 1500, ""),
    ]
    terminal.intents["pi_1"].incrementable = False
    await till.service.capture(a_scope(), "pay_1", None)
    await till.reaches(State.PAID)
    codes.append(await refused(till, 1500))

    assert [
        "INCREASE_TOO_SMALL",
        "AMOUNT_INVALID",
        "AMOUNT_TOO_LARGE",
        "IDEMPOTENCY_KEY_INVALID",
        "PAYMENT_STATE",
    ] == codes
    assert [] == terminal.named("increase")


async def test_a_hold_that_was_not_meant_to_grow(till: Till, terminal: ScriptedTerminal) -> None:
    """It must be said at the start, since the network is asked then."""
    await held(till, terminal, incrementable=False)

    assert "INCREASE_UNSUPPORTED" == await refused(till, 1500)
    assert "PAYMENT_UNKNOWN" == getattr(
        await till.service.increase(a_scope(), PaymentIncrease("pay_9", yen(1), "i1")), "code", ""
    )


async def test_a_hold_that_ran_out_cannot_grow(till: Till, terminal: ScriptedTerminal) -> None:
    """Nor be captured: the customer is asked again."""
    await till.start(capture=CaptureMethod.MANUAL, incrementable=True)
    terminal.intents["pi_1"].capture_before = NOW + timedelta(hours=1)
    terminal.present(DEVICE)
    await till.reaches(State.AUTHORIZED)
    till.clock.forward(3601)
    captured = await till.service.capture(a_scope(), "pay_1", None)

    assert "CAPTURE_EXPIRED" == await refused(till, 1500)
    assert isinstance(captured, UserErrorRecord)
    assert "CAPTURE_EXPIRED" == captured.code
    assert [] == terminal.named("capture") == terminal.named("increase")


async def test_ten_times_and_no_more(till: Till, terminal: ScriptedTerminal) -> None:
    """Refusals count as well."""
    await held(till, terminal)
    for number in range(10):
        terminal.faults["increase"].append(Rejected("no", reason="card_declined"))
        await grown(till, 1500, f"i{number}")

    assert "INCREASE_LIMIT" == await refused(till, 1500, "one more")
    assert 10 == len(terminal.named("increase"))


async def test_an_order_grows_with_its_hold(till: Till, terminal: ScriptedTerminal) -> None:
    """No further than what is due of it, which the growing payment takes at once."""
    order = an_order(total=yen(1000))
    await held(till, terminal, order=order)
    without = await refused(till, 1500)
    beyond = await refused(till, 1500, order=an_order(total=yen(1400)))
    nothing = await refused(till, 1500, order=order)
    tab = an_order(total=yen(1500))
    answer = await grown(till, 1500, order=tab)

    assert ["ORDER_UNKNOWN", "AMOUNT_EXCEEDS_DUE", "ORDER_PAID"] == [without, beyond, nothing]
    assert yen(1500) == answer.amount
    assert [yen(0)] == await till.service.due(a_scope(), [tab])


async def test_what_is_asked_for_is_not_due_meanwhile(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Another till cannot take what the hold is about to grow by."""
    await held(till, terminal, order=an_order(total=yen(1000)))
    gate = terminal.gates["increase"] = asyncio.Event()
    tab = an_order(total=yen(1800))
    asking = asyncio.create_task(grown(till, 1500, order=tab))
    await till.reaches(State.INCREASING)
    due = await till.service.due(a_scope(), [tab])
    capture = await till.service.capture(a_scope(), "pay_1", None)
    gate.set()
    await asking

    assert [yen(300)] == due
    assert isinstance(capture, UserErrorRecord)
    assert "PAYMENT_STATE" == capture.code


async def test_a_hold_that_is_taken_at_the_provider_while_it_grows(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The intent decides: the payment is paid, and asks for nothing any more."""
    await held(till, terminal)
    gate = terminal.gates["intent"] = asyncio.Event()
    asking = asyncio.create_task(grown(till, 1500))
    await till.reaches(State.INCREASING)
    terminal.take(terminal.intents["pi_1"], 1000)
    gate.set()
    answer = await asking

    assert (PaymentState.CAPTURED, yen(1000)) == (answer.state, answer.amount)
    assert (await till.payment()).increase_to is None
