import re

from connectors.stripe_terminal.simulator.faults import ARRIVING, LEAVING, PERFORMING
from connectors.stripe_terminal.simulator.gestures import GESTURES
from connectors.stripe_terminal.simulator.operations import OPERATIONS
from connectors.stripe_terminal.simulator.setup import Setup
from connectors.stripe_terminal.simulator.version import API_VERSION
from tests.docs.pages import page

PAGE = page("docs/stripe-simulator.md")


def _named(head: str) -> set[str]:
    """What the first column of a table names."""
    return {name for cell in PAGE.table(head) for name in re.findall(r"\w+", cell)}


def test_every_fault_is_told() -> None:
    """And none that there is not."""
    assert ARRIVING | PERFORMING | LEAVING == _named("fault")


def test_every_key_of_the_setup_is_told() -> None:
    """By its name."""
    assert set(Setup.__struct_fields__) == {*PAGE.table("key")}


def test_every_gesture_is_told() -> None:
    """In the row of its command."""
    told = PAGE.table("command")["POST /readers/{id}/{gesture}"]

    assert set(GESTURES) <= set(re.findall(r"`(\w+)`", told))


def test_every_call_to_a_reader_is_told() -> None:
    """And which version of the API is spoken."""
    told = set(re.findall(r"`(\w+)`", PAGE.table("thing")["actions"]))

    assert {it.name for it in OPERATIONS.values() if it.is_at_reader} == told
    assert API_VERSION in PAGE.text
