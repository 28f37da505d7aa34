"""What is wrong with a configuration, and where."""

from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

Key = tuple[str | int, ...]


class Problem(Struct, frozen=True, order=True):
    """One thing that is wrong. Lines and columns count from 1; `message` says what was expected."""

    line: int
    column: int
    key: str
    message: str


class ConfigurationError(Exception):
    """A configuration that cannot be used. `problems` are in the order of the file, each once.

    `lines` has one for each: `file:line:column: key: what was expected`. No value of the file
    or of an environment variable is ever part of it.
    """

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        self.path = path
        self.problems = tuple(sorted(set(problems)))
        self.lines = tuple(self._line(problem) for problem in self.problems)
        super().__init__("\n".join(self.lines))

    def _line(self, problem: Problem) -> str:
        where = f"{self.path}:{problem.line}:{problem.column}"
        return ": ".join(part for part in (where, problem.key, problem.message) if part)


def dotted(key: Key) -> str:
    """A key as people write it: `entities.order[1].source`."""
    text = ""
    for part in key:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text
