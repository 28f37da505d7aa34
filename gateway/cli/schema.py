"""Prints the graph's schema, and compares it with the printed one that is committed."""

import difflib
from importlib.resources import files
from pathlib import Path

from gateway.cli.output import answer, fail, note
from schema.graphql.schema import sdl


def print_sdl(output: Path | None) -> None:
    """Print the schema in GraphQL's own language, or write it to a file."""
    if output is None:
        answer(sdl().rstrip("\n"))
    else:
        output.write_text(_text(), encoding="utf-8")


def compare(with_file: Path | None = None) -> None:
    """End the command with exit code 1 and a unified diff unless the printed schema is current."""
    path = with_file or Path(str(files("schema.graphql") / "schema.graphql"))
    printed = path.read_text(encoding="utf-8") if path.is_file() else ""
    difference = difflib.unified_diff(
        printed.splitlines(keepends=True),
        _text().splitlines(keepends=True),
        fromfile=str(path),
        tofile="the schema as it is now",
    )
    if lines := list(difference):
        answer("".join(lines).rstrip("\n"))
        fail(
            "the printed schema is not current",
            next_step=f"If the change is meant: tillgraph schema --output {path}",
        )
    note(f"{path} is current")


def _text() -> str:
    return sdl().rstrip("\n") + "\n"
