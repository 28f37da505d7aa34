"""A Vendure shop of the tests' own: installed and filled once, started in seconds after that.

    python -m tests.vendure.shop up [--port PORT] [--work FOLDER]
    python -m tests.vendure.shop down [--work FOLDER]

What it needs is kept in the work folder, which lies outside the repository: delete it to begin
anew. Node 20 or newer and npm must be installed.
"""

import argparse
import asyncio
import fcntl
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.vendure.installation import NoShopError, install
from tests.vendure.seed import seed
from tests.vendure.server import Server

_FILLED = "filled.sqlite"


def default_work() -> Path:
    """The work folder where none is named: in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "tillgraph" / "vendure"


def shop_in(folder: Path, work: Path) -> Server:
    """A shop that does not run yet, with the same data at every start, in a folder of its own.

    Concurrency: whoever comes while another process installs or fills waits for it.

    Raises:
        NoShopError: See `install` and `Server.start`.
    """
    work.mkdir(parents=True, exist_ok=True)
    with _alone(work):
        install(work, say)
        if not (work / _FILLED).exists():
            _fill(work)
    server = Server(work, folder)
    shutil.copyfile(work / _FILLED, server.database)
    return server


def say(text: str) -> None:
    """Tell whoever waits how far it is."""
    print(f"vendure: {text}", file=sys.stderr, flush=True)  # noqa: T201 - the command's progress


def main() -> None:
    """The command."""
    summary = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m tests.vendure.shop", description=summary)
    parser.add_argument("command", choices=["up", "down"])
    parser.add_argument("--port", type=int, default=0, help="where it listens; 0 is a free one")
    parser.add_argument("--work", type=Path, default=default_work(), help="what is kept lies here")
    options = parser.parse_args()
    work = options.work.absolute()
    folder = work / "shop"
    server = Server(work, folder)
    if options.command == "down":
        server.stop()
        return
    try:
        if not server.is_up:
            folder.mkdir(parents=True, exist_ok=True)
            server = shop_in(folder, work)
            server.start(options.port)
    except NoShopError as error:
        sys.exit(f"vendure: {error}")
    say(f"listens at {server.url}")


def _fill(work: Path) -> None:
    """Fill a new shop, and keep its database, whole or not at all."""
    folder = work / "filling"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    server = Server(work, folder)
    say("filling a new shop (once; about two minutes)")
    server.start()
    try:
        asyncio.run(seed(server.url, server.database, say))
        draft = folder / _FILLED
        with (
            closing(sqlite3.connect(server.database)) as filled,
            closing(sqlite3.connect(draft)) as copy,
        ):
            filled.backup(copy)
        draft.rename(work / _FILLED)
    finally:
        server.stop()
    shutil.rmtree(folder)


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    """One process at a time."""
    with (work / "lock").open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    main()
