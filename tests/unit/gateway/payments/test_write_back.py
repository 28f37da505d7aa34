"""Entries are sent until they are accepted, by one process at a time."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from gateway.payments.journal import Journal
from gateway.payments.write_back import (
    PAYMENT_NOT_RECORDED,
    SendingPace,
    WriteBack,
    is_final,
    pause_after,
    write_backs,
)
from schema.domain.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    SourceError,
    Unavailable,
    Unsupported,
)
from schema.domain.payment import RefundState
from schema.domain.payment_entry import PaymentEntry
from schema.domain.reference import SourceRef
from schema.domain.write_back import WriteBackRecord, WriteBackState
from tests.unit.gateway.payments.till import SetClock, until
from tests.unit.gateway.storage.records import ORDER, a_refund, paid

PACE = SendingPace(look_s=0.01, call_s=0.2, first_pause_s=8, slowest_pause_s=60)
TAKEN, GIVEN_BACK = "pay_1", "ref_1"


class Books:
    """A system that keeps orders: it knows each reference once, and fails as it is told to."""

    def __init__(self) -> None:
        self.known: dict[str, PaymentEntry] = {}
        self.calls: list[tuple[str, bool]] = []
        self.faults: deque[Exception | None] = deque()
        self.gate = asyncio.Event()
        self.gate.set()

    async def record(
        self, order: SourceRef, entry: PaymentEntry, *, is_doubtful: bool, within_s: float
    ) -> SourceRef | None:
        """See `OrderBooks.record`."""
        assert ORDER.name == order.name
        assert within_s == PACE.call_s

        self.calls.append((entry.reference, is_doubtful))
        await self.gate.wait()
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            raise fault
        self.known.setdefault(entry.reference, entry)
        return SourceRef(order.name, f"{order.id}/{len(self.known)}")


class Clerk:
    """Who sends, with all that a test wants to turn."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.books = Books()
        self.clock = SetClock()
        self.sender = WriteBack(journal, self.books, self.clock, PACE)
        self.clock.forward(60)

    async def state(self, reference: str = TAKEN) -> WriteBackRecord | None:
        """What came of telling."""
        return (await write_backs(self.journal, [reference]))[0]

    async def refund(self) -> None:
        """Give some of the payment back."""
        refund = a_refund()
        await self.journal.begin_refund(refund, whole=False)
        await self.journal.settle_refund(replace(refund, state=RefundState.SUCCEEDED))


@pytest.fixture
async def clerk(journal: Journal) -> AsyncIterator[Clerk]:
    """Somebody who has one paid order to tell of."""
    clerk = Clerk(journal)
    await paid(journal, order=ORDER)
    yield clerk
    await clerk.sender.aclose()


async def test_an_entry_is_sent_once(clerk: Clerk) -> None:
    """What was accepted is not sent again."""
    assert [1, 0] == [await clerk.sender.send_due() for _ in range(2)]

    found = await clerk.state()
    assert found is not None
    assert (WriteBackState.SENT, 1, None) == (found.state, found.tries, found.last_error)
    assert [(TAKEN, False)] == clerk.books.calls
    kept = (await clerk.journal.entries([TAKEN]))[TAKEN]
    assert "77/1" == kept.recorded_as


async def test_nobody_to_be_told(clerk: Clerk) -> None:
    """A payment without an entry has no state."""
    assert [None] == [*await write_backs(clerk.journal, ["pay_9"])]


@pytest.mark.parametrize(
    "fault",
    [
        Unavailable("down"),
        OutcomeUnknown("lost"),
        SourceError("odd"),
        Rejected("who are you?", reason="401"),
        Rejected("who are you?", reason="Client.Authentication"),
        OSError("a mistake of ours"),
    ],
)
async def test_what_passes(clerk: Clerk, fault: Exception) -> None:
    """The entry waits, longer each time, and is sent again under the same reference."""
    clerk.books.faults.extend([fault, fault])
    await clerk.sender.send_due()

    found = await clerk.state()
    assert found is not None
    code = fault.code if isinstance(fault, SourceError) else "OSError"
    assert (WriteBackState.PENDING, 1, code) == (found.state, found.tries, found.last_error)
    assert 0 == await clerk.sender.send_due()
    clerk.clock.forward(8.1)
    await clerk.sender.send_due()
    clerk.clock.forward(16.1)
    await clerk.sender.send_due()
    found = await clerk.state()
    assert found is not None
    assert (WriteBackState.SENT, 3, None) == (found.state, found.tries, found.last_error)
    doubt = not isinstance(fault, Unavailable)
    assert [(TAKEN, False), (TAKEN, doubt), (TAKEN, doubt)] == clerk.books.calls


async def test_a_doubt_stays(clerk: Clerk) -> None:
    """What may have happened once may have happened, whatever comes of later tries."""
    clerk.books.faults.extend([OutcomeUnknown("lost"), Unavailable("down")])
    for _ in range(3):
        await clerk.sender.send_due()
        clerk.clock.forward(40)

    assert [(TAKEN, False), (TAKEN, True), (TAKEN, True)] == clerk.books.calls


async def test_a_system_that_asks_for_a_pause(clerk: Clerk) -> None:
    """It gets the pause it asks for."""
    clerk.books.faults.append(RateLimited("slowly", retry_after_s=30))
    await clerk.sender.send_due()
    clerk.clock.forward(29)

    assert 0 == await clerk.sender.send_due()
    clerk.clock.forward(1.1)
    assert 1 == await clerk.sender.send_due()


async def test_a_system_that_hangs(clerk: Clerk) -> None:
    """It may have the entry: that is asked when the pause is over."""
    clerk.books.gate.clear()
    await clerk.sender.send_due()

    found = await clerk.state()
    assert found is not None
    assert (WriteBackState.PENDING, "OUTCOME_UNKNOWN") == (found.state, found.last_error)


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (NotFound("no such order"), WriteBackState.REFUSED),
        (Conflict("voided"), WriteBackState.REFUSED),
        (Rejected("no", reason="422"), WriteBackState.REFUSED),
        (Rejected("no"), WriteBackState.REFUSED),
        (Unsupported("takes no entries"), WriteBackState.NOT_SUPPORTED),
    ],
)
async def test_what_is_for_good(clerk: Clerk, fault: SourceError, state: WriteBackState) -> None:
    """The entry is kept with the reason, and not sent again."""
    clerk.books.faults.append(fault)
    await clerk.sender.send_due()
    clerk.clock.forward(3600)

    assert 0 == await clerk.sender.send_due()
    found = await clerk.state()
    assert found is not None
    assert (state, 1, fault.code) == (found.state, found.tries, found.last_error)
    refused = [it.reference for it in await clerk.journal.unsent_entries(9)]
    unsupported = await clerk.journal.unsupported_entries()
    is_able = state is WriteBackState.REFUSED
    assert ([TAKEN] if is_able else [], {} if is_able else {"pos": 1}) == (refused, unsupported)


async def test_a_refund_whose_payment_was_refused(clerk: Clerk) -> None:
    """The system that does not have the payment is not told that it was given back."""
    clerk.books.faults.append(Conflict("voided"))
    await clerk.refund()
    await clerk.sender.send_due()
    await clerk.sender.send_due()

    found = await clerk.state(GIVEN_BACK)
    assert found is not None
    assert (WriteBackState.REFUSED, PAYMENT_NOT_RECORDED) == (found.state, found.last_error)
    assert [(TAKEN, False)] == clerk.books.calls


async def test_a_refund_follows_its_payment(clerk: Clerk) -> None:
    """In this order, both by themselves."""
    await clerk.refund()
    clerk.sender.open()
    await until(lambda: len(clerk.books.known) > 1)

    assert [TAKEN, GIVEN_BACK] == [*clerk.books.known]


async def test_two_gateways(clerk: Clerk) -> None:
    """An entry that one is sending is not sent by the other."""
    clerk.books.gate.clear()
    other = WriteBack(clerk.journal, clerk.books, clerk.clock, PACE)
    first = asyncio.create_task(clerk.sender.send_due())
    await until(lambda: clerk.books.calls)
    assert 0 == await other.send_due()
    clerk.books.gate.set()
    await first

    assert [(TAKEN, False)] == clerk.books.calls


async def test_two_gateways_at_once(clerk: Clerk) -> None:
    """Both see the entry, and one of them may send it."""
    other = WriteBack(clerk.journal, clerk.books, clerk.clock, PACE)
    await asyncio.gather(clerk.sender.send_due(), other.send_due())

    assert [(TAKEN, False)] == clerk.books.calls


async def test_a_sender_that_died(clerk: Clerk) -> None:
    """Its entry is taken over when it has not been heard of for long enough, and asked for."""
    clerk.books.gate.clear()
    dying = asyncio.create_task(clerk.sender.send_due())
    await until(lambda: clerk.books.calls)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    clerk.books.gate.set()
    assert 0 == await clerk.sender.send_due()
    clerk.clock.forward(30.1)
    await clerk.sender.send_due()

    assert [(TAKEN, False), (TAKEN, True)] == clerk.books.calls
    assert [TAKEN] == [*clerk.books.known]


async def test_a_sender_that_was_thought_dead(clerk: Clerk) -> None:
    """What it has to say comes too late: the other's word counts."""
    clerk.books.gate.clear()
    slow = asyncio.create_task(clerk.sender.send_due())
    await until(lambda: clerk.books.calls)
    clerk.clock.forward(31)
    (entry,) = await clerk.journal.due_entries(clerk.clock.now(), 1)
    taken = await clerk.journal.take_entry(entry, clerk.clock.now() + timedelta(seconds=30))
    assert taken is not None
    clerk.books.gate.set()
    await slow

    found = await clerk.state()
    assert found is not None
    assert (WriteBackState.PENDING, 2) == (found.state, found.tries)


async def test_an_outbox_that_cannot_be_read(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender goes on when it can be read again."""
    read = clerk.journal.due_entries
    looks = 0

    async def failing(*given: object) -> object:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise OSError("disk full")
        return await read(*given)  # type: ignore[arg-type] # what the sender gives

    monkeypatch.setattr(clerk.journal, "due_entries", failing)
    clerk.sender.open()
    await until(lambda: clerk.books.known)

    assert 2 <= looks


async def test_news(journal: Journal) -> None:
    """A nudge is a look now, whatever the pause."""
    clerk = Clerk(journal)
    clerk.sender = WriteBack(
        journal, clerk.books, clerk.clock, SendingPace(look_s=60, call_s=PACE.call_s)
    )
    clerk.sender.open()
    await asyncio.sleep(0.05)
    await paid(journal, order=ORDER)
    clerk.sender.nudge()
    await until(lambda: clerk.books.known)
    await clerk.sender.aclose()

    assert [TAKEN] == [*clerk.books.known]


async def test_more_than_one_part(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a part was full, the next one is not waited for."""
    monkeypatch.setattr("gateway.payments.write_back._BATCH", 1)
    clerk = Clerk(journal)
    for number in (1, 2):
        await paid(journal, number, order=SourceRef("pos", f"{number}"))
    pace = SendingPace(look_s=60, call_s=PACE.call_s)
    clerk.sender = WriteBack(journal, clerk.books, clerk.clock, pace)
    clerk.sender.open()
    await until(lambda: len(clerk.books.known) > 1)
    await clerk.sender.aclose()

    assert ["pay_1", "pay_2"] == [*clerk.books.known]


async def test_closed_before_it_was_open(journal: Journal) -> None:
    """There is nothing to stop."""
    await Clerk(journal).sender.aclose()


def test_pauses() -> None:
    """They double up to the slowest, and chance makes them shorter, by half at most."""
    assert [8, 16, 32, 60, 60] == [pause_after(tries, PACE, 0.0) for tries in (1, 2, 3, 4, 90)]
    assert [4, 30] == [pause_after(tries, PACE, 1.0) for tries in (1, 9)]


def test_final() -> None:
    """Only what the system has said of the entry is."""
    assert is_final(NotFound(""))
    assert is_final(Rejected("", reason="E1"))
    assert not is_final(Unavailable(""))
    assert not is_final(Rejected("", reason="403"))


async def test_an_entry_that_another_was_faster_to_take(clerk: Clerk) -> None:
    """It was due when it was read; whoever comes second sends nothing."""
    (entry,) = await clerk.journal.due_entries(clerk.clock.now(), 9)
    await WriteBack(clerk.journal, clerk.books, clerk.clock, PACE).send_due()
    await clerk.sender._send(entry)

    assert [(TAKEN, False)] == clerk.books.calls
