import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import pytest
from typing_extensions import override

from connectors.sdk.terminal import ProviderEvent
from gateway.payments import event_writer
from gateway.payments.event_log import EventBatch, EventQuery
from gateway.payments.event_writer import EventWriter
from gateway.storage.engine import Database
from gateway.storage.journal import SqlJournal
from tests.unit.gateway.payments.terminal import NOW
from tests.unit.gateway.payments.till import SetClock, until


class WatchedJournal(SqlJournal):
    """A journal that notes its batches, and fails or stands still on command."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.batches: list[EventBatch] = []
        self.fails = False
        self.gate = asyncio.Event()
        self.gate.set()

    @override
    async def record_events(self, batch: EventBatch, at: datetime) -> frozenset[str]:
        self.batches.append(batch)
        await self.gate.wait()
        if self.fails:
            raise OSError("the disk is full")
        return await super().record_events(batch, at)


@pytest.fixture
def watched(database: Database) -> WatchedJournal:
    """The journal, watched."""
    return WatchedJournal(database)


@pytest.fixture
def told() -> list[str]:
    """The messages that were told of as new, by their ids."""
    return []


@pytest.fixture
async def writer(watched: WatchedJournal, told: list[str]) -> AsyncIterator[EventWriter]:
    """A writer over it."""

    def tell(events: Sequence[ProviderEvent]) -> None:
        told.extend(it.id for it in events)

    writer = EventWriter(watched, SetClock(), tell)
    yield writer
    watched.fails = False
    watched.gate.set()
    await writer.aclose()


def named(number: int) -> ProviderEvent:
    """A message."""
    return ProviderEvent(f"evt_{number}", "payment_intent.created", NOW)


async def kept(journal: SqlJournal, **query: Any) -> list[str]:
    """The ids of messages on record."""
    found = await journal.kept_events(EventQuery(**query))
    return sorted(it.event.id for it in found)


async def test_messages_that_come_during_a_transaction_share_the_next(
    writer: EventWriter, watched: WatchedJournal, told: list[str]
) -> None:
    """However many they are, they wait for one commit; each is told of once, in its order."""
    watched.gate.clear()
    first = asyncio.create_task(writer.keep(named(0), b"{}"))
    await until(lambda: watched.batches)
    rest = [asyncio.create_task(writer.keep(named(number), b"{}")) for number in range(1, 50)]
    await asyncio.sleep(0.01)
    watched.gate.set()
    await asyncio.gather(first, *rest)

    assert [1, 49] == [len(it.arrivals) for it in watched.batches]
    assert [f"evt_{number}" for number in range(50)] == told
    assert 50 == len(await kept(watched))


async def test_a_transaction_has_a_bound(
    writer: EventWriter, watched: WatchedJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others write as well: nobody waits for ten thousand rows of somebody else."""
    monkeypatch.setattr(event_writer, "_BATCH", 20)

    await asyncio.gather(*(writer.keep(named(number), b"{}") for number in range(50)))

    assert [20, 20, 10] == [len(it.arrivals) for it in watched.batches]


async def test_a_message_that_is_on_its_way_is_waited_for(
    writer: EventWriter, watched: WatchedJournal, told: list[str]
) -> None:
    """Its copy is not answered before the commit, and not recorded again after it."""
    watched.gate.clear()
    copies = [asyncio.create_task(writer.keep(named(1), b"{}"))]
    await until(lambda: watched.batches)
    copies += [asyncio.create_task(writer.keep(named(1), b"{}")) for _ in range(3)]
    await asyncio.sleep(0.01)
    early = [it.done() for it in copies]
    watched.gate.set()
    await asyncio.gather(*copies)
    await writer.keep(named(1), b"{}")

    assert [False] * 4 == early
    assert (1, ["evt_1"]) == (len(watched.batches), told)


async def test_a_message_that_another_gateway_has_recorded_is_not_new(
    writer: EventWriter, database: Database, told: list[str]
) -> None:
    """It is answered as taken, and told of by that one."""
    other = EventWriter(SqlJournal(database), SetClock(), lambda _: None)
    await other.keep(named(1), b"{}")
    await other.aclose()

    await writer.keep(named(1), b"{}")

    assert [] == told


async def test_only_so_many_are_remembered(
    writer: EventWriter, watched: WatchedJournal, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database knows the others."""
    monkeypatch.setattr(event_writer, "_REMEMBERED", 2)
    for number in (1, 2, 3, 1):
        await writer.keep(named(number), b"{}")

    assert 4 == len(watched.batches)
    assert ["evt_1", "evt_2", "evt_3"] == told


async def test_whoever_brought_it_may_be_gone(
    writer: EventWriter, watched: WatchedJournal, told: list[str]
) -> None:
    """It is recorded and told of all the same; so is its copy, whose sender still waits."""
    watched.gate.clear()
    gone = asyncio.create_task(writer.keep(named(1), b"{}"))
    await until(lambda: watched.batches)
    waits = asyncio.create_task(writer.keep(named(1), b"{}"))
    await asyncio.sleep(0)
    gone.cancel()
    watched.gate.set()
    await waits
    await asyncio.gather(gone, return_exceptions=True)

    assert gone.cancelled()
    assert ["evt_1"] == told


async def test_what_cannot_be_recorded_is_not_taken(
    writer: EventWriter,
    watched: WatchedJournal,
    told: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its sender hears of it, and sends it again later."""
    watched.fails = True
    with pytest.raises(OSError, match="the disk is full"):
        await writer.keep(named(1), b"{}")
    watched.fails = False
    await writer.keep(named(1), b"{}")

    assert ["evt_1"] == told
    assert ["messages are not on record"] == [it.message for it in caplog.records]


async def test_marks_and_counts_outlive_a_failure(
    writer: EventWriter, watched: WatchedJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are recorded with what comes next."""
    monkeypatch.setattr(event_writer, "_LINGER_S", 0.001)
    await writer.keep(named(1), b"{}")
    watched.fails = True
    writer.applied(["evt_1"])
    writer.refused("stale")
    await until(lambda: len(watched.batches) == 2)
    watched.fails = False
    await writer.keep(named(2), b"{}")

    assert ["evt_2"] == await kept(watched, is_unapplied=True)
    assert {"stale": 1} == (await watched.event_counts()).refused


async def test_a_flood_of_forged_messages_is_one_row_now_and_then(
    writer: EventWriter, watched: WatchedJournal, caplog: pytest.LogCaptureFixture
) -> None:
    """And one line in the log."""
    with caplog.at_level(logging.WARNING):
        for _ in range(1000):
            writer.refused("signature")
        await writer.aclose()

    assert [1000] == [it.refused["signature"] for it in watched.batches]
    assert {"signature": 1000} == (await watched.event_counts()).refused
    assert [1000] == [it.__dict__["count"] for it in caplog.records]


async def test_closing_records_what_waits(writer: EventWriter, watched: WatchedJournal) -> None:
    """Without a pause; with a database that is gone it ends all the same."""
    watched.gate.clear()
    waits = asyncio.create_task(writer.keep(named(1), b"{}"))
    await until(lambda: watched.batches)
    writer.applied(["evt_1"])
    watched.gate.set()
    await writer.aclose()
    await waits

    assert [] == await kept(watched, is_unapplied=True)

    watched.fails = True
    writer.refused("stale")
    await writer.aclose()


async def test_an_interrupted_transaction_is_a_failure(
    writer: EventWriter, watched: WatchedJournal
) -> None:
    """Nobody is told that a message is on record of which that is not known."""
    watched.gate.clear()
    waits = asyncio.create_task(writer.keep(named(1), b"{}"))
    await until(lambda: watched.batches)
    (task,) = [it for it in asyncio.all_tasks() if it.get_name() == "messages of the provider"]
    task.cancel()

    with pytest.raises(RuntimeError, match="interrupted"):
        await waits
    watched.gate.set()


async def test_a_failure_does_not_delay_those_who_have_come_since(
    writer: EventWriter, watched: WatchedJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have a transaction of their own at once, whatever becomes of it."""
    monkeypatch.setattr(event_writer, "_RETRY_S", 60)
    watched.fails = True
    watched.gate.clear()
    first = asyncio.create_task(writer.keep(named(1), b"{}"))
    await until(lambda: watched.batches)
    second = asyncio.create_task(writer.keep(named(2), b"{}"))
    await until(lambda: writer._letters)
    watched.gate.set()
    errors = await asyncio.gather(first, second, return_exceptions=True)

    assert [OSError, OSError] == [type(it) for it in errors]
    assert [["evt_1"], ["evt_2"]] == [
        [it.event.id for it in batch.arrivals] for batch in watched.batches
    ]
