"""Readers that are found by their labels at the provider."""

import asyncio
import time

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from connectors.sdk.terminal import ReaderState
from gateway.payments.journal import Journal
from gateway.payments.reader_lists import _GAP_S
from gateway.payments.reader_log import Place
from gateway.payments.reader_names import StoreReaders
from gateway.payments.states import State
from gateway.storage.engine import Database
from schema.domain.errors import ReaderAmbiguous
from schema.domain.reader import ReaderRecord, ReaderStatus
from schema.ports.payments import ReaderKey
from tests.unit.gateway.payments.terminal import ScriptedTerminal
from tests.unit.gateway.payments.till import DEVICE, FRONT, OTHER, Till, a_scope, until

LIFT = ReaderKey("ginza", "Lift")


def labelled(device: str, label: str, location: str = "tml_1") -> ReaderState:
    """A reader that the provider lists."""
    return ReaderState(device, label, location, ReaderStatus.ONLINE, "simulated")


def add(terminal: ScriptedTerminal, *states: ReaderState) -> None:
    """Let the provider list more readers."""
    terminal.slots.update({it.id: it for it in states})


async def quick(till: Till) -> None:
    """Begin anew, with lists that are read all the time."""
    till.timing = replace(till.timing, list_s=0.01)
    await till.restart()


async def test_a_reader_is_found_by_its_label(till: Till, terminal: ScriptedTerminal) -> None:
    """A payment goes to it, and it is shown as one that the configuration does not name."""
    add(terminal, labelled("tmr_lift", " Lift "))
    await till.restart()
    await until(lambda: "Lift" in till.service.readers.names("ginza"))
    shown = (await till.service.readers.by_keys(a_scope(), [LIFT]))[0]
    await till.start(reader=LIFT)
    await until(lambda: terminal.waiting("tmr_lift"))
    terminal.present("tmr_lift")
    await till.reaches(State.PAID)

    assert isinstance(shown, ReaderRecord)
    assert ("tmr_lift", False, "tml_1") == (shown.device, shown.configured, shown.location)


async def test_labels_of_another_place_name_nothing_here(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Each store has the readers of its own location."""
    add(terminal, labelled("tmr_lift", "Lift", "tml_2"))
    await till.restart()
    await until(lambda: "Lift" in till.service.readers.names("umeda"))
    refused = await till.refused(reader=LIFT)

    assert "READER_UNKNOWN" == refused.code


async def test_a_label_that_changes_is_learnt_without_a_restart(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The old name is gone, the new one is there."""
    add(terminal, labelled("tmr_lift", "Lift"))
    await quick(till)
    await until(lambda: "Lift" in till.service.readers.names("ginza"))
    add(terminal, labelled("tmr_lift", "Stairs"))
    await until(lambda: "Stairs" in till.service.readers.names("ginza"))

    assert "Lift" not in till.service.readers.names("ginza")


async def test_a_start_without_the_provider_knows_the_names(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """They are kept in the journal; what is missing is the provider, not the name."""
    add(terminal, labelled("tmr_lift", "Lift"))
    await till.restart()
    await until(lambda: "Lift" in till.service.readers.names("ginza"))
    await till.close()
    terminal.is_down = True
    await till.restart()
    refused = await till.refused(reader=LIFT)

    assert "PROVIDER_UNAVAILABLE" == refused.code


async def test_two_readers_of_one_label_are_refused(till: Till, terminal: ScriptedTerminal) -> None:
    """Nothing is sent to either; both devices are named, and a query is an error of its own."""
    add(terminal, labelled("tmr_l1", "Lift"), labelled("tmr_l2", "Lift"))
    await till.restart()
    await until(lambda: till.service.directory.store("ginza").ambiguous)  # type: ignore[union-attr] # it is there
    refused = await till.refused(reader=LIFT)
    shown = (await till.service.readers.by_keys(a_scope(), [LIFT]))[0]

    assert "READER_AMBIGUOUS" == refused.code
    assert "tmr_l1, tmr_l2" in refused.message
    assert isinstance(shown, ReaderAmbiguous)
    assert [] == terminal.named("create_intent")


async def test_an_unknown_name_lets_the_list_be_read_again(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """Somebody may have just labelled a reader: the next try finds it, long before the round."""
    await till.restart()
    await until(lambda: terminal.listings >= 2)
    add(terminal, labelled("tmr_lift", "Lift"))
    refused = await till.refused(reader=LIFT)
    await until(lambda: "Lift" in till.service.readers.names("ginza"))

    assert "READER_UNKNOWN" == refused.code


async def test_many_unknown_names_do_not_flood_the_provider(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """A list that has just come is believed, and of a store that is none nothing is asked."""
    till.timing = replace(till.timing, status_memory_s=60.0)
    await till.restart()
    await until(lambda: till.service.directory.lists.last(Place("tml_2", None)) is not None)
    await asyncio.sleep(0.6)
    before = terminal.listings
    for number in range(20):
        await till.refused(f"k{number}", reader=LIFT)
    till.service.directory.doubt("nowhere")
    await asyncio.sleep(0.3)

    assert before == terminal.listings


async def test_a_store_that_a_reload_adds_is_listed_at_once(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """With its own location, without a restart."""
    add(terminal, labelled("tmr_kobe", "Front counter", "tml_9"))
    till.service.directory.replace([StoreReaders("kobe", "JPY", {}, "tml_9")])
    await until(lambda: till.service.readers.names("kobe"))

    assert ("Front counter",) == till.service.readers.names("kobe")


async def test_a_configured_reader_elsewhere_is_told_with_its_place(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """So that people see what is wrong: the store's list lacks it, so it is looked up by itself."""
    terminal.slots[DEVICE] = replace(terminal.slots[DEVICE], location="tml_7")
    shown = (await till.service.readers.by_keys(a_scope(), [FRONT]))[0]
    refused = await till.refused()

    assert isinstance(shown, ReaderRecord)
    assert ("tml_7", ReaderStatus.ONLINE) == (shown.location, shown.status)
    assert "READER_WRONG_LOCATION" == refused.code


async def test_a_reader_elsewhere_is_looked_up_once_a_round(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """However often its place is listed; one that nobody knows is looked up no more often."""
    terminal.slots[DEVICE] = replace(terminal.slots[DEVICE], location="tml_7")
    del terminal.slots[OTHER]
    for _ in range(3):
        await till.service.readers.by_keys(a_scope(), [FRONT])

    assert 2 == len(terminal.named("reader"))


async def test_a_reader_that_is_learnt_before_its_place_was_listed(
    journal: Journal, terminal: ScriptedTerminal
) -> None:
    """Somebody registers it while the gateway starts; it is known, and stays so."""
    till = Till(journal, terminal)
    add(terminal, labelled("tmr_lift", "Lift"))
    lists = till.service.directory.lists
    await lists.learn(Place("tml_1", None), labelled("tmr_lift", "Lift"))
    known = till.service.readers.names("ginza")
    await till.open()
    await until(lambda: terminal.listings >= 1)
    await till.close()

    assert "Lift" in known


async def test_a_list_that_cannot_be_kept_is_used_all_the_same(
    till: Till,
    terminal: ScriptedTerminal,
    database: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Names serve payments: where the journal does not take them they are known all the same."""
    async with database.write() as connection:
        await connection.execute(text("DROP TABLE listed_readers"))
    add(terminal, labelled("tmr_lift", "Lift"))
    till.service.directory.doubt("ginza")
    await until(lambda: "Lift" in till.service.readers.names("ginza"))
    await until(lambda: "was not kept" in caplog.text)


async def test_a_label_without_end_is_cut(till: Till, terminal: ScriptedTerminal) -> None:
    """What the journal cannot hold is no name."""
    add(terminal, labelled("tmr_lift", "L" * 300))
    await till.restart()
    await until(lambda: len(till.service.readers.names("ginza")) == 3)

    assert "L" * 255 in till.service.readers.names("ginza")


async def test_readers_are_listed_one_place_after_the_other(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """At a bounded pace, however many places there are."""
    stores = [StoreReaders(f"s{n}", "JPY", {}, f"tml_s{n}") for n in range(50)]
    await till.close()
    terminal.listings, since = 0, time.monotonic()
    await till.restart()
    till.service.directory.replace(stores)
    await until(lambda: terminal.listings >= 4)

    assert time.monotonic() - since > 3 * _GAP_S - 0.05


async def test_only_the_place_in_doubt_is_read_again(
    till: Till, terminal: ScriptedTerminal
) -> None:
    """The other places have their turn when their lists are old."""
    lists, places = till.service.directory.lists, [Place("tml_1", None), Place("tml_2", None)]
    await until(lambda: all(lists._asked_at(place) > 0 for place in places))
    await asyncio.sleep(2 * _GAP_S)
    before = terminal.listings
    till.service.directory.doubt("ginza")
    await until(lambda: terminal.listings > before)
    await asyncio.sleep(2 * _GAP_S)

    assert before + 1 == terminal.listings
