import asyncio
import logging
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from connectors.sdk.terminal import ProviderRefund
from gateway.payments.journal import Refund, StaleError
from gateway.payments.states import State
from schema.domain.errors import RateLimited, Rejected
from schema.domain.payment import AT_PROVIDER, RefundReason, RefundState
from schema.ports.payments import RefundReceipt
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, PATIENCE_S, Till, a_scope, until, yen


async def sold(till: Till, terminal: ScriptedTerminal) -> None:
    """A payment that is paid."""
    await till.start()
    await until(lambda: terminal.waiting(DEVICE))
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
    terminal.faults["refund"].extend([Fault.LOST_REQUEST] * 40)
    receipt = await refunded(till, 800)
    again = await till.service.refund(a_scope(), "pay_1", yen(201), "r2")
    await until(lambda: len(terminal.faults["refund"]) < 39)
    unknown = await on_record(till, receipt.refund.id)
    terminal.faults["refund"].clear()
    await until(lambda: terminal.named("refund"))

    assert RefundState.UNKNOWN is unknown.state
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


async def interrupted(till: Till, terminal: ScriptedTerminal, fault: Fault) -> str:
    """Ask for a refund whose answer is lost together with the process; return its id."""
    await sold(till, terminal)
    terminal.faults["refund"].extend([fault] * 99)
    refunding = asyncio.create_task(refunded(till))
    await until(lambda: len(terminal.faults["refund"]) < 99)
    await till.close()
    terminal.faults["refund"].clear()
    return (await refunding).refund.id


@pytest.mark.parametrize(
    ("fault", "state", "given_back"),
    [
        (Fault.LOST_ANSWER, RefundState.SUCCEEDED, 300),
        (Fault.LOST_REQUEST, RefundState.FAILED, 0),
    ],
)
async def test_a_key_that_the_provider_has_forgotten_is_not_used(
    till: Till, terminal: ScriptedTerminal, fault: Fault, state: RefundState, given_back: int
) -> None:
    """A day later the provider's list tells whether the refund was made; nobody asks anew."""
    name = await interrupted(till, terminal, fault)
    asked = len(terminal.named("refund"))
    terminal._kept.clear()  # the provider forgets its answers
    till.clock.forward(24 * 3600)
    terminal.faults["refunds"].append(Fault.DOWN)  # and has to be asked for its list twice
    await till.restart()
    await till.service._refunds.wait(name, 5)
    found = await on_record(till, name)

    assert asked == len(terminal.named("refund"))
    assert state is found.state
    assert given_back == terminal.intents["pi_1"].refunded
    assert yen(given_back) == (await till.payment()).refunded
    assert [] == await till.journal.open_refunds()


async def test_what_was_not_made_can_be_asked_for_again(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Under a new key: all of the money is there."""
    name = await interrupted(till, terminal, Fault.LOST_REQUEST)
    till.clock.forward(24 * 3600)
    await till.restart()
    await till.service._refunds.wait(name, 5)
    again = await refunded(till, 1000, "r2")
    failed = await on_record(till, name)

    assert failed.failure is not None
    assert "refund_not_made" == failed.failure.code
    assert RefundState.SUCCEEDED is again.refund.state


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

    assert RefundState.FAILED is receipt.refund.state
    assert left == len(terminal.faults["refund"])


async def test_a_refusal_does_not_hide_a_refund_that_was_made(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The first asking had its effect, its answer was lost, and the second one is refused."""
    await sold(till, terminal)
    terminal.faults["refund"].append(Fault.LOST_ANSWER)
    gate = terminal.gates["refund"] = asyncio.Event()
    refunding = asyncio.create_task(refunded(till))
    await until(lambda: terminal.named("refund"))
    terminal._kept.clear()
    terminal.faults["refund"].append(Rejected("other parameters", reason="idempotency_error"))
    gate.set()
    receipt = await refunding

    assert RefundState.SUCCEEDED is receipt.refund.state
    assert 300 == terminal.intents["pi_1"].refunded


async def test_a_refund_that_fails_later_gives_the_money_back_to_the_payment(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """It is read again when the provider tells so; then it can be given back under a new key."""
    await sold(till, terminal)
    receipt = await refunded(till, 1000)
    too_early = await till.service.refund(a_scope(), "pay_1", yen(1), "r2")
    terminal.intents["pi_1"].fail_refund()
    await till.service._refunds.count_anew("pay_1")
    failed = await on_record(till, receipt.refund.id)
    after = await till.payment()
    again = await refunded(till, 1000, "r3")

    assert not isinstance(too_early, RefundReceipt)
    assert RefundState.FAILED is failed.state
    assert failed.failure is not None
    assert "expired_or_canceled_card" == failed.failure.code
    assert yen(0) == after.refunded
    assert RefundState.SUCCEEDED is again.refund.state
    assert yen(1000) == again.payment.refunded


async def test_refunds_made_at_the_provider_are_recorded_once(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """However often they are read; the sums are the provider's."""
    await sold(till, terminal)
    await refunded(till)
    terminal.intents["pi_1"].give_back(
        ProviderRefund("re_dashboard", RefundState.SUCCEEDED, yen(200))
    )
    for _ in range(2):
        await till.service._refunds.count_anew("pay_1")
    found = await till.journal.refunds_of("pay_1")
    left = await till.service.refund(a_scope(), "pay_1", yen(501), "r2")

    assert {("till-1", 300), (AT_PROVIDER, 200)} == {(it.actor, it.amount.minor) for it in found}
    assert 2 == len(found)
    assert yen(500) == (await till.payment()).refunded
    assert not isinstance(left, RefundReceipt)
    assert "REFUND_TOO_LARGE" == left.code


async def test_two_who_count_at_once_both_leave_the_truth(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Who was overtaken looks again: what the other knew may have been older."""
    await sold(till, terminal)
    terminal.intents["pi_1"].give_back(ProviderRefund("re_1", RefundState.SUCCEEDED, yen(200)))
    await asyncio.gather(*(till.service._refunds.count_anew("pay_1") for _ in range(4)))

    assert yen(200) == (await till.payment()).refunded


async def test_the_reason_is_told_to_the_provider(till: Till, terminal: ScriptedTerminal) -> None:
    """It is on record, and with another reason the same key is another request."""
    await sold(till, terminal)
    service, why = till.service, RefundReason.REQUESTED_BY_CUSTOMER
    receipt = await service.refund(a_scope(), "pay_1", yen(300), "r1", reason=why)
    other = await service.refund(a_scope(), "pay_1", yen(300), "r1", reason=RefundReason.FRAUDULENT)

    assert isinstance(receipt, RefundReceipt)
    assert why is receipt.refund.reason is terminal.intents["pi_1"].refunds[0].reason
    assert not isinstance(other, RefundReceipt)
    assert "IDEMPOTENCY_CONFLICT" == other.code


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
    assert "a refund waits" in [it.message for it in caplog.records]
    assert 300 == terminal.intents["pi_1"].refunded


async def test_an_answer_that_was_not_counted_yet_is_counted_by_the_next_process(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """It ends between the refund's last step and the payment's: the sum is right all the same."""
    await sold(till, terminal)
    terminal.gates["refunds"] = asyncio.Event()
    asking = asyncio.create_task(refunded(till))
    await until(lambda: any(name == "refunds" for name, _ in terminal.calls))
    asking.cancel()
    await till.close()
    await asyncio.gather(asking, return_exceptions=True)
    before = await till.payment()
    terminal.gates.clear()
    await till.restart()
    (refund,) = await till.journal.refunds_of("pay_1")
    await till.service._refunds.wait(refund.id, 5)
    after = await till.payment()

    assert (yen(0), yen(300)) == (before.refunded, after.refunded)
    assert 300 == terminal.intents["pi_1"].refunded


async def test_only_paid_payments_are_counted(till: Till, terminal: ScriptedTerminal) -> None:
    """Nothing is counted for a payment that nobody knows."""
    await till.service._refunds.count_anew("pay_9")

    assert [] == terminal.named("intent")


async def test_a_refund_is_asked_for_by_one_task(till: Till, terminal: ScriptedTerminal) -> None:
    """Whoever takes it up while it is under way changes nothing."""
    await sold(till, terminal)
    gate = terminal.gates["refund"] = asyncio.Event()
    refunding = asyncio.create_task(refunded(till))
    await until(lambda: terminal.named("refund"))
    (refund,) = await till.journal.refunds_of("pay_1")
    till.service._refunds.begin(refund)
    gate.set()
    await refunding

    assert 1 == len(terminal.named("refund"))


async def test_a_process_that_has_lost_its_claims_asks_for_nothing(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Another one has them, or will; asked twice at once the money might go twice."""
    till.timing = replace(till.timing, answer_within_s=0.05)
    await till.restart()
    await sold(till, terminal)
    provider = till.service._provider
    may_write, provider._may_write = provider._may_write, lambda: False
    receipt = await refunded(till)
    before = terminal.named("refund")
    provider._may_write = may_write
    await till.service._refunds.wait(receipt.refund.id, 5)

    assert [] == before
    assert RefundState.SUCCEEDED is (await on_record(till, receipt.refund.id)).state


async def test_who_is_always_overtaken_says_so(till: Till, terminal: ScriptedTerminal) -> None:
    """What was read is then not on record, and somebody has to come again."""
    await sold(till, terminal)
    terminal.intents["pi_1"].give_back(ProviderRefund("re_1", RefundState.SUCCEEDED, yen(200)))
    advance = till.journal.advance

    async def overtaken(*_: object) -> None:
        raise StaleError

    till.journal.advance = overtaken  # type: ignore[assignment,method-assign]
    counted = await till.service._refunds.count_anew("pay_1")
    till.journal.advance = advance  # type: ignore[method-assign]

    assert not counted
    assert await till.service._refunds.count_anew("pay_1")


@pytest.mark.parametrize(("minor", "code"), [(300, None), (301, "IDEMPOTENCY_CONFLICT")])
async def test_two_requests_under_one_key_at_once(
    till: Till, terminal: ScriptedTerminal, minor: int, code: str | None
) -> None:
    """The database decides between those who both saw that the key was new."""
    await sold(till, terminal)
    first = await refunded(till)

    async def unseen(_: str) -> None:
        return None

    till.journal.refund_by_key = unseen  # type: ignore[assignment,method-assign]
    second = await till.service.refund(a_scope(), "pay_1", yen(minor), "r1")

    assert code == getattr(second, "code", None)
    assert code is not None or first == second
    assert 1 == len(await till.journal.refunds_of("pay_1"))


@pytest.mark.parametrize(
    ("payment", "code"), [("pay_9", "PAYMENT_UNKNOWN"), ("pay_1", "PAYMENT_STATE")]
)
async def test_only_money_that_was_taken_can_be_given_back(
    till: Till, payment: str, code: str
) -> None:
    """Not of a payment that waits for its card, or that nobody knows."""
    await till.start()
    refused = await till.service.refund(a_scope(), payment, None, "r1")

    assert code == getattr(refused, "code", None)


async def test_a_pending_refund_is_looked_at_without_any_message(
    till: Till, terminal: ScriptedTerminal, caplog: pytest.LogCaptureFixture
) -> None:
    """From time to time, also after a look that failed, until the provider has made it."""
    till.timing = replace(till.timing, refund_watch_s=0.02)
    await till.restart()
    await sold(till, terminal)
    terminal.refund_state = RefundState.PENDING
    receipt = await refunded(till)
    pending, failures = till.journal.pending_refunds, [OSError("the disk is full")]

    async def pending_refunds() -> Sequence[str]:
        if failures:
            raise failures.pop()
        return await pending()

    till.journal.pending_refunds = pending_refunds  # type: ignore[method-assign]
    await until(lambda: not failures)  # a look that had begun before may be at the provider yet
    (made,) = terminal.intents["pi_1"].refunds
    terminal.intents["pi_1"].refunds[0] = replace(made, state=RefundState.SUCCEEDED)
    async with asyncio.timeout(PATIENCE_S):
        while RefundState.PENDING is (await on_record(till, receipt.refund.id)).state:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    assert RefundState.PENDING is receipt.refund.state
    assert RefundState.SUCCEEDED is (await on_record(till, receipt.refund.id)).state
    assert "pending refunds could not be looked at" in caplog.text
