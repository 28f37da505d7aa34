import asyncio
import logging
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from gateway.payments.claims import Tended
from gateway.payments.keeper import Keeper, Work
from gateway.payments.states import State
from gateway.payments.subject import Kind, Subject
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from gateway.storage.tables import processes
from schema.domain.payment import PaymentRecord
from tests.unit.gateway.payments.terminal import NOW, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, QUICK, Till, a_scope, until, yen

# Of what another process follows nobody tells it: it answers when its time is over.
OTHERS = replace(QUICK, answer_within_s=0.2)


async def other_till(database: Database, terminal: ScriptedTerminal) -> Till:
    """Another gateway over the same database."""
    other = Till(SqlJournal(database), terminal, OTHERS)
    other.names.count = 100
    await other.open()
    return other


async def dies(till: Till) -> None:
    """End all that a gateway does, without a word to the journal."""
    keeper = till.service._keeper
    assert keeper._task is not None

    keeper._task.cancel()
    await till.service._followers.aclose()


async def struck_off(database: Database, owner: str) -> None:
    """Let the time be over that a process has been given."""
    async with database.write() as connection:
        await connection.execute(
            processes.update().where(processes.c.id == owner).values(expires_at=NOW)
        )


async def test_one_process_follows_a_payment(
    till: Till, database: Database, terminal: ScriptedTerminal
) -> None:
    """Another one that is open at the same time leaves it alone, and is told of its end."""
    await till.start()
    other = await other_till(database, terminal)
    await asyncio.sleep(0.1)
    followed = [*other.service._followers._tasks]
    terminal.present(DEVICE)
    await till.reaches(State.PAID)
    await other.close()

    assert [] == followed


async def test_what_another_process_wants_is_done_by_the_one_that_follows(
    till: Till, database: Database, terminal: ScriptedTerminal
) -> None:
    """It commits, and passes on that there is news; the answer tells how far that came."""
    other = await other_till(database, terminal)
    await till.start()
    await until(lambda: till.service._keeper._others)
    answer = await other.service.cancel(a_scope(), "pay_1")
    await till.reaches(State.CANCELED)
    await other.close()

    assert isinstance(answer, PaymentRecord)
    assert 1 == len(terminal.named("cancel_intent"))


async def test_a_process_that_is_gone_leaves_its_payments_to_the_other(
    till: Till, database: Database, terminal: ScriptedTerminal
) -> None:
    """After its time: until then it may be at work on them."""
    other = await other_till(database, terminal)
    await till.start()
    await dies(till)
    terminal.present(DEVICE)
    await asyncio.sleep(0.1)
    before = (await till.payment()).state
    await struck_off(database, till.service._keeper.owner)
    paid = await other.reaches(State.PAID)
    await other.close()

    assert State.AWAITING_CARD is before
    assert yen(1000) == paid.captured


async def test_a_process_that_was_struck_off_begins_anew(
    till: Till, database: Database, terminal: ScriptedTerminal, caplog: pytest.LogCaptureFixture
) -> None:
    """What it worked on is let go, and taken up again by whoever is first."""
    await till.start()
    before = till.service._keeper.owner
    with caplog.at_level(logging.WARNING):
        await till.journal.leave(before)
        await until(lambda: till.service._keeper.owner != before)
    terminal.present(DEVICE)

    assert yen(1000) == (await till.reaches(State.PAID)).captured
    assert "this process was struck off, and begins anew" in caplog.messages


async def test_without_a_sign_of_life_nothing_is_sent(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A process that cannot tell whether its claims are its own waits until it can."""
    keeper = till.service._keeper
    assert keeper._task is not None

    keeper._task.cancel()
    keeper._valid_until = 0.0
    starting = asyncio.create_task(till.start())
    await asyncio.sleep(0.1)
    sent = terminal.named("create_intent")
    keeper._valid_until = float("inf")
    await till.reaches(State.AWAITING_CARD)
    await starting

    assert [] == sent


async def test_a_journal_that_is_away_for_a_moment_ends_nothing(
    till: Till, terminal: ScriptedTerminal, caplog: pytest.LogCaptureFixture
) -> None:
    """The process goes on as soon as the journal does."""
    tend, failures = till.journal.tend, [OSError("no disk")]

    async def failing(owner: str, life_s: float, kinds: Sequence[Kind]) -> Tended | None:
        if failures:
            raise failures.pop()
        return await tend(owner, life_s, kinds)

    till.journal.tend = failing  # type: ignore[method-assign]
    with caplog.at_level(logging.ERROR):
        await until(lambda: not failures)
    await till.start()
    terminal.present(DEVICE)

    assert State.PAID is (await till.reaches(State.PAID)).state
    assert ["claims wait for the journal"] == [it.message for it in caplog.records]


async def test_what_was_recorded_without_a_claim_is_taken_up(database: Database) -> None:
    """Each kind by its own work; what cannot be reached is logged, and reached again later."""
    taken: list[str] = []

    async def unfinished() -> Sequence[str]:
        return ["task_1"]

    async def take_up(ids: Sequence[str]) -> None:
        taken.extend(ids)

    async def let_go() -> None:
        taken.clear()

    keeper = Keeper(SqlJournal(database), replace(QUICK, adopt_s=0.02))
    keeper.add(Work(Kind.TASK, unfinished, take_up, let_go))
    count = await keeper.open()
    await keeper.drop(Subject(Kind.TASK, "task_1"))
    await until(lambda: len(taken) > 1)
    keeper.reach(Subject(Kind.TASK, "task_2"))
    await until(lambda: "task_2" in taken)
    await keeper.aclose()

    assert 1 == count
    assert not keeper.is_alive()


async def test_a_claim_that_cannot_be_reached_is_logged(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits for it; the next look finds what it was about."""
    keeper = Keeper(SqlJournal(database), QUICK)
    with caplog.at_level(logging.ERROR):
        keeper.reach(Subject(Kind.TASK, "task_1"))
        await until(lambda: caplog.records)
    await keeper.aclose()

    assert ["a claim waits"] == [it.message for it in caplog.records]
