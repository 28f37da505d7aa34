"""What happens by itself."""

from collections.abc import Sequence
from typing import Any

from connectors.stripe_terminal.simulator.agenda import Agenda


class Told:
    """Notes what happens, and lets more happen where it is told to."""

    def __init__(self, agenda: Agenda) -> None:
        self.names: list[str] = []
        self._agenda = agenda

    def __call__(self, name: str, about: Sequence[Any]) -> None:
        """Something happens."""
        self.names.append(name)
        for more in about:
            self._agenda.add(1.0, more)


def test_what_is_due_happens_in_order() -> None:
    """By time, and by the order added where the time is the same; the rest waits."""
    agenda = Agenda()
    told = Told(agenda)
    for due, name in ((2.0, "b"), (1.0, "a"), (2.0, "c"), (3.0, "d")):
        agenda.add(due, name)
    agenda.run(2.0, told)

    assert ["a", "b", "c"] == told.names
    assert 3.0 == agenda.next_due


def test_what_happens_may_bring_more() -> None:
    """Also something that is due already."""
    agenda = Agenda()
    told = Told(agenda)
    agenda.add(1.0, "first", "more")
    agenda.run(1.0, told)

    assert ["first", "more"] == told.names
    assert agenda.next_due is None


def test_who_keeps_the_time_is_told() -> None:
    """So that they wait no longer than until the next."""
    agenda, told = Agenda(), list[float | None]()
    agenda.changed = lambda: told.append(agenda.next_due)
    agenda.add(5.0, "late")
    agenda.add(4.0, "early")

    assert [5.0, 4.0] == told


def test_an_agenda_goes_on_from_what_was_written_down() -> None:
    """The order of what is due at the same time included."""
    first = Agenda()
    first.add(1.0, "a")
    first.add(1.0, "b")
    again = Agenda(list(first.entries))
    told = Told(again)
    again.add(1.0, "c")
    again.run(1.0, told)

    assert ["a", "b", "c"] == told.names
