import asyncio

from gateway.payments.journal import Attempt, Journal, Outcome
from gateway.payments.keys import Step
from tests.unit.gateway.storage.records import NOW, begun


async def test_an_attempt_is_repeated_until_its_outcome_is_known(journal: Journal) -> None:
    """Under its own key; the next one has the next number, counted for each step."""
    await begun(journal)
    first = await journal.attempt("pay_1", Step.CAPTURE, NOW)
    same = await journal.attempt("pay_1", Step.CAPTURE, NOW)
    other = await journal.attempt("pay_1", Step.CANCEL, NOW)
    await journal.settle(first, Outcome.LOST, "no answer in time")
    second = await journal.attempt("pay_1", Step.CAPTURE, NOW)
    known = await journal.attempts("pay_1", Step.CAPTURE)

    assert Attempt("pay_1", Step.CAPTURE, 1, "pay_1:capture:1", NOW) == first == same
    assert ("pay_1:cancel:1", "pay_1:capture:2") == (other.key, second.key)
    assert [Outcome.LOST, None] == [it.outcome for it in known]
    assert [1, 2] == [it.number for it in known]
    assert [] == await journal.attempts("pay_9", Step.CAPTURE)


async def test_gateways_that_race_make_one_attempt(journal: Journal, rival: Journal) -> None:
    """Two that would call at once do so under the same key."""
    await begun(journal)
    attempts = await asyncio.gather(
        *(log.attempt("pay_1", Step.CANCEL, NOW) for log in [journal, rival] * 4)
    )

    assert {"pay_1:cancel:1"} == {it.key for it in attempts}
