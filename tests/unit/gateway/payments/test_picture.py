"""The table of states as a picture. The command that prints it has tests of its own."""

import pytest

from gateway.payments.picture import BEGIN, END, picture, placed
from gateway.payments.states import FINAL, edges


def test_every_step_is_a_line() -> None:
    """Beside those for the beginning, for each end and for the kind of picture."""
    lines = picture().splitlines()

    assert ["stateDiagram-v2", "    [*] --> NEW"] == lines[:2]
    assert len([*edges()]) + len(FINAL) == len(lines[2:])


def test_it_stands_between_its_marks() -> None:
    """What is around them stays, and what was there before goes."""
    page = placed(f"before {BEGIN} old {END} after")

    assert page.startswith(f"before {BEGIN}")
    assert page.endswith(f"{END} after")
    assert picture() in page
    assert " old " not in page


@pytest.mark.parametrize("page", ["", BEGIN, END])
def test_a_page_without_marks_is_refused(page: str) -> None:
    """Nobody knows where it should stand."""
    with pytest.raises(ValueError, match="lacks the marks"):
        placed(page)
