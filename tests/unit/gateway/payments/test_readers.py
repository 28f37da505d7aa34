import asyncio

import pytest
from msgspec.structs import replace

from gateway.payments.reader_names import StoreReaders
from schema.domain.errors import NotPermitted, TillgraphError, Unavailable
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.domain.scope import RequestScope
from schema.ports.payments import ReaderKey
from tests.unit.gateway.payments.terminal import Fault, ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, FRONT, GIFT, Till, a_scope, until


async def records(
    till: Till, *keys: ReaderKey, scope: RequestScope | None = None
) -> list[ReaderRecord | TillgraphError | None]:
    """The readers of some keys."""
    return [*await till.service.readers.by_keys(scope or a_scope(), keys)]


PLACES = 2
"""The locations that are listed in the background: the third store has none."""


async def restarted(till: Till, terminal: ScriptedTerminal) -> None:
    """Begin anew, and wait until every place has been listed."""
    await till.close()
    terminal.listings = 0
    await till.restart()
    await until(lambda: terminal.listings == PLACES)


def a_minute_passes(till: Till) -> None:
    """Let every list be a minute older."""
    asked = till.service.directory.lists._asked
    asked.update({place: (at - 60, task) for place, (at, task) in asked.items()})


def online(key: ReaderKey, device: str) -> ReaderRecord:
    """A reader that is there."""
    return ReaderRecord(
        key.store, key.name, device, ReaderStatus.ONLINE, "simulated", location="tml_1"
    )


async def test_readers_are_found_by_the_names_that_staff_use(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """In the order asked; unknown stores and names are none; one call for each place."""
    till.timing = replace(till.timing, status_memory_s=5.0)
    await restarted(till, terminal)
    found = await records(till, GIFT, ReaderKey("ginza", "x"), FRONT, ReaderKey("x", "x"), GIFT)

    assert [
        online(GIFT, "tmr_gift"),
        None,
        online(FRONT, DEVICE),
        None,
        online(GIFT, "tmr_gift"),
    ] == found
    assert PLACES == terminal.listings


async def test_a_reader_that_the_provider_does_not_list(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """It is configured, so it is there; what it is doing nobody knows."""
    del terminal.slots[DEVICE]

    assert [ReaderRecord("ginza", "Front counter", DEVICE, ReaderStatus.UNKNOWN)] == await records(
        till, FRONT
    )


async def test_readers_of_other_stores_are_not_shown(till: Till) -> None:
    """Whoever may not see the store gets an error in the reader's place, and no call is made."""
    found = await records(till, FRONT, scope=a_scope("umeda"))

    assert isinstance(found[0], NotPermitted)


async def test_a_status_is_believed_for_a_while(till: Till, terminal: ScriptedTerminal) -> None:
    """Then it is asked again; a failure is not believed at all."""
    till.timing = replace(till.timing, status_memory_s=60.0)
    await restarted(till, terminal)
    a_minute_passes(till)
    terminal.faults["readers"].append(Fault.DOWN)
    failed = await records(till, FRONT)
    first = await records(till, FRONT)
    terminal.slots[DEVICE] = replace(terminal.slots[DEVICE], status=ReaderStatus.OFFLINE)
    believed = await records(till, FRONT)
    a_minute_passes(till)
    later = await records(till, FRONT)

    assert isinstance(failed[0], Unavailable)
    assert "cards" == failed[0].source
    assert [online(FRONT, DEVICE)] == first == believed
    assert [replace(online(FRONT, DEVICE), status=ReaderStatus.OFFLINE)] == later


async def test_who_cannot_wait_gets_an_error_in_time(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The call goes on for others who ask for the same place, and they share its answer."""
    gate = terminal.gates["readers"] = asyncio.Event()
    hasty = a_scope()
    hasty.deadline -= 9.7
    patient = asyncio.create_task(records(till, FRONT))
    late = await records(till, FRONT, scope=hasty)
    gate.set()

    assert isinstance(late[0], Unavailable)
    assert [online(FRONT, DEVICE)] == await patient


async def test_closing_ends_calls_under_way(till: Till, terminal: ScriptedTerminal) -> None:
    """Nothing is left behind, and nobody's waiting is forgotten."""
    terminal.gates["readers"] = asyncio.Event()
    before = terminal.listings
    waiting = asyncio.create_task(records(till, FRONT))
    await until(lambda: terminal.listings > before)
    await till.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_readers_names_are_sorted(till: Till) -> None:
    """For people who look for one; an unknown store has none."""
    till.service.directory.replace([StoreReaders("ginza", "JPY", {"b": "1", "a": "2"})])

    assert ("a", "b") == till.service.readers.names("ginza")
    assert () == till.service.readers.names("umeda")


async def test_all_readers_that_the_actor_may_see(till: Till) -> None:
    """By store and name; of a store, or with a status, where that is asked."""
    readers = till.service.readers
    every = await readers.matching(a_scope(), None, None)
    own = await readers.matching(a_scope("orchard"), None, None)
    here = await readers.matching(a_scope(), "ginza", ReaderStatus.ONLINE)
    gone = await readers.matching(a_scope(), "ginza", ReaderStatus.OFFLINE)

    assert [("ginza", "Front counter"), ("ginza", "Gift desk"), ("orchard", "Front counter")] == [
        (it.store, it.name) for it in every if isinstance(it, ReaderRecord)
    ]
    assert ["orchard"] == [it.store for it in own if isinstance(it, ReaderRecord)]
    assert [online(FRONT, DEVICE), online(GIFT, "tmr_gift")] == here
    assert [] == gone


async def test_a_dead_provider_is_told_in_a_list(till: Till, terminal: ScriptedTerminal) -> None:
    """Whatever status was asked for: a list without the place would mislead."""
    terminal.is_down = True
    found = await till.service.readers.matching(a_scope(), "ginza", ReaderStatus.ONLINE)

    assert [Unavailable, Unavailable] == [type(it) for it in found]
