"""The load in its short form; `python -m tests.load --count 20000` runs the full one."""

import pytest

from tests.load.run import Wishes, loaded

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]


async def test_the_books_agree_after_many_payments_with_faults() -> None:
    """Three hundred payments at sixteen readers, one in ten with a fault."""
    outcome = await loaded(Wishes(count=300, seed=2, readers=16))

    assert [] == outcome.wrong
    assert 300 == len(outcome.results.done)
    assert 150 < outcome.states["CAPTURED"]
    assert set(outcome.states) <= {"CAPTURED", "CANCELED", "DECLINED", "EXPIRED"}
