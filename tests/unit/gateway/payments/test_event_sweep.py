import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from connectors.sdk.terminal import ProviderEvent
from gateway.payments import event_sweep
from gateway.payments.event_log import Arrival, EventBatch, KeptEvent
from gateway.payments.event_sweep import EventSweep
from gateway.payments.journal import Journal
from gateway.payments.timing import Timing
from tests.unit.gateway.payments.terminal import NOW
from tests.unit.gateway.payments.till import SetClock, until


class Sweep:
    """A sweep over a journal, and what it has put in."""

    def __init__(self, journal: Journal, **timing: float) -> None:
        self.put: list[str] = []
        self.clock = SetClock()
        self.sweep = EventSweep(
            journal,
            self.clock,
            Timing(**timing),
            lambda events: self.put.extend(it.id for it in events),
        )


async def came(journal: Journal, *numbers: int, days: float = 0.0, applied: bool = False) -> None:
    """Messages that came so many days ago."""
    at = NOW - timedelta(days=days)
    names = [f"evt_{number}" for number in numbers]
    arrivals = [Arrival(ProviderEvent(it, "a.kind", NOW), b"{}", at) for it in names]
    await journal.record_events(
        EventBatch(arrivals=arrivals, applied=names if applied else ()), NOW
    )


async def ended(task: asyncio.Task[None]) -> None:
    """End a sweep."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_at_the_start_all_that_waits_is_taken_up(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, the oldest first, and not what was taken up."""
    monkeypatch.setattr(event_sweep, "_PAGE", 2)
    await came(journal, 4, 5)
    await came(journal, 1, 2, 3, days=1)
    await came(journal, 6, applied=True)
    sweep = Sweep(journal)

    await sweep.sweep.take_up(sweep.clock.now())

    assert ["evt_1", "evt_2", "evt_3", "evt_4", "evt_5"] == sweep.put


async def test_later_only_what_was_left_lying(journal: Journal) -> None:
    """What has just come is on its way already."""
    sweep = Sweep(journal, sweep_s=0.02)
    await came(journal, 1)
    running = asyncio.create_task(sweep.sweep.run(sweep.clock.now()))
    await until(lambda: sweep.put == ["evt_1"])
    await asyncio.sleep(0.05)
    before = [*sweep.put]
    sweep.clock.forward(1)
    await until(lambda: len(sweep.put) > 1)
    await ended(running)

    assert ["evt_1"] == before
    assert {"evt_1"} == set(sweep.put)


async def test_what_comes_after_the_opening_is_on_its_way(journal: Journal) -> None:
    """However late the first sweep is: a second look at it would be one too many."""
    sweep = Sweep(journal)
    await came(journal, 1, days=1)
    await came(journal, 2)
    running = asyncio.create_task(sweep.sweep.run(NOW))
    await until(lambda: sweep.put)
    await ended(running)

    assert ["evt_1"] == sweep.put


async def test_old_bytes_are_erased_once_a_day(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As soon as they are older than they are kept."""
    await came(journal, 1, days=89.5)
    await came(journal, 2, days=90.5)
    sweep = Sweep(journal, sweep_s=0.005, events_kept_days=90)
    read, reads = journal.kept_events, 0

    async def counted(*given: Any) -> Sequence[KeptEvent]:
        nonlocal reads
        reads += 1
        return await read(*given)

    async def bodies() -> int:
        """How many there are after one more sweep at least, which reads two pages."""
        seen = reads
        await until(lambda: reads > seen + 5)
        return (await journal.event_counts()).bodies

    monkeypatch.setattr(journal, "kept_events", counted)
    running = asyncio.create_task(sweep.sweep.run(sweep.clock.now()))
    at_the_start = await bodies()
    sweep.clock.forward(23 * 3600)
    same_day = await bodies()
    sweep.clock.forward(2 * 3600)
    next_day = await bodies()
    await ended(running)

    assert (1, 1, 0) == (at_the_start, same_day, next_day)


async def test_a_broken_database_is_waited_for(
    journal: Journal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep outlives it."""
    await came(journal, 1)
    sweep = Sweep(journal, sweep_s=0.005)
    with monkeypatch.context() as broken:
        broken.setattr(journal, "kept_events", None)
        running = asyncio.create_task(sweep.sweep.run(sweep.clock.now()))
        await until(lambda: caplog.records)
    sweep.clock.forward(1)
    await until(lambda: sweep.put)
    await ended(running)
