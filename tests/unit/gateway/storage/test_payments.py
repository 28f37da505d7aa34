import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.payments.journal import (
    Journal,
    KeyTaken,
    NothingDue,
    Payment,
    PaymentStep,
    StaleError,
)
from gateway.payments.keys import Step
from gateway.payments.leases import LeaseLostError, ReaderHeld
from gateway.payments.states import State
from gateway.payments.subject import Kind, Subject
from gateway.storage import payments as stored
from schema.domain.money import Money
from schema.domain.payment import CaptureMethod, PaymentFailure
from schema.domain.reference import SourceRef
from tests.unit.gateway.storage.records import NOW, ORDER, a_payment, begun, moved, paid, yen


async def test_a_payment_comes_back_as_it_was_recorded(journal: Journal) -> None:
    """Every field, those that are none and those that are not, to the microsecond."""
    bare = await begun(journal)
    full = await begun(
        journal,
        2,
        location="tml_1",
        account="acct_1",
        tip_eligible=yen(900),
        order=ORDER,
        capture_method=CaptureMethod.MANUAL,
    )
    reached = await moved(
        journal,
        full,
        State.CANCELING,
        intent="pi_2",
        ending=State.DECLINED,
        failure=PaymentFailure("expired_card", "Kärtchen: 期限切れ"),
        authorized=yen(1000),
        capture_amount=yen(600),
    )

    assert {"pay_1": bare, "pay_2": reached} == await journal.payments(["pay_1", "pay_2", "pay_9"])
    assert bare == replace(a_payment(), fence=1)
    assert bare == await journal.by_key("k1")
    assert reached == await journal.by_intent("pi_2")
    assert await journal.by_key("k9") is None
    assert await journal.by_intent("pi_9") is None


async def test_nothing_asked_is_nothing_found(journal: Journal) -> None:
    """Empty lists cost no query."""
    assert {} == await journal.payments([])
    assert {} == await journal.of_orders([])
    assert {} == await journal.steps([])


async def test_a_known_key_answers_with_its_payment(journal: Journal) -> None:
    """Whatever has become of it; for another request the key is taken."""
    first = await paid(journal)
    again = await journal.begin(a_payment(2, idempotency_key="k1"))
    other = await journal.begin(a_payment(3, idempotency_key="k1", request_hash="other"))

    assert first == again
    assert KeyTaken() == other
    assert {"pay_1"} == set(await journal.payments(["pay_1", "pay_2", "pay_3"]))


async def test_a_reader_has_one_payment(journal: Journal) -> None:
    """The next is told who has it and leaves nothing behind; given back, its fence is higher."""
    first = await begun(journal, device="tmr_x")
    held = await journal.begin(a_payment(2, device="tmr_x"))
    await moved(journal, first, State.CANCELED)
    free = await journal.holder("tmr_x")
    third = await begun(journal, 3, device="tmr_x")

    assert ReaderHeld(Subject(Kind.PAYMENT, "pay_1"), "till-1", first.created_at) == held
    assert free is None
    assert (1, 2) == (first.fence, third.fence)
    assert "pay_3" == await journal.holder("tmr_x")
    assert await journal.holder("tmr_9") is None
    assert await journal.by_key("k2") is None


@pytest.mark.parametrize("state", [State.AUTHORIZED, State.PAID, State.EXPIRED])
async def test_a_payment_gives_back_only_its_own_reader(journal: Journal, state: State) -> None:
    """A state that frees the reader does so once: another's turn is not ended by a late step."""
    first = await begun(journal, device="tmr_x")
    free = await moved(journal, first, State.AUTHORIZED)
    await begun(journal, 2, device="tmr_x")
    await moved(journal, free, state)

    assert "pay_2" == await journal.holder("tmr_x")


async def test_what_an_order_still_costs(journal: Journal) -> None:
    """Less what was taken of it, tips aside, and what is about to be; not what failed."""
    await paid(journal, 1, order=ORDER, amount=yen(1000), captured=yen(1200))
    going = await begun(journal, 2, order=ORDER, amount=yen(1500))
    nothing = await journal.begin(a_payment(3, order=ORDER, amount=yen(1500)))
    await moved(journal, going, State.DECLINED)
    again = await begun(journal, 4, order=ORDER, amount=yen(1500))
    elsewhere = await begun(journal, 5, order=SourceRef("oms", "77"))
    dollars = await begun(journal, 6, order=ORDER, amount=Money(900, "SGD"))

    assert yen(500) == going.amount
    assert NothingDue() == nothing
    assert [yen(500), yen(1000), Money(900, "SGD")] == [
        it.amount for it in (again, elsewhere, dollars)
    ]


async def test_steps_are_kept_in_their_order(journal: Journal) -> None:
    """Each with its number, time, state and note; the first names who began."""
    payment = await moved(journal, await begun(journal), State.INTENT_READY)
    await begun(journal, 2)
    steps = await journal.steps(["pay_1", "pay_2", "pay_9"])

    assert ["pay_1", "pay_2"] == list(steps)
    assert [
        PaymentStep("pay_1", 1, a_payment().created_at, State.NEW, "started by till-1"),
        PaymentStep("pay_1", 2, payment.updated_at, State.INTENT_READY, "to INTENT_READY"),
    ] == steps["pay_1"]


async def test_a_step_from_an_old_version_is_stale(journal: Journal) -> None:
    """It changes nothing, and leaves no trace among the steps."""
    first = await begun(journal)
    reached = await moved(journal, first, State.INTENT_READY)
    with pytest.raises(StaleError):
        await moved(journal, first, State.CANCELED)
    with pytest.raises(StaleError):
        await journal.advance_to(first, reached, "again", Step.PROCESS)

    assert reached == (await journal.payments(["pay_1"]))["pay_1"]
    assert 2 == len((await journal.steps(["pay_1"]))["pay_1"])
    assert [] == await journal.attempts("pay_1", Step.PROCESS)


async def test_who_has_lost_the_reader_may_not_send(journal: Journal) -> None:
    """The step is undone as well; a step that needs no reader is not asked."""
    first = await begun(journal, device="tmr_x")
    held = await moved(journal, first, State.AUTHORIZED)
    await begun(journal, 2, device="tmr_x")
    sending = replace(held, state=State.DISPATCHING, version=held.version + 1)
    with pytest.raises(LeaseLostError):
        await journal.advance_to(held, sending, "sent", Step.PROCESS)
    capturing = replace(held, state=State.CAPTURING, version=held.version + 1)
    attempt = await journal.advance_to(held, capturing, "captured", Step.CAPTURE)

    assert [] == await journal.attempts("pay_1", Step.PROCESS)
    assert [attempt] == await journal.attempts("pay_1", Step.CAPTURE)
    assert capturing == (await journal.payments(["pay_1"]))["pay_1"]


async def test_an_orders_payments_newest_first(journal: Journal) -> None:
    """By order; those without payments are absent, and the source counts as well as the id."""
    other = SourceRef("oms", "77")
    first = await begun(journal, 1, order=ORDER)
    await moved(journal, first, State.DECLINED)
    await begun(journal, 2, order=ORDER)
    await begun(journal, 3, order=other)
    found = await journal.of_orders([ORDER, other, SourceRef("pos", "78")])

    assert {ORDER: ["pay_2", "pay_1"], other: ["pay_3"]} == {
        ref: [it.id for it in payments] for ref, payments in found.items()
    }


async def test_what_is_not_final_is_unfinished(journal: Journal) -> None:
    """Oldest first, money that is held included."""
    await begun(journal, 3)
    await moved(journal, await begun(journal, 1), State.AUTHORIZED)
    await paid(journal, 2)
    await moved(journal, await begun(journal, 4), State.SUPERSEDED)

    assert ["pay_1", "pay_3"] == list(await journal.unfinished())


async def test_of_two_gateways_one_gets_the_reader(journal: Journal, rival: Journal) -> None:
    """Whether the reader was ever used before or not; the others are told who has it."""
    for turn in (0, 10):
        answers = await asyncio.gather(
            *(
                log.begin(a_payment(turn + number, device="tmr_x"))
                for number, log in enumerate([journal, rival] * 4)
            )
        )
        won = [it for it in answers if isinstance(it, Payment)]
        held = [it for it in answers if isinstance(it, ReaderHeld)]

        assert (1, 7) == (len(won), len(held))
        assert {won[0].id} == {it.holder.id for it in held}

        await moved(journal, won[0], State.CANCELED)


@pytest.mark.parametrize("order", [None, ORDER])
async def test_one_key_is_one_payment_in_all_gateways(
    journal: Journal, rival: Journal, order: SourceRef | None
) -> None:
    """Sent to both at once it begins once, and everybody is answered with that."""
    answers = await asyncio.gather(
        *(
            log.begin(a_payment(number, idempotency_key="k", device="tmr_x", order=order))
            for number, log in enumerate([journal, rival] * 4)
        )
    )

    assert 1 == len({it.id if isinstance(it, Payment) else it for it in answers})


async def test_a_key_that_is_just_being_looked_up_is_not_taken_for_another(
    journal: Journal, rival: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other gateway may commit right after the look-up: it is the same payment all the same."""
    looked, look_up = asyncio.Event(), stored._by_key

    async def slow_look_up(*asked: Any) -> Payment | None:
        found = await look_up(*asked)
        if not looked.is_set():
            looked.set()
            await asyncio.wait([other], timeout=0.3)
        return found

    async def begin(log: Journal, number: int) -> Any:
        return await log.begin(a_payment(number, idempotency_key="k", device="tmr_x"))

    async def begin_after_the_look() -> Any:
        await looked.wait()
        return await begin(rival, 2)

    other = asyncio.create_task(begin_after_the_look())
    monkeypatch.setattr(stored, "_by_key", slow_look_up)
    answers = [await begin(journal, 1), await other]

    assert 1 == len({it.id if isinstance(it, Payment) else it for it in answers})


async def test_an_order_is_not_paid_on_two_readers(journal: Journal, rival: Journal) -> None:
    """Two gateways begin at once for the same order: what they take together is what is due."""
    answers = await asyncio.gather(
        *(
            log.begin(a_payment(number, order=ORDER))
            for number, log in enumerate([journal, rival] * 4)
        )
    )

    assert 1000 == sum(it.amount.minor for it in answers if isinstance(it, Payment))


async def test_of_two_steps_from_one_version_one_is_taken(journal: Journal, rival: Journal) -> None:
    """The other is stale, whichever gateway it came from."""
    payment = await begun(journal)
    results = await asyncio.gather(
        *(moved(log, payment, State.INTENT_READY) for log in [journal, rival] * 4),
        return_exceptions=True,
    )

    assert 1 == sum(isinstance(it, Payment) for it in results)
    assert 7 == sum(isinstance(it, StaleError) for it in results)
    assert 2 == len((await journal.steps(["pay_1"]))["pay_1"])


async def test_times_are_utc(journal: Journal) -> None:
    """However they were given, to the microsecond."""
    payment = await begun(journal, created_at=NOW.astimezone(None))
    found = (await journal.payments(["pay_1"]))["pay_1"]

    assert payment.created_at == found.created_at == NOW
    assert "+00:00" == str(found.created_at)[-6:]
