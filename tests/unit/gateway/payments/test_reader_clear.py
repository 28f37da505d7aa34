"""Readers that are cleared by force."""

import asyncio

import pytest
from msgspec.structs import replace

from connectors.sdk.terminal import ActionStatus
from gateway.payments.journal import Journal
from gateway.payments.reader_errands import new_errand
from gateway.payments.reader_log import ErrandKind
from gateway.payments.states import State
from gateway.payments.subject import Kind
from schema.domain.errors import Conflict, Rejected
from schema.domain.payment import UserErrorRecord
from schema.domain.reader import ReaderRecord
from schema.domain.scope import RequestScope
from tests.unit.gateway.payments.terminal import NOW, Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, FRONT, GIFT, OTHER, Till, a_scope, until

DISPLAY = "set_reader_display"


async def cleared(
    till: Till, expected: str | None = None, scope: RequestScope | None = None
) -> str | None:
    """Clear the front counter; the code of the user error."""
    answer = await till.service.readers.clear(scope or a_scope(), FRONT, expected)
    return answer.code if isinstance(answer, UserErrorRecord) else None


async def is_free(journal: Journal, device: str = DEVICE) -> bool:
    """Whether nobody has the reader."""
    return not await journal.leases([device])


async def test_the_payment_expected_is_called_off(till: Till, terminal: ScriptedTerminal) -> None:
    """And the reader is cleared and free."""
    await till.start()
    await until(lambda: terminal.waiting(DEVICE))

    assert await cleared(till, "pay_1") is None
    assert State.CANCELED is (await till.payment()).state
    assert terminal.slots[DEVICE].action is None
    assert await is_free(till.journal)


async def test_another_payment_than_the_one_expected_goes_on(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The one that was meant is over, and the next one waits for its card there."""
    await till.start("k1")
    await till.service.cancel(a_scope(), "pay_1")
    await till.reaches(State.CANCELED)
    await till.start("k2")
    await until(lambda: terminal.waiting(DEVICE))
    before = terminal.named("cancel_action")

    assert "READER_CHANGED" == await cleared(till, "pay_1")
    assert "READER_CHANGED" == await cleared(till)
    assert before == terminal.named("cancel_action")
    assert terminal.waiting(DEVICE) is not None


async def test_a_payment_whose_money_is_being_taken_is_not_cleared(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """What a cancellation says of it is said here as well."""
    await till.start()
    await until(lambda: terminal.waiting(DEVICE))
    terminal.present(DEVICE)
    await till.reaches(State.PAID)

    assert await cleared(till, "pay_1") is None
    assert [] == terminal.named("cancel_action")


async def test_a_display_is_cleared_where_nothing_was_expected(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Under the key of an errand that is on record; the reader is free again."""
    terminal.show(DEVICE, None, DISPLAY)

    assert await cleared(till) is None
    assert terminal.slots[DEVICE].action is None
    assert [True] == [key.startswith("rdr_") for key in terminal.named("cancel_action") if key]
    assert await is_free(till.journal)


@pytest.mark.parametrize("status", [ActionStatus.FAILED, None])
async def test_a_reader_that_is_idle_is_left_alone(
    till: Till, terminal: ScriptedTerminal, status: ActionStatus | None
) -> None:
    """It is clear already: nothing is sent."""
    if status is not None:
        terminal.show(DEVICE, "pi_9")
        terminal.act(DEVICE, status)

    assert await cleared(till) is None
    assert [] == terminal.named("cancel_action")


async def test_somebody_elses_payment_is_never_cleared(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Another system has sent it: its customer may be about to show a card."""
    terminal.show(DEVICE, "pi_of_others")

    assert "READER_CHANGED" == await cleared(till)
    assert [] == terminal.named("cancel_action")
    assert await is_free(till.journal)


async def test_what_a_payment_has_left_behind_is_cleared(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Whether it was expected or not, since it is over; and only it, where it was."""
    await till.start()
    await until(lambda: terminal.waiting(DEVICE))
    await till.service.cancel(a_scope(), "pay_1")
    await till.reaches(State.CANCELED)
    for expected in ("pay_1", None):
        terminal.show(DEVICE, "pi_1")

        assert await cleared(till, expected) is None
        assert terminal.slots[DEVICE].action is None
    terminal.show(DEVICE, None, DISPLAY)

    assert "READER_CHANGED" == await cleared(till, "pay_1")


async def test_who_may_not_see_the_store_clears_nothing(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Nor what is no payment at all."""
    terminal.show(DEVICE, None, DISPLAY)

    assert "NOT_PERMITTED" == await cleared(till, scope=a_scope("umeda"))
    assert "PAYMENT_UNKNOWN" == await cleared(till, "pay_9")
    assert [] == terminal.named("cancel_action")


async def test_a_payment_of_another_store_is_not_told_of(till: Till) -> None:
    """Even where the reader may be seen."""
    await till.start(reader=GIFT)
    found = (await till.journal.payments(["pay_1"]))["pay_1"]
    moved = replace(found, store="umeda", version=found.version + 1)
    await till.journal.advance(found, moved, "moved")

    assert "NOT_PERMITTED" == await cleared(till, "pay_1", a_scope("ginza"))


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Conflict("terminal_reader_busy"), "READER_BUSY"),
        (Fault.LOST_ANSWER, "OUTCOME_UNKNOWN"),
        (Fault.DOWN, "PROVIDER_UNAVAILABLE"),
        (Rejected("no"), "PROVIDER_REFUSED"),
    ],
)
async def test_a_clear_that_fails_says_why_and_frees_the_reader(
    till: Till, terminal: ScriptedTerminal, fault: Fault | Exception, code: str
) -> None:
    """It may be tried again at once, under a new key."""
    terminal.show(DEVICE, None, DISPLAY)
    terminal.faults["cancel_action"].append(fault)

    assert code == await cleared(till)
    assert await is_free(till.journal)
    assert await cleared(till) is None


async def test_no_payment_begins_while_its_reader_is_being_cleared(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Else the clearing would take its place from under the customer's hand."""
    terminal.show(DEVICE, None, DISPLAY)
    gate = terminal.gates["cancel_action"] = asyncio.Event()
    clearing = asyncio.create_task(cleared(till))
    await until(lambda: terminal.named("cancel_action"))
    busy = await till.refused("k1")
    second = await cleared(till)
    gate.set()

    assert "READER_BUSY" == busy.code
    assert "READER_CHANGED" == second
    assert await clearing is None
    await till.start("k2")


async def test_a_payment_that_begins_between_look_and_lease_wins(
    till: Till, terminal: ScriptedTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader was free when it was looked at, and is not when it would be taken."""
    await till.start()
    await until(lambda: terminal.waiting(DEVICE))

    async def none(devices: object) -> dict[str, object]:
        return {}

    with monkeypatch.context() as patched:
        patched.setattr(till.journal, "leases", none)
        code = await cleared(till)

    assert "READER_CHANGED" == code
    assert [] == terminal.named("cancel_action")
    assert terminal.waiting(DEVICE) is not None


async def test_a_clear_goes_on_when_its_caller_goes_away(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The reader is given back all the same."""
    terminal.show(DEVICE, None, DISPLAY)
    gate = terminal.gates["cancel_action"] = asyncio.Event()
    clearing = asyncio.create_task(cleared(till))
    await until(lambda: terminal.named("cancel_action"))
    clearing.cancel()
    gate.set()
    await till.restart()

    assert await is_free(till.journal)


async def test_a_reader_that_a_process_has_left_is_given_back(till: Till) -> None:
    """By the next start, once nobody can be at it any more; one that is young is left alone."""
    scope = a_scope()
    for name, device, ago_s in (("Front counter", DEVICE, 0), ("Gift desk", OTHER, 3600)):
        till.clock.forward(-ago_s)
        errand = new_errand(ErrandKind.CLEAR, scope.actor, "ginza", name, till.clock.now())
        await till.journal.begin_clear(replace(errand, device=device))
        till.clock.forward(ago_s)
    await till.restart()
    for _ in range(1000):
        if await is_free(till.journal, OTHER):
            break
        await asyncio.sleep(0.005)
    held = await till.journal.leases([DEVICE, OTHER])

    assert [DEVICE] == [*held]
    assert Kind.ERRAND is held[DEVICE].holder.kind


async def test_closing_before_opening_ends_nothing(
    journal: Journal, terminal: ScriptedTerminal
) -> None:
    """A gateway whose journal could not be read at the start closes what it has made."""
    till = Till(journal, terminal)
    await till.close()

    assert 0 == terminal.listings


async def test_a_journal_that_fails_for_a_moment_stops_no_sweep(
    till: Till, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told in the log; the next sweep looks again."""
    await till.close()

    async def fail(until: object) -> object:
        raise OSError("disk full")

    monkeypatch.setattr(till.journal, "unfinished_clears", fail)
    await till.restart()
    await until(lambda: "were not given back" in caplog.text)


async def test_a_reader_that_is_being_cleared_shows_as_busy_with_nothing(till: Till) -> None:
    """An errand is nobody's to look at."""
    errand = new_errand(ErrandKind.CLEAR, a_scope().actor, "ginza", "Front counter", NOW)
    await till.journal.begin_clear(replace(errand, device=DEVICE))
    readers = await till.service.readers.by_keys(a_scope(), [FRONT])
    found = await till.service.readers.busy_with(
        a_scope(), [it for it in readers if isinstance(it, ReaderRecord)]
    )

    assert [None] == found
