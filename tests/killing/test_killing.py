"""The matrix in its short form; `make kill-matrix KILLS=2000` runs the full one."""

import pytest

from tests.killing.matrix import Tally
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
    """Each is needed: without it the very same deaths leave books that are wrong."""
    with_it = await _killed(story, None)
    without_it = await _killed(story, safeguard)

    assert [] == with_it.faults, text(figures(with_it))
    assert without_it.faults, "nobody misses the safeguard"


async def _killed(story: str, without: str | None) -> Tally:
    return await killed(
        Wishes(kills=8, seed=1, lanes=3, stories=(story,), without=without, patience_s=10.0)
    )
