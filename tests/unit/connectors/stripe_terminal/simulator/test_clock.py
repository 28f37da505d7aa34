"""The account's time."""

from connectors.stripe_terminal.simulator.clock import Clock


def test_it_is_the_machines_until_it_is_moved() -> None:
    """Then it is ahead by what it was moved."""
    machine = [1000.0]
    clock = Clock(lambda: machine[0])
    before = clock()
    clock.set(5000.0)
    machine[0] += 10

    assert 1000.0 == before
    assert 5010.0 == clock()
    clock.set_back()
    assert 1010.0 == clock()


def test_it_stands_still_and_goes_on() -> None:
    """From where it stands, also if it was moved meanwhile."""
    machine = [1000.0]
    clock = Clock(lambda: machine[0])
    clock.hold()
    machine[0] += 10
    held = clock(), clock.is_held
    clock.set(2000.0)
    clock.go()
    machine[0] += 5

    assert (1000.0, True) == held
    assert (2005.0, False) == (clock(), clock.is_held)
    clock.go()
    assert 2005.0 == clock()
