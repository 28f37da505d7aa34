"""What the command says: answers to standard output, all else to standard error."""

import json
import sys
from enum import IntEnum
from typing import NoReturn

import typer

from gateway.cli.folded import folded

CODES = "Exit codes: 0 done, 1 failed, 2 wrong configuration or usage."


class Exit(IntEnum):
    """Exit codes, the same for every command."""

    OK = 0
    FAILED = 1
    CONFIGURATION = 2
    INTERRUPTED = 130


def answer(text: str) -> None:
    """Print an answer on a line of its own, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def answer_json(content: object, *, pretty: bool = True) -> None:
    """Print an answer for machines; on one line unless `pretty`."""
    answer(folded(content) if pretty else json.dumps(content, ensure_ascii=False))


def note(text: str) -> None:
    """Tell the person at the terminal something that is no answer."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def fail(message: str, *, next_step: str | None = None, code: Exit = Exit.FAILED) -> NoReturn:
    """Say what went wrong and what to do about it, and end the command."""
    note(f"tillgraph: {message}")
    if next_step:
        note(f"  {next_step}")
    raise typer.Exit(code)
