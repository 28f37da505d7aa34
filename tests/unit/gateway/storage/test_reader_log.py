import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from gateway.payments.journal import Journal, Payment
from gateway.payments.leases import ReaderHeld
from gateway.payments.reader_log import (
    ErrandKind,
    ErrandOutcome,
    ListedReader,
    Place,
    ReaderErrand,
)
from gateway.payments.subject import Kind, Subject
from tests.unit.gateway.storage.records import a_payment

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
GINZA, UMEDA = Place("tml_1", None), Place("tml_1", "acct_2")
A, B = ListedReader("tmr_a", "Front counter"), ListedReader("tmr_b", "贈答カウンター")


def an_errand(name: str = "rdr_1", **fields: Any) -> ReaderErrand:
    """A reader that somebody registers."""
    values: dict[str, Any] = {
        "id": name,
        "kind": ErrandKind.REGISTER,
        "actor": "till-1",
        "store": "ginza",
        "reader": "Lift",
        "created_at": NOW,
        "updated_at": NOW,
        "idempotency_key": "k1",
        "request_hash": "h1",
    }
    return ReaderErrand(**(values | fields))


async def test_lists_are_kept_by_place(journal: Journal) -> None:
    """A location of another account is another place; a new list takes the old one's place."""
    await journal.keep_reader_list(GINZA, [B])
    await journal.keep_reader_list(UMEDA, [A])
    await journal.keep_reader_list(GINZA, [A, B])

    assert {GINZA: (A, B), UMEDA: (A,)} == await journal.reader_lists()


async def test_an_empty_list_takes_the_readers_away(journal: Journal) -> None:
    """Nothing is left of the place."""
    await journal.keep_reader_list(GINZA, [A])
    await journal.keep_reader_list(GINZA, [])

    assert {} == await journal.reader_lists()


async def test_two_gateways_may_keep_the_same_list_at_once(
    journal: Journal, rival: Journal
) -> None:
    """One after the other, without an error."""
    await asyncio.gather(
        *(it.keep_reader_list(GINZA, [A, B]) for it in (journal, rival) for _ in range(5))
    )

    assert {GINZA: (A, B)} == await journal.reader_lists()


async def test_an_errand_is_begun_once_for_its_key(journal: Journal, rival: Journal) -> None:
    """Whoever comes second gets the errand that is there, as it stands."""
    begun = await asyncio.gather(
        journal.begin_errand(an_errand("rdr_1")), rival.begin_errand(an_errand("rdr_2"))
    )

    assert begun[0] == begun[1] == await journal.errand_of("k1")


async def test_what_came_of_an_errand_is_kept(journal: Journal) -> None:
    """Its device and its outcome, for whoever asks under the same key later."""
    begun = await journal.begin_errand(an_errand())
    done = replace(begun, outcome=ErrandOutcome.DONE, device="tmr_a")
    await journal.settle_errand(done)

    assert done == await journal.errand_of("k1")
    assert await journal.errand_of("k2") is None


async def test_errands_without_a_key_are_each_their_own(journal: Journal) -> None:
    """Clearing a reader twice is two errands."""
    first = an_errand("rdr_1", idempotency_key=None, kind=ErrandKind.CLEAR)
    second = replace(first, id="rdr_2")

    assert [first, second] == [await journal.begin_errand(it) for it in (first, second)]


def a_clear(name: str = "rdr_1", **fields: Any) -> ReaderErrand:
    """A reader that somebody clears."""
    values = {"idempotency_key": None, "kind": ErrandKind.CLEAR, "device": "tmr_a"}
    return an_errand(name, **(values | fields))


async def test_whoever_clears_a_reader_has_it(journal: Journal, rival: Journal) -> None:
    """Of two at once one does, and the other hears of it; no payment begins there meanwhile."""
    both = await asyncio.gather(
        journal.begin_clear(a_clear("rdr_1")), rival.begin_clear(a_clear("rdr_2"))
    )
    held = await journal.begin(a_payment(device="tmr_a"))

    assert 1 == sum(isinstance(it, ReaderHeld) for it in both)
    assert isinstance(held, ReaderHeld)
    assert Kind.ERRAND is held.holder.kind


async def test_what_is_cleared_is_given_back_with_the_outcome(journal: Journal) -> None:
    """In one transaction; an errand that is settled twice frees nobody else's reader."""
    errand = a_clear()
    await journal.begin_clear(errand)
    done = replace(errand, outcome=ErrandOutcome.DONE)
    await journal.settle_errand(done)
    begun = await journal.begin(a_payment(device="tmr_a"))
    await journal.settle_errand(done)
    lease = (await journal.leases(["tmr_a"]))["tmr_a"]

    assert isinstance(begun, Payment)
    assert Subject(Kind.PAYMENT, begun.id) == lease.holder


async def test_clears_that_were_left_behind_are_found(journal: Journal) -> None:
    """Those that are old enough, and not settled."""
    old = a_clear("rdr_1", device="tmr_a", created_at=NOW - timedelta(seconds=90))
    young = a_clear("rdr_2", device="tmr_b")
    over = a_clear("rdr_3", device="tmr_c", created_at=NOW - timedelta(seconds=90))
    for it in (old, young, over):
        await journal.begin_clear(it)
    await journal.settle_errand(replace(over, outcome=ErrandOutcome.LOST))

    assert [old] == await journal.unfinished_clears(NOW - timedelta(seconds=60))
