import asyncio

from gateway.payments.claims import Tended
from gateway.payments.journal import Journal
from gateway.payments.states import State
from gateway.payments.subject import Kind, Subject
from tests.unit.gateway.storage.records import begun, moved

KINDS = [Kind.PAYMENT, Kind.TASK]
ONE, TWO = Subject(Kind.PAYMENT, "pay_1"), Subject(Kind.TASK, "task_1")


async def enlisted(journal: Journal, *owners: str, life_s: float = 60.0) -> None:
    """Processes on record."""
    for owner in owners:
        await journal.enlist(owner, life_s)


async def tended(journal: Journal, owner: str) -> list[Subject]:
    """What a process gets when it says that it lives."""
    found = await journal.tend(owner, 60.0, KINDS)
    assert found is not None

    return sorted(found.taken, key=lambda it: it.id)


async def test_what_nobody_has_goes_to_the_first(journal: Journal, rival: Journal) -> None:
    """And to nobody else as long as that one lives."""
    await enlisted(journal, "a", "b")
    await journal.adopt(Kind.PAYMENT, ["pay_1"])
    await journal.adopt(Kind.TASK, ["task_1"])

    assert [ONE, TWO] == await tended(journal, "a")
    assert [] == await tended(rival, "b")
    assert Tended((), 1) == await journal.tend("a", 60.0, KINDS)


async def test_kinds_that_a_process_does_not_know_are_left(journal: Journal) -> None:
    """Another version of the gateway may know them."""
    await enlisted(journal, "a")
    await journal.adopt(Kind.REFUND, ["ref_1"])

    assert [] == await tended(journal, "a")


async def test_a_new_payment_is_claimed_with_its_row(journal: Journal, rival: Journal) -> None:
    """There is no moment at which another process could take it up."""
    await enlisted(journal, "a", "b")
    await begun(journal, claimant="a")

    assert [] == await tended(rival, "b")
    assert not await rival.reach("b", ONE)


async def test_a_final_payment_is_claimed_no_more(journal: Journal) -> None:
    """The last step drops the claim; when its process is gone nothing is taken up."""
    await enlisted(journal, "a")
    payment = await begun(journal, claimant="a")
    await moved(journal, payment, State.PAID)
    await journal.leave("a")
    await enlisted(journal, "b")

    assert [] == await tended(journal, "b")


async def test_what_a_process_gives_back_is_free(journal: Journal) -> None:
    """At once, when it closes."""
    await enlisted(journal, "a", "b")
    await begun(journal, claimant="a")
    await journal.leave("a")

    assert [ONE] == await tended(journal, "b")


async def test_what_a_process_that_is_gone_had_is_free(journal: Journal) -> None:
    """After its time, and not before; the process finds that it was struck off."""
    await enlisted(journal, "a", "b")
    await begun(journal, claimant="a")
    early = await tended(journal, "b")
    await journal.tend("a", 0.01, KINDS)  # its last sign of life, which is soon over
    await asyncio.sleep(0.05)

    assert [] == early
    assert [ONE] == await tended(journal, "b")
    assert await journal.tend("a", 60.0, KINDS) is None


async def test_a_process_that_is_late_keeps_what_nobody_took(journal: Journal) -> None:
    """Its time is over, but it says that it lives before anybody notices."""
    await enlisted(journal, "a", life_s=0.01)
    await begun(journal, claimant="a")
    await asyncio.sleep(0.05)

    assert [] == await tended(journal, "a")
    await enlisted(journal, "b")
    assert [] == await tended(journal, "b")


async def test_of_many_that_take_at_once_one_gets_each(journal: Journal, rival: Journal) -> None:
    """Whatever the database does at the same time."""
    owners = [f"p{number}" for number in range(8)]
    await enlisted(journal, *owners)
    await journal.adopt(Kind.PAYMENT, [f"pay_{number}" for number in range(20)])
    logs = [journal, rival]
    taken = await asyncio.gather(
        *(tended(logs[number % 2], owner) for number, owner in enumerate(owners))
    )

    assert 20 == len([it for found in taken for it in found])


async def test_what_was_recorded_without_a_claim_is_adopted_once(journal: Journal) -> None:
    """What is claimed already stays with its owner."""
    await enlisted(journal, "a", "b")
    await begun(journal, claimant="a")
    await journal.adopt(Kind.PAYMENT, ["pay_1", "pay_2"])
    await journal.adopt(Kind.PAYMENT, ["pay_1", "pay_2"])

    assert [Subject(Kind.PAYMENT, "pay_2")] == await tended(journal, "b")


async def test_whoever_reaches_for_what_nobody_has_gets_it(journal: Journal) -> None:
    """Known or not, free or left by one that is gone; its own is its own."""
    await enlisted(journal, "a", "b")
    await journal.adopt(Kind.PAYMENT, ["pay_1"])

    assert await journal.reach("a", ONE)
    assert await journal.reach("a", ONE)
    assert await journal.reach("b", TWO)


async def test_news_reach_the_process_that_has_it(journal: Journal, rival: Journal) -> None:
    """Once, and only that one."""
    await enlisted(journal, "a", "b")
    await begun(journal, claimant="a")
    is_mine = await rival.reach("b", ONE)

    assert not is_mine
    assert [] == [*await rival.news("b")]
    assert [ONE] == [*await journal.news("a")]
    assert [] == [*await journal.news("a")]


async def test_what_is_dropped_is_forgotten(journal: Journal) -> None:
    """Nobody takes it up any more."""
    await enlisted(journal, "a")
    await journal.adopt(Kind.TASK, ["task_1"])
    await journal.drop(TWO)

    assert [] == await tended(journal, "a")
