"""The folder into which the nightly files are laid. Everything here blocks: call it in a thread."""

import stat
from pathlib import Path

from msgspec import Struct

from schema.domain.errors import SchemaDrift, Unavailable

_LARGEST = 64 * 1024 * 1024  # bytes; a year's deliveries are a tenth of it


class Version(Struct, frozen=True):
    """One content of one file: another content has another time or size."""

    path: Path
    modified_ns: int
    size: int


def newest(folder: Path) -> Version:
    """Look which file is the newest.

    Raises:
        Unavailable: There is none, or what bears its name is no file.
    """
    # Names end in the date, so that the last is the newest whenever it was copied here.
    paths = sorted(folder.glob("incoming_[0-9]*.csv"))
    if not paths:
        raise Unavailable("the folder has no file named incoming_YYYYMMDD.csv")
    try:
        status = paths[-1].stat()
    except OSError as error:
        raise Unavailable(f"the file cannot be read: {type(error).__name__}") from None
    if not stat.S_ISREG(status.st_mode):
        # A pipe without a writer would hold for ever whoever opens it.
        raise Unavailable("what bears the file's name is no file")
    return Version(paths[-1], status.st_mtime_ns, status.st_size)


def content(version: Version) -> bytes:
    """Read a file.

    Raises:
        Unavailable: It cannot be read, or is gone by now.
        SchemaDrift: It is too large to be one.
    """
    if version.size > _LARGEST:
        raise SchemaDrift(f"the file is larger than {_LARGEST} bytes")
    try:
        return version.path.read_bytes()
    except OSError as error:
        raise Unavailable(f"the file cannot be read: {type(error).__name__}") from None
