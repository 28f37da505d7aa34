"""Vendure and what it runs on, from npm, once."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

PACKAGES = ("@vendure/core@3.7", "better-sqlite3@12")  # 13 of the second does not run on Node 20

_QUIETLY = ("--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")


class NoShopError(Exception):
    """There is no shop to be had; the message says why."""


def install(folder: Path, say: Callable[[str], None]) -> None:
    """Install into a folder, unless that is done; `say` is told what is begun.

    Raises:
        NoShopError: Node is not installed, or npm has failed.
    """
    done = folder / "installed"
    if done.exists():
        return
    if not shutil.which("node") or not shutil.which("npm"):
        raise NoShopError("Node and npm are not installed")
    say(f"installing {' and '.join(PACKAGES)} (once; about two minutes)")
    # Its binary is fetched by an install script, which newer npm runs only where it is allowed.
    package = {"private": True, "allowScripts": {"better-sqlite3": True}}
    (folder / "package.json").write_text(json.dumps(package), encoding="utf-8")
    _run(folder, "npm", "install", *_QUIETLY, *PACKAGES)
    _run(folder, "node", "-e", 'new (require("better-sqlite3"))(":memory:")')
    done.touch()


def _run(folder: Path, *command: str) -> None:
    ended = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    if ended.returncode:
        raise NoShopError(f"{command[0]} {command[1]} failed:\n{ended.stderr.strip()[-2000:]}")
