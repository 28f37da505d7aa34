from gateway.payments.timing import Backoff


def test_pauses_double_up_to_the_longest() -> None:
    """0.5, 1, 2, 4, then 5 seconds, until something happens."""
    backoff = Backoff(0.5, 5.0)
    pauses = [backoff.pause_s() for _ in range(6)]
    backoff.reset()

    assert [0.5, 1.0, 2.0, 4.0, 5.0, 5.0] == pauses
    assert 0.5 == backoff.pause_s()
