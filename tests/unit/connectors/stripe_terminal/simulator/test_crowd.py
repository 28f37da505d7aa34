"""Customers who come by themselves."""

from connectors.stripe_terminal.simulator.crowd import Crowd, Habits


def crowd(**habits: float) -> Crowd:
    """Customers with habits."""
    made = Crowd()
    made.change(Habits(**habits))  # type: ignore[arg-type]
    return made


def test_nobody_comes_unless_told() -> None:
    """Cards are left to the test helper and the page."""
    assert Crowd().next() is None


def test_customers_come_in_their_time() -> None:
    """Within the spread, with good cards."""
    coming = crowd(tap_after_s=2.0, spread_s=1.0)
    visits = [coming.next() for _ in range(50)]

    assert all(it is not None and 2.0 <= it.after_s <= 3.0 and not it.number for it in visits)
    assert 40 < len({it.after_s for it in visits if it})


def test_some_are_declined_and_some_leave() -> None:
    """The same ones in every run, by the seed."""
    habits = {"tap_after_s": 0.0, "declined": 0.3, "leaving": 0.2, "seed": 3}
    first, second = crowd(**habits), crowd(**habits)
    visits = [first.next() for _ in range(400)]

    assert visits == [second.next() for _ in range(400)]
    assert 50 <= sum(it is None for it in visits) <= 110
    assert 60 <= sum(it is not None and it.number is not None for it in visits) <= 140
