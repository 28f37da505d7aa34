import asyncio
from datetime import timedelta

from sqlalchemy import select

from connectors.sdk.terminal import ProviderEvent
from gateway.payments.event_log import Arrival, EventBatch, EventQuery, KeptEvent
from gateway.payments.journal import Journal
from gateway.storage.engine import Database
from gateway.storage.event_tables import provider_events
from tests.unit.gateway.storage.records import NOW

EVENT = ProviderEvent("evt_1", "payment_intent.succeeded", NOW, "pi_1")
OTHER = ProviderEvent(
    "evt_2", "refund.failed", NOW, "pi_2", "tmr_1", "seti_1", "re_1", account="acct_1"
)
WAITING = EventQuery(is_unapplied=True)


def came(event: ProviderEvent = EVENT, after_s: float = 0, body: bytes = b"{}") -> Arrival:
    """A message that came so long after the first."""
    return Arrival(event, body, NOW + timedelta(seconds=after_s))


def named(name: str) -> ProviderEvent:
    """A message of this id."""
    return ProviderEvent(name, "payment_intent.created", NOW)


async def ids(journal: Journal, query: EventQuery = WAITING) -> list[str]:
    """The messages that are meant, by their ids."""
    return [it.event.id for it in await journal.kept_events(query)]


async def test_a_message_is_kept_once(journal: Journal, rival: Journal) -> None:
    """However often, and at whichever gateway, it arrives."""
    answers = await asyncio.gather(
        *(log.record_events(EventBatch(arrivals=[came()]), NOW) for log in [journal, rival] * 4)
    )

    assert [{"evt_1"}] == [it for it in answers if it]
    assert [EVENT] == [it.event for it in await journal.kept_events(WAITING)]


async def test_gateways_that_record_the_same_messages_do_not_block_each_other(
    journal: Journal, rival: Journal
) -> None:
    """Each of many is new for one of them, in whichever order they came."""
    arrivals = [came(named(f"evt_{number}")) for number in range(40)]
    answers = await asyncio.gather(
        *(
            log.record_events(EventBatch(arrivals=some), NOW)
            for log in (journal, rival)
            for some in (arrivals, arrivals[::-1], arrivals[20:] + arrivals[:20])
        )
    )

    assert 40 == sum(len(it) for it in answers)


async def test_messages_wait_until_they_are_taken_up(journal: Journal) -> None:
    """In the order in which they came; one that is taken up waits no more and is still known."""
    batch = EventBatch(arrivals=[came(OTHER, 1, b"\x00\xff"), came()])
    await journal.record_events(batch, NOW)
    both = [it.event for it in await journal.kept_events(WAITING)]
    await journal.record_events(EventBatch(applied=["evt_1"]), NOW + timedelta(seconds=9))

    assert [EVENT, OTHER] == both
    assert ["evt_2"] == await ids(journal)
    assert frozenset() == await journal.record_events(batch, NOW)
    applied = [it.applied_at for it in await journal.kept_events(EventQuery(ids=["evt_1"]))]
    assert [NOW + timedelta(seconds=9)] == applied


async def test_messages_are_found_by_their_time_and_their_name(journal: Journal) -> None:
    """The end is not included; pages follow each other without a gap, at one moment too."""
    arrivals = [came(named(f"evt_{number}"), number // 2) for number in range(6)]
    await journal.record_events(EventBatch(arrivals=arrivals), NOW)
    second = NOW + timedelta(seconds=1)

    pages: list[KeptEvent] = []
    last = None
    while page := await journal.kept_events(EventQuery(), last, 1):
        pages += page
        last = page[-1]

    assert [f"evt_{number}" for number in range(6)] == [it.event.id for it in pages]
    assert ["evt_2", "evt_3", "evt_4", "evt_5"] == await ids(journal, EventQuery(since=second))
    assert ["evt_0", "evt_1"] == await ids(journal, EventQuery(until=second))
    assert ["evt_4"] == await ids(journal, EventQuery(since=second, ids=["evt_0", "evt_4"]))
    assert 4 == await journal.count_events(EventQuery(since=second))


async def test_what_was_refused_is_counted_and_nothing_else(
    journal: Journal, rival: Journal
) -> None:
    """By day and reason, whoever counts."""
    yesterday = NOW - timedelta(days=1)
    await journal.record_events(EventBatch(refused={"signature": 7}), yesterday)
    await asyncio.gather(
        *(
            log.record_events(EventBatch(refused={"signature": 2, "stale": 1}), NOW)
            for log in [journal, rival] * 3
        )
    )

    ever, today = await journal.event_counts(), await journal.event_counts(NOW)
    assert {"signature": 19, "stale": 6} == ever.refused
    assert {"signature": 12, "stale": 6} == today.refused
    assert (0, 0, 0, None) == (ever.kept, ever.waiting, ever.bodies, ever.oldest_waiting_at)


async def test_messages_are_counted(journal: Journal) -> None:
    """Those that wait, and since when."""
    arrivals = [came(named(f"evt_{number}"), number) for number in range(4)]
    batch = EventBatch(arrivals=arrivals, applied=["evt_0"])
    await journal.record_events(batch, NOW)

    counts = await journal.event_counts(NOW + timedelta(seconds=2))
    ever = await journal.event_counts()
    assert (2, 2, 2) == (counts.kept, counts.waiting, counts.bodies)
    assert (4, 3, NOW + timedelta(seconds=1)) == (ever.kept, ever.waiting, ever.oldest_waiting_at)


async def test_old_bytes_are_erased_and_the_message_is_still_known(
    journal: Journal, database: Database
) -> None:
    """A batch at a time, the oldest first."""
    arrivals = [came(named(f"evt_{number}"), number) for number in range(4)]
    await journal.record_events(EventBatch(arrivals=arrivals), NOW)
    before = NOW + timedelta(seconds=3)

    erased = [await journal.erase_bodies(before, limit=2) for _ in range(3)]
    async with database.read() as connection:
        row = provider_events.c
        found = await connection.execute(select(row.id, row.body).order_by(row.id))
        bodies = {name: bytes(body) for name, body in found}

    assert [2, 1, 0] == erased
    assert {"evt_0": b"", "evt_1": b"", "evt_2": b"", "evt_3": b"{}"} == bodies
    assert frozenset() == await journal.record_events(EventBatch(arrivals=arrivals), NOW)
    assert 1 == (await journal.event_counts()).bodies
