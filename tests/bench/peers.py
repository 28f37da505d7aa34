"""GraphQL servers for Node that the gateway is measured against, installed from npm once."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

from tests.bench.retailer import BRANCHES

PROGRAMS = Path(__file__).parent / "peers"
# Beside what pip has installed: nothing looks there for what is the project's own.
INSTALLED = Path(sys.prefix) / "bench-peers"

_QUIETLY = ("--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
_PACKAGE = "package.json"


@cache
def lack() -> str | None:
    """Install them, unless that is done, and tell why they cannot be had; None where they can."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "Node and npm are not installed"
    wanted = (PROGRAMS / _PACKAGE).read_bytes()
    done = INSTALLED / "installed"
    if done.exists() and done.read_bytes() == wanted:
        return None
    INSTALLED.mkdir(exist_ok=True)
    (INSTALLED / _PACKAGE).write_bytes(wanted)
    command = ("npm", "install", *_QUIETLY)
    ended = subprocess.run(command, cwd=INSTALLED, check=False, capture_output=True, text=True)
    if ended.returncode:
        first, *_ = ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"]
        return f"npm could not install them ({first})"
    done.write_bytes(wanted)
    return None


def command(program: str) -> Callable[[Path, str, int], Sequence[str]]:
    """How one of the programs is started."""
    return partial(_command, program)


def environment() -> dict[str, str]:
    """What the programs are told by the environment."""
    return {"NODE_ENV": "production", "BENCH_BRANCHES": json.dumps(dict(BRANCHES))}


def version(package: str) -> str:
    """The version that is installed of a package."""
    packages = json.loads((PROGRAMS / _PACKAGE).read_bytes())["dependencies"]
    return str(packages[package])


def node() -> str | None:
    """Node's version; None where it is not installed."""
    if not shutil.which("node"):
        return None
    told = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True)
    return told.stdout.strip().removeprefix("v")


def _command(program: str, _folder: Path, _estate: str, port: int) -> Sequence[str]:
    # Node looks for packages from the program's own folder upwards.
    for file in PROGRAMS.glob("*.mjs"):
        shutil.copy(file, INSTALLED)
    return ["node", str(INSTALLED / program), str(port)]
