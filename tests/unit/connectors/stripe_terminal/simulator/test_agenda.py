"""What happens by itself."""

from connectors.stripe_terminal.simulator.agenda import Agenda


def test_what_is_due_happens_in_order() -> None:
    """By time, and by the order added where the time is the same; the rest waits."""
    agenda, happened = Agenda(), list[str]()
    for due, name in ((2.0, "b"), (1.0, "a"), (2.0, "c"), (3.0, "d")):
        agenda.add(due, lambda name=name: happened.append(name))  # type: ignore[misc]
    agenda.run(2.0)

    assert ["a", "b", "c"] == happened
    assert 3.0 == agenda.next_due


def test_what_happens_may_bring_more() -> None:
    """Also something that is due already."""
    agenda, happened = Agenda(), list[str]()
    agenda.add(1.0, lambda: agenda.add(1.0, lambda: happened.append("more")))
    agenda.run(1.0)

    assert ["more"] == happened
    assert agenda.next_due is None


def test_who_keeps_the_time_is_told() -> None:
    """So that they wait no longer than until the next."""
    agenda, told = Agenda(), list[float | None]()
    agenda.changed = lambda: told.append(agenda.next_due)
    agenda.add(5.0, lambda: None)
    agenda.add(4.0, lambda: None)

    assert [5.0, 4.0] == told
