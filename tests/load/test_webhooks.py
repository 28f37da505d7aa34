import random
from pathlib import Path

import pytest

from tests.load.webhook_post import a_round
from tests.load.webhooks import run


@pytest.mark.long
@pytest.mark.timeout(180)
async def test_every_payment_is_right_whatever_happens_to_the_post(tmp_path: Path) -> None:
    """Shuffled, repeated, forged and lost; the short form of `python -m tests.load.webhooks`."""
    report = await run(tmp_path, count=600, seed=3)

    assert report.is_sound, report
    assert report.p99_ms < 2_000, report


def test_a_round_is_what_it_says() -> None:
    """So many deliveries, each event one to five times, one in a hundred never, and forgeries."""
    bodies = {f"evt_{number}": b"{}" for number in range(300)}

    made = a_round(bodies, 1000, random.Random(1))
    again = a_round(bodies, 1000, random.Random(1))
    genuine = [it.event for it in made.deliveries if not it.forged]
    times = {genuine.count(name) for name in set(genuine)}

    assert made == again
    assert (1000, 50, 3) == (len(made.deliveries), 1000 - len(genuine), len(made.dropped))
    assert {*bodies} == {*genuine, *made.dropped}
    assert {1, 5} <= times <= {1, 2, 3, 4, 5}


def test_too_few_events_make_no_round() -> None:
    """Rather than one that repeats them more often than Stripe does."""
    with pytest.raises(ValueError, match="1 events do not make 100 deliveries"):
        a_round({"evt_1": b"{}"}, 100, random.Random(1))
