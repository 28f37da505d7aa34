"""How often the CRM may be asked."""

import time

from gateway.demo.crm.rate import Rate


def test_a_second_holds_so_many_calls() -> None:
    """And those that were refused do not count."""
    rate = Rate(2)
    pauses = [rate.pause_s() for _ in range(5)]

    assert [0, 0, 1, 1, 1] == pauses
    rate._times[0] = rate._times[1] = time.monotonic() - 1.0

    assert [0, 0, 1] == [rate.pause_s() for _ in range(3)]
