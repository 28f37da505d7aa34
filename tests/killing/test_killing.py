"""The matrix in its short form; `make kill-matrix KILLS=2000` runs the full one."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.killing.fate import Victim
from tests.killing.report import figures, text
from tests.killing.run import Estate, Ground, Wishes, opened

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="module"),
]

# Each safeguard where it matters: a story, and moments whose deaths need it.
NEEDED = [
    ("journal", "charge", "call process_payment_intent"),
    ("lease", "two tills", "after call process_payment_intent 2"),
    ("key", "deaf reader", "call process_payment_intent"),
    ("read", "charge", "after call process_payment_intent"),
    ("dedupe", "webhook", "after commit"),
]
# The others ask no more of two gateways, of the database or of the provider than these do.
SOME = ("charge", "capture part", "cancel", "refund", "silent reader", "inputs", "split")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def estate() -> AsyncIterator[Estate]:
    """Gateways over SQLite."""
    async with opened(Ground(lanes=6)) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(postgres: str) -> AsyncIterator[Estate]:
    """Gateways over PostgreSQL, up to two at once."""
    assert postgres, "where there is none, the fixture skips"

    async with opened(Ground(lanes=2, processes=2, database="postgresql")) as found:
        yield found


async def test_nothing_is_lost_and_nothing_doubled_whenever_the_gateway_is_killed(
    estate: Estate,
) -> None:
    """Sixty kills at different moments of every story; our books are the provider's afterwards."""
    tally = await estate.killed(Wishes(kills=60, seed=3))

    assert [] == tally.faults, text(figures(tally))
    assert 60 <= tally.kills
    assert 40 <= len(tally.points)
    assert 60 > max(tally.resolved_s)


@pytest.mark.parametrize(("safeguard", "story", "at"), NEEDED)
async def test_the_matrix_finds_that_a_safeguard_is_gone(
    estate: Estate, safeguard: str, story: str, at: str
) -> None:
    """Each is needed: without it the same deaths leave books that are wrong."""
    tally = await estate.killed(
        Wishes(
            kills=12,
            stories=(story,),
            at=(at,),
            without=safeguard,
            patience_s=10.0,
            is_over_at_a_fault=True,
        )
    )

    assert tally.faults, f"in {tally.kills} kills nobody misses it"


async def test_another_process_takes_over(shared: Estate) -> None:
    """Two gateways on one PostgreSQL: one is killed, and never comes back."""
    tally = await shared.killed(Wishes(kills=10, seed=4, stories=SOME, processes=2))

    assert [] == tally.faults, text(figures(tally))
    assert 60 > max(tally.resolved_s)


@pytest.mark.parametrize("victim", ["postgres", "simulator"])
async def test_what_the_gateway_stands_on_may_die(shared: Estate, victim: Victim) -> None:
    """The database, or the provider: it comes back with what it had, and the books agree."""
    tally = await shared.killed(Wishes(kills=10, seed=4, stories=SOME, also=victim))

    assert [] == tally.faults, text(figures(tally))


async def test_with_the_products_own_pauses_all_is_right_within_a_minute() -> None:
    """What was parked is resolved so soon after a restart."""
    async with opened(Ground(lanes=6, is_quick=False)) as slow:
        tally = await slow.killed(Wishes(kills=6, seed=6, stories=SOME[:6]))

    assert [] == tally.faults, text(figures(tally))
    assert 60 > max(tally.resolved_s)
