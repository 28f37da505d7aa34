"""What a running demo tells others of itself: the file `demo.json` in its work folder."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

FILE = "demo.json"
PREFIX = "tillgraph-demo-"


class NoDemoError(Exception):
    """No demo is running where it was looked for; the message says what to do."""


class System(Struct, frozen=True):
    """One sample system. `url` is where it is spoken to; None for one that is a file or a database.

    `control` is where it is commanded; `pid` is None where it is no process.
    """

    url: str | None = None
    pid: int | None = None
    control: str | None = None


class DemoState(Struct, frozen=True):
    """A demo that is ready. `pid` is the launcher's."""

    pid: int
    work: str
    graphql: str
    websocket: str
    systems: Mapping[str, System]

    def save(self) -> None:
        """Write it to the work folder, whole or not at all."""
        path = Path(self.work) / FILE
        draft = path.with_suffix(".new")
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(self)))
        draft.replace(path)


def running(work: Path | None) -> DemoState:
    """The demo in a work folder; of those started without one, the newest that still runs.

    Raises:
        NoDemoError: There is none.
    """
    if work is not None:
        state = _state(work)
        if state is None:
            raise NoDemoError(f"no demo runs in {work}; start one: tillgraph demo --work {work}")
        return state
    folders = Path(tempfile.gettempdir()).glob(f"{PREFIX}*")
    for folder in sorted(folders, key=_age, reverse=True):
        if (state := _state(folder)) is not None:
            return state
    raise NoDemoError("no demo is running; start one in another terminal: tillgraph demo")


def fresh_folder() -> Path:
    """A new work folder that only we may read."""
    return Path(tempfile.mkdtemp(prefix=PREFIX))


def _age(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0


def _state(folder: Path) -> DemoState | None:
    """The state in a folder of ours, if its demo still runs."""
    try:
        if folder.stat().st_uid != os.getuid():
            return None
        state = msgspec.json.decode((folder / FILE).read_bytes(), type=DemoState)
        os.kill(state.pid, 0)
    except (OSError, msgspec.MsgspecError):
        return None
    return state
