"""The matrix in its short form; `make kill-matrix KILLS=2000` runs the full one."""

import pytest

from tests.killing.fate import Victim
from tests.killing.report import figures, text
from tests.killing.run import Wishes, killed

pytestmark = [pytest.mark.long]


@pytest.mark.timeout(180)
async def test_nothing_is_lost_and_nothing_doubled_whenever_the_gateway_is_killed() -> None:
    """Sixty kills at different moments of every story; our books are the provider's afterwards."""
    tally = await killed(Wishes(kills=60, seed=3, lanes=3))

    assert [] == tally.faults, text(figures(tally))
    assert 60 <= tally.kills
    assert 40 <= len(tally.points)
    assert 60 > max(tally.resolved_s)


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("safeguard", "story"),
    [
        ("journal", "refund"),
        ("lease", "two tills"),
        ("key", "deaf reader"),
        ("read", "charge"),
        ("dedupe", "webhook"),
    ],
)
async def test_the_matrix_finds_that_a_safeguard_is_gone(safeguard: str, story: str) -> None:
    """Each is needed: without it the same deaths leave books that are wrong."""
    tally = await killed(
        Wishes(
            kills=16,
            lanes=2,
            stories=(story,),
            without=safeguard,
            patience_s=10.0,
            is_over_at_a_fault=True,
        )
    )

    assert tally.faults, f"in {tally.kills} kills nobody misses it"


@pytest.mark.timeout(180)
async def test_another_process_takes_over(postgres: str) -> None:
    """Two gateways on one PostgreSQL: one is killed, and never comes back."""
    tally = await killed(Wishes(kills=12, lanes=2, processes=2, database="postgresql"))

    assert [] == tally.faults, text(figures(tally))
    assert 60 > max(tally.resolved_s)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("victim", ["postgres", "simulator"])
async def test_what_the_gateway_stands_on_may_die(postgres: str, victim: Victim) -> None:
    """The database, or the provider: it comes back with what it had, and the books agree."""
    tally = await killed(Wishes(kills=8, lanes=2, database="postgresql", also=victim))

    assert [] == tally.faults, text(figures(tally))
