from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from gateway.cli.command import application
from gateway.cli.output import Exit
from gateway.cli.payment_states import compare, show
from gateway.payments.picture import BEGIN, END, picture, placed
from gateway.payments.states import FINAL, State, edges
from tests.docs.pages import ROOT

PAGE = f"# Before\n\n{BEGIN}\n{END}\n\nAfter\n"


def test_the_picture_shows_every_step_and_nothing_else() -> None:
    """One line for the beginning, one for each step of the table, one for each final state."""
    lines = picture().splitlines()

    assert "stateDiagram-v2" == lines[0]
    assert {"    [*] --> NEW"} | {
        f"    {state.name} --> {reached.name}: {event.value}" for state, event, reached in edges()
    } | {f"    {state.name} --> [*]" for state in FINAL} == set(lines[1:])
    assert len(lines) == len(set(lines))
    assert all(any(f" {state.name} " in f"{line} " for line in lines) for state in State)


def test_the_committed_page_holds_it() -> None:
    """A change of the table shows in the documentation."""
    page = (ROOT / "docs/payments.md").read_text(encoding="utf-8")

    assert placed(page) == page


def test_the_command_prints_it() -> None:
    """As it stands in a page, without the fence."""
    result = CliRunner().invoke(application, ["payments", "states"])

    assert (0, picture()) == (result.exit_code, result.stdout)


def test_a_page_keeps_what_stands_around_it(tmp_path: Path) -> None:
    """And is current from then on."""
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    show(page)
    text = page.read_text(encoding="utf-8")
    result = CliRunner().invoke(application, ["payments", "states", "--check", str(page)])

    assert text.startswith("# Before\n\n<!--")
    assert text.endswith("-->\n\nAfter\n")
    assert picture() in text
    assert 0 == result.exit_code


def test_a_new_file_holds_it_alone(tmp_path: Path) -> None:
    """There is nothing to keep."""
    show(tmp_path / "states.mmd")

    assert picture() == (tmp_path / "states.mmd").read_text(encoding="utf-8")


def test_a_page_that_is_not_current_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the command that makes it so."""
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    with pytest.raises(typer.Exit) as caught:
        compare(page)

    assert Exit.FAILED == caught.value.exit_code
    assert f"tillgraph payments states --output {page}" in capsys.readouterr().err


@pytest.mark.parametrize("text", [None, "no marks\n"])
def test_a_page_that_cannot_hold_it_is_a_mistake(tmp_path: Path, text: str | None) -> None:
    """It does not exist, or has no marks: exit code 2."""
    page = tmp_path / "page.md"
    if text is not None:
        page.write_text(text, encoding="utf-8")
    with pytest.raises(typer.Exit) as caught:
        compare(page)

    assert Exit.CONFIGURATION == caught.value.exit_code
