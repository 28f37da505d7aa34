"""The moments at which a process is killed, and how one process meets them."""

import os
import signal
from collections import Counter
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from typing_extensions import override

ANY = "*"

Kind = Literal["call", "commit"]
Side = Literal["before", "after"]
_SIDES: tuple[Side, Side] = ("before", "after")


class Moment(Struct, frozen=True, order=True):
    """Before or after the `nth` call or commit of a name, counted from 1 in one process's life.

    A call's name is the simulator's name of the operation: before it has arrived, or after it has
    had its effect and before its answer is given. A commit's name are the statements that it makes
    last. `*` counts those of every name.
    """

    kind: Kind
    name: str
    nth: int
    side: Side

    @override
    def __str__(self) -> str:
        """As reports show it."""
        return f"{self.side} {self.kind} {self.name} {self.nth}"


class Meter:
    """Counts what a process does of one kind, and tells when a moment has come."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._counts: Counter[str] = Counter()

    def begin(self, name: str) -> tuple[int, int]:
        """Count one of a name; returns its number, and its number among all."""
        self._counts[name] += 1
        self._counts[ANY] += 1
        return self._counts[name], self._counts[ANY]

    def is_met(self, moment: Moment | None, name: str, numbers: tuple[int, int]) -> bool:
        """Whether a moment, whatever its side, is of what was just counted."""
        if moment is None or moment.kind != self._kind:
            return False
        nth, overall = numbers
        return (moment.name, moment.nth) in {(name, nth), (ANY, overall)}


def die(group: int | None = None) -> None:
    """End this process as a power cut does, or those of another group instead."""
    if group is None:
        os.kill(os.getpid(), signal.SIGKILL)
    else:
        os.killpg(group, signal.SIGKILL)


class Diary:
    """What one process has met, in a file that outlives it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def write(self, kind: Kind, name: str, nth: int) -> None:
        """Note that both moments of a call or a commit have passed."""
        with self._file.open("ab", buffering=0) as out:
            for side in _SIDES:
                out.write(msgspec.json.encode(Moment(kind, name, nth, side)) + b"\n")

    def read(self) -> list[Moment]:
        """Everything that was noted whole."""
        if not self._file.exists():
            return []
        lines = self._file.read_bytes().rpartition(b"\n")[0].splitlines()
        return [msgspec.json.decode(line, type=Moment) for line in lines]
