import asyncio

import pytest
from msgspec.structs import replace

from gateway.payments.journal import Journal, KeyTaken, Payment, Refund, TooLarge
from gateway.payments.leases import ReaderHeld
from gateway.payments.states import State
from gateway.payments.subject import Kind, Subject
from schema.domain.payment import PaymentChannel, RefundState
from tests.unit.gateway.storage.records import ORDER, a_payment, a_refund, moved, paid, yen


async def settled(journal: Journal, refund: Refund, state: RefundState) -> Refund:
    """A refund that the provider has answered."""
    answered = replace(refund, state=state, provider_id=f"re_{refund.id}")
    await journal.settle_refund(answered)
    return answered


async def test_a_refund_comes_back_as_it_was_recorded(journal: Journal) -> None:
    """Before and after the provider has answered; unknown ids are absent."""
    await paid(journal)
    begun = await journal.begin_refund(a_refund(), whole=False)
    before = await journal.refunds(["ref_1", "ref_9"])
    answered = await settled(journal, a_refund(), RefundState.SUCCEEDED)

    assert a_refund() == begun
    assert {"ref_1": a_refund()} == before
    assert {"ref_1": answered} == await journal.refunds(["ref_1"])
    assert {} == await journal.refunds([])


async def test_no_more_is_given_back_than_was_taken(journal: Journal) -> None:
    """What is asked for counts at once; what has failed counts no more; `whole` takes the rest."""
    await paid(journal)
    await journal.begin_refund(a_refund(1, 300), whole=False)
    too_large = await journal.begin_refund(a_refund(2, 701), whole=False)
    rest = await journal.begin_refund(a_refund(3, 1), whole=True)
    nothing = await journal.begin_refund(a_refund(4, 1), whole=False)
    none_left = await journal.begin_refund(a_refund(5, 1), whole=True)
    await settled(journal, a_refund(1, 300), RefundState.FAILED)
    again = await journal.begin_refund(a_refund(6, 1), whole=True)

    assert TooLarge(yen(700)) == too_large
    assert a_refund(3, 700) == rest
    assert [TooLarge(yen(0))] * 2 == [nothing, none_left]
    assert a_refund(6, 300) == again


async def test_what_the_provider_counts_comes_on_top(journal: Journal) -> None:
    """A refund made elsewhere leaves less; ours that it has counted are not counted twice."""
    payment = await paid(journal)
    await journal.begin_refund(a_refund(1, 300), whole=False)
    await settled(journal, a_refund(1, 300), RefundState.SUCCEEDED)
    await moved(journal, payment, State.PAID, refunded=yen(500))
    await journal.begin_refund(a_refund(2, 100), whole=False)
    left = await journal.begin_refund(a_refund(3, 401), whole=False)

    assert TooLarge(yen(400)) == left


async def test_a_known_key_answers_with_its_refund(journal: Journal) -> None:
    """Also when nothing is left by now; for another request the key is taken."""
    await paid(journal)
    first = await journal.begin_refund(a_refund(1, 1000), whole=False)
    again = await journal.begin_refund(a_refund(2, 1000, idempotency_key="r1"), whole=False)
    other = await journal.begin_refund(
        a_refund(3, 5, idempotency_key="r1", request_hash="other"), whole=False
    )

    assert first == again
    assert KeyTaken() == other


async def test_refunds_of_a_payment_and_those_that_are_open(journal: Journal) -> None:
    """Oldest first; open is what the provider has neither answered nor refused."""
    await paid(journal, 1)
    await paid(journal, 2)
    other = a_refund(4, 100, payment="pay_2")
    for refund in (a_refund(2, 100), a_refund(1, 100), a_refund(3, 100), other):
        await journal.begin_refund(refund, whole=False)
    await settled(journal, a_refund(1, 100), RefundState.PENDING)
    await journal.settle_refund(replace(a_refund(3, 100), state=RefundState.FAILED))
    await journal.settle_refund(replace(other, state=RefundState.UNKNOWN))

    assert ["ref_1", "ref_2", "ref_3"] == [it.id for it in await journal.refunds_of("pay_1")]
    assert ["ref_2", "ref_4"] == [it.id for it in await journal.open_refunds()]
    assert ["pay_1"] == await journal.pending_refunds()


async def test_gateways_that_race_give_back_no_more_than_was_taken(
    journal: Journal, rival: Journal
) -> None:
    """Eight ask for 300 of 1,000 at once: three of them get it."""
    await paid(journal)
    answers = await asyncio.gather(
        *(
            log.begin_refund(a_refund(number, 300), whole=False)
            for number, log in enumerate([journal, rival] * 4)
        )
    )

    assert 3 == sum(isinstance(it, Refund) for it in answers)
    assert 5 == sum(isinstance(it, TooLarge) for it in answers)


async def test_one_key_is_one_refund_in_all_gateways(journal: Journal, rival: Journal) -> None:
    """Sent to both at once it begins once, and everybody is answered with that."""
    await paid(journal)
    answers = await asyncio.gather(
        *(
            log.begin_refund(a_refund(number, idempotency_key="r"), whole=True)
            for number, log in enumerate([journal, rival] * 4)
        )
    )

    assert 1 == len({it.id if isinstance(it, Refund) else it for it in answers})


async def test_an_answer_is_not_forgotten_for_what_was_known_before(journal: Journal) -> None:
    """Of two who record what came of a refund, the one who knows less changes nothing."""
    await paid(journal)
    begun = await journal.begin_refund(a_refund(), whole=False)
    assert isinstance(begun, Refund)
    unknown = replace(begun, state=RefundState.UNKNOWN)
    answered = await settled(journal, begun, RefundState.SUCCEEDED)
    await journal.settle_refund(unknown)
    after_unknown = (await journal.refunds(["ref_1"]))["ref_1"]
    failed = await settled(journal, begun, RefundState.FAILED)
    await journal.settle_refund(answered)
    await journal.settle_refund(unknown)

    assert answered == after_unknown
    assert failed == (await journal.refunds(["ref_1"]))["ref_1"]


async def test_a_refund_that_was_taken_for_lost_may_turn_up(journal: Journal) -> None:
    """What the provider has made counts more than our belief that it has not."""
    await paid(journal)
    await journal.begin_refund(a_refund(), whole=False)
    failed = replace(a_refund(), state=RefundState.FAILED)
    await journal.settle_refund(failed)
    await journal.settle_refund(replace(failed, state=RefundState.UNKNOWN))
    still = (await journal.refunds(["ref_1"]))["ref_1"]
    made = await settled(journal, a_refund(), RefundState.SUCCEEDED)

    assert failed == still
    assert made == (await journal.refunds(["ref_1"]))["ref_1"]


async def test_a_refund_made_at_the_provider_is_kept_once(journal: Journal, rival: Journal) -> None:
    """Whoever comes second changes nothing; it counts as given back at once."""
    await paid(journal)
    made = a_refund(1, 400, id="re_1", provider_id="re_1", state=RefundState.SUCCEEDED)
    kept = await asyncio.gather(*(log.keep_refund(made) for log in (journal, rival, journal)))
    left = await journal.begin_refund(a_refund(2, 601), whole=False)

    assert [False, False, True] == sorted(kept)
    assert TooLarge(yen(600)) == left


async def test_a_refund_is_claimed_by_the_process_that_began_it(journal: Journal) -> None:
    """From the same moment on; nobody else asks for it until that process is through."""
    await paid(journal)
    await journal.enlist("mine", 60)
    await journal.enlist("other", 60)
    await journal.begin_refund(a_refund(), whole=False, claimant="mine")
    subject = Subject(Kind.REFUND, "ref_1")
    taken_by_other = await journal.reach("other", subject)
    await settled(journal, a_refund(), RefundState.SUCCEEDED)
    before_it_is_counted = await journal.reach("other", subject)
    await journal.drop(subject)

    assert not taken_by_other
    assert not before_it_is_counted
    assert await journal.reach("other", subject)  # nobody has it any more


@pytest.mark.parametrize("state", [RefundState.SUCCEEDED, RefundState.FAILED])
async def test_a_refund_has_its_reader_until_its_end(journal: Journal, state: RefundState) -> None:
    """Neither a payment nor another refund gets it before."""
    await paid(journal)
    await paid(journal, 2)
    at_reader = a_refund(store="ginza", reader="Gift desk", device="tmr_9")
    begun = await journal.begin_refund(at_reader, whole=False)
    held = await journal.begin_refund(
        replace(at_reader, id="ref_2", idempotency_key="r2"), whole=False
    )
    payment = await journal.begin(a_payment(3, device="tmr_9"))
    await journal.settle_refund(replace(at_reader, state=RefundState.UNKNOWN))
    still = await journal.leases(["tmr_9"])
    number = "re_1" if state is RefundState.SUCCEEDED else None
    await journal.settle_refund(replace(at_reader, state=state, provider_id=number))

    assert at_reader == begun
    assert isinstance(held, ReaderHeld)
    assert isinstance(payment, ReaderHeld)
    assert Subject(Kind.REFUND, "ref_1") == held.holder == payment.holder == still["tmr_9"].holder
    assert {} == await journal.leases(["tmr_9"])
    assert ["ref_1"] == [it.id for it in await journal.refunds_of("pay_1")]
    assert await journal.refund_by_key("r1") is not None
    assert await journal.refund_by_key("r2") is None


async def test_an_online_payment_is_kept_once(journal: Journal, rival: Journal) -> None:
    """By its intent, whoever finds it; it has no reader, and takes none."""
    made = [
        a_payment(
            number,
            store="",
            reader="",
            device="",
            intent="pi_web",
            state=State.PAID,
            channel=PaymentChannel.ONLINE,
            captured=yen(1000),
            method="card",
        )
        for number in (1, 2, 3)
    ]
    logs = (journal, rival, journal)
    kept = await asyncio.gather(
        *(log.keep_online(it, "found") for log, it in zip(logs, made, strict=True))
    )
    found = await journal.by_intent("pi_web")

    assert [found] * 3 == kept
    assert found in made
    assert {} == await journal.leases([""])


async def test_what_was_paid_online_is_not_due_twice(journal: Journal) -> None:
    """The order's own system has counted it; ours would take it off once more."""
    online = a_payment(
        1,
        order=ORDER,
        store="",
        reader="",
        device="",
        intent="pi_web",
        state=State.PAID,
        channel=PaymentChannel.ONLINE,
        captured=yen(1000),
    )
    await journal.keep_online(online, "found")

    assert {} == await journal.committed({ORDER: None})
    assert isinstance(await journal.begin(a_payment(2, order=ORDER)), Payment)
