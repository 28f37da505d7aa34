import asyncio
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from gateway.payments.journal import Journal
from gateway.payments.reader_log import (
    ErrandKind,
    ErrandOutcome,
    ListedReader,
    Place,
    ReaderErrand,
)

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
