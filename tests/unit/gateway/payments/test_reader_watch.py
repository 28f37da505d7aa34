"""Readers that are followed."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from schema.domain.errors import NotPermitted, ReaderAmbiguous, ReaderUnknown, Unavailable
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.ports.payments import ReaderKey
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.test_reader_lists import add, labelled
from tests.unit.gateway.payments.till import DEVICE, FRONT, Till, a_scope, until

LIFT = ReaderKey("ginza", "Lift")


def following(till: Till, key: ReaderKey = FRONT) -> AsyncIterator[ReaderRecord]:
    """Follow a reader."""
    return till.service.readers.updates(a_scope(), key)


async def soon(events: AsyncIterator[ReaderRecord]) -> ReaderRecord:
    """The next change, which must come."""
    async with asyncio.timeout(15):
        return await anext(events)


async def test_a_change_of_status_is_told(till: Till, terminal: ScriptedTerminal) -> None:
    """The present first; when it was last heard of is no change."""
    events = following(till)
    first = await soon(events)
    slot = terminal.slots[DEVICE]
    terminal.slots[DEVICE] = replace(slot, status=ReaderStatus.OFFLINE)
    second = await soon(events)

    assert (ReaderStatus.ONLINE, ReaderStatus.OFFLINE) == (first.status, second.status)


async def test_a_payment_that_comes_and_goes_is_told(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Whoever follows asks then what the reader is busy with."""
    events = following(till)
    first = await soon(events)
    await till.start()
    busy = await soon(events)
    held = (await till.service.readers.busy_with(a_scope(), [busy]))[0]
    await till.service.cancel(a_scope(), "pay_1")
    free = await soon(events)

    assert first == busy == free
    assert held is not None
    assert ("Payment", ("pay_1",)) == (held.kind, held.parts)
    assert [None] == await till.service.readers.busy_with(a_scope(), [free])
    assert terminal.slots[DEVICE].action is None


async def test_a_reader_that_loses_its_name_ends_what_follows_it(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Somebody has called it something else."""
    add(terminal, labelled("tmr_lift", "Lift"))
    await till.restart()
    await until(lambda: "Lift" in till.service.readers.names("ginza"))
    events = following(till, LIFT)
    await soon(events)
    await till.service.readers.rename(a_scope(), LIFT, "Stairs")
    with pytest.raises(StopAsyncIteration):
        await soon(events)


async def test_many_followers_cost_no_more_than_one(till: Till, terminal: ScriptedTerminal) -> None:
    """Nobody looks once nobody follows."""
    followers = [following(till) for _ in range(20)]
    await asyncio.gather(*(soon(it) for it in followers))
    waiting = [asyncio.create_task(soon(it)) for it in followers]
    await asyncio.sleep(0.1)
    before, since = terminal.listings, time.monotonic()
    await until(lambda: terminal.listings > before + 5)
    looks, lasted_s = terminal.listings - before, time.monotonic() - since
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.sleep(0.1)
    at_rest = terminal.listings
    await asyncio.sleep(0.2)

    assert looks <= lasted_s / till.timing.follow_look_s + 1
    assert at_rest == terminal.listings


async def test_what_cannot_be_followed_is_an_error(till: Till, terminal: ScriptedTerminal) -> None:
    """No such reader, one of several, one that may not be seen, and a dead provider."""
    add(terminal, labelled("tmr_l1", "Lift"), labelled("tmr_l2", "Lift"))
    await till.restart()
    await until(lambda: till.service.directory.store("ginza").ambiguous)  # type: ignore[union-attr] # it is there
    with pytest.raises(ReaderUnknown):
        await soon(following(till, ReaderKey("ginza", "Nowhere")))
    with pytest.raises(ReaderAmbiguous):
        await soon(following(till, LIFT))
    with pytest.raises(NotPermitted):
        await soon(till.service.readers.updates(a_scope("umeda"), FRONT))
    terminal.is_down = True
    with pytest.raises(Unavailable):
        await soon(following(till))


async def test_a_database_that_fails_for_a_moment_ends_nothing(
    till: Till, terminal: ScriptedTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next round looks again."""
    events = following(till)
    await soon(events)
    leases, failed = till.journal.leases, asyncio.Event()

    async def fail_once(devices: list[str]) -> object:
        if not failed.is_set():
            failed.set()
            raise OSError("disk full")
        return await leases(devices)

    monkeypatch.setattr(till.journal, "leases", fail_once)
    waiting = asyncio.create_task(soon(events))
    await failed.wait()
    terminal.slots[DEVICE] = replace(terminal.slots[DEVICE], status=ReaderStatus.OFFLINE)

    assert ReaderStatus.OFFLINE is (await waiting).status
