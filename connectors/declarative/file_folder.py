"""The folder into which another system lays its files. All of it blocks: call it in a thread."""

import stat
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct

from schema.domain.errors import SchemaDrift, Unavailable

LARGEST = 64 * 1024 * 1024
"""Bytes of the largest file that is read."""


class Version(Struct, frozen=True):
    """One content of one file: another content has another time or size."""

    path: str
    modified: float
    size: int


def newest(folder: Path, pattern: str) -> Version:
    """Look which of the files that fit a pattern comes last by name.

    Raises:
        Unavailable: There is none, or what bears its name is no file.
    """
    try:
        # Names bear the date, so that the last is the newest whenever it was copied here.
        names = [path.name for path in folder.iterdir() if fnmatchcase(path.name, pattern)]
        path = folder / max(names) if names else None
        status = path.stat() if path else None
    except OSError as error:
        raise Unavailable(f"the folder cannot be read: {type(error).__name__}") from None
    if path is None or status is None:
        raise Unavailable("the folder has no file whose name fits the pattern")
    if not stat.S_ISREG(status.st_mode):
        # A pipe without a writer would hold for ever whoever opens it.
        raise Unavailable("what bears the file's name is no file")
    return Version(str(path), status.st_mtime, status.st_size)


def content(version: Version) -> bytes:
    """Read a file.

    Raises:
        Unavailable: It cannot be read, or is gone by now.
        SchemaDrift: It is too large to be one.
    """
    try:
        with Path(version.path).open("rb") as file:
            found = file.read(LARGEST + 1)
    except OSError as error:
        raise Unavailable(f"the file cannot be read: {type(error).__name__}") from None
    return bounded(found)


def bounded(found: bytes) -> bytes:
    """A file's content, unless it is too large to be one."""
    if len(found) > LARGEST:
        raise SchemaDrift(f"the file is larger than {LARGEST} bytes")
    return found
