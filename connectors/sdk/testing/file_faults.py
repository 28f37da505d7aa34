"""The faults of a system that is a file or a SQLite database."""

import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, closing, contextmanager
from pathlib import Path

from connectors.sdk.testing.faults import NOT_THERE, UNKNOWN_FORM, Fault

_PAGE = b"<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>\n"
_OPEN_FILES = Path("/proc/self/fd")

_GONE = Fault("gone", "the file is gone", NOT_THERE, NOT_THERE)
_FOLDER = Fault("folder", "a folder bears the file's name", NOT_THERE, NOT_THERE)
_LOCKED = Fault("locked", "the database is locked", NOT_THERE, NOT_THERE, stalls=True)
_BABBLE = Fault("babble", "the file is a page of HTML", UNKNOWN_FORM, UNKNOWN_FORM)
_CUT = Fault("cut", "the file is cut off", UNKNOWN_FORM, UNKNOWN_FORM)
_RENAMED = Fault("renamed", "its columns have other names", UNKNOWN_FORM, UNKNOWN_FORM)

_LOCK = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""

Injection = Callable[[Path], AbstractContextManager[None]]


@contextmanager
def _gone(path: Path) -> Iterator[None]:
    path.unlink()
    yield


@contextmanager
def _folder(path: Path) -> Iterator[None]:
    path.unlink()
    path.mkdir()
    try:
        yield
    finally:
        path.rmdir()


@contextmanager
def _babble(path: Path) -> Iterator[None]:
    path.write_bytes(_PAGE)
    yield


@contextmanager
def _cut(path: Path) -> Iterator[None]:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    yield


@contextmanager
def _other_header(path: Path) -> Iterator[None]:
    first, *lines = path.read_bytes().splitlines(keepends=True)
    end = first[len(first.rstrip(b"\r\n")) :]
    separator = max((b",", b";", b"\t", b"|"), key=first.count)
    names = [b"column%d" % number for number in range(first.count(separator) + 1)]
    path.write_bytes(b"".join((separator.join(names), end, *lines)))
    yield


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    # In a process of its own: within one, SQLite keeps files open until the last lock is gone.
    command = (sys.executable, "-c", _LOCK, str(path))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - ours
        try:
            if process.stdout is not None:
                process.stdout.readline()
            yield
        finally:
            process.communicate()


@contextmanager
def _other_columns(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for _, column, *_ in database.execute(f"PRAGMA table_info({_name(table)})").fetchall():
                renamed = f"{_name(table)} RENAME COLUMN {_name(column)} TO {_name(column + '_x')}"
                database.execute(f"ALTER TABLE {renamed}")
    yield


def _name(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


_OF_FILES: Mapping[Fault, Injection] = {
    _GONE: _gone,
    _FOLDER: _folder,
    _BABBLE: _babble,
    _CUT: _cut,
    _RENAMED: _other_header,
}
_OF_SQLITE: Mapping[Fault, Injection] = {
    _GONE: _gone,
    _FOLDER: _folder,
    _LOCKED: _locked,
    _BABBLE: _babble,
    _RENAMED: _other_columns,
}
FILE_FAULTS = tuple(_OF_FILES)
SQLITE_FAULTS = tuple(_OF_SQLITE)


class FileFaults:
    """The `Faults` of one file, or with `sqlite` of one database; `header` says it has one."""

    def __init__(self, path: Path, *, sqlite: bool = False, header: bool = True) -> None:
        self._path = path
        injections = _OF_SQLITE if sqlite else _OF_FILES
        self._injections = {
            fault: it for fault, it in injections.items() if header or fault != _RENAMED
        }

    @property
    def offered(self) -> tuple[Fault, ...]:
        """See `Faults.offered`."""
        return tuple(self._injections)

    @property
    def in_flight(self) -> int | None:
        """How many times this process has the file open; None where the machine does not tell."""
        if not _OPEN_FILES.is_dir():
            return None
        return sum(_leads_to(it) == self._path.resolve() for it in _OPEN_FILES.iterdir())

    @asynccontextmanager
    async def injected(self, fault: Fault) -> AsyncIterator[None]:
        """See `Faults.injected`. Afterwards the file is as it was."""
        content = self._path.read_bytes()
        try:
            with self._injections[fault](self._path):
                yield
        finally:
            if fault != _LOCKED:
                self._path.write_bytes(content)


def _leads_to(link: Path) -> Path | None:
    try:
        return link.readlink()
    except OSError:
        return None
