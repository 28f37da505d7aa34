"""Prints the states of payments, and compares a page with them."""

import os
from pathlib import Path

from gateway.cli.output import Exit, answer, fail, note
from gateway.payments.picture import picture, placed


def show(output: Path | None) -> None:
    """Print the picture, or write it to a file: between its marks if it has them."""
    if output is None:
        answer(picture().rstrip("\n"))
        return
    page = output.read_text(encoding="utf-8") if output.exists() else ""
    try:
        text = placed(page)
    except ValueError:
        text = picture()
    output.write_text(text, encoding="utf-8")
    answer(os.fspath(output))


def compare(page: Path) -> None:
    """End the command with exit code 1 unless the page holds the picture as it is now."""
    try:
        text = page.read_text(encoding="utf-8")
        is_current = placed(text) == text
    except OSError as error:
        fail(f"{page} cannot be read: {error.strerror}", code=Exit.CONFIGURATION)
    except ValueError as error:
        fail(f"{page} holds no picture of the states: {error}", code=Exit.CONFIGURATION)
    if not is_current:
        fail(
            f"the picture of the states in {page} is not current",
            next_step=f"If the change is meant: tillgraph payments states --output {page}",
        )
    note(f"{page} is current")
