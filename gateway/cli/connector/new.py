"""Begins a connector: a package that works, with a small system to try it on."""

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from gateway.cli.output import Exit, answer, fail, note

Kind = Literal["http", "yaml"]

_NAME = re.compile(r"[a-z][a-z0-9_]{1,63}")
_SUFFIX = ".in"  # so that no tool takes a skeleton for code of ours
_PACKAGE = "acme_shop"


def create(name: str, kind: Kind, folder: Path) -> None:
    """Write the package; exit code 2 where the name is none, or the folder has one already."""
    if not _NAME.fullmatch(name):
        fail(
            "the name must begin with a letter, in lower case",
            next_step="Letters, digits and _ may follow, as in: acme_pos",
            code=Exit.CONFIGURATION,
        )
    home = folder / name
    if home.exists():
        fail(f"{home} is there already", code=Exit.CONFIGURATION)
    for path, text in sorted(written(name, kind).items()):
        file = home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        answer(str(file))
    note(f"next: tillgraph connector check {home / name}, then pytest in {home}")


def written(name: str, kind: Kind) -> dict[str, str]:
    """Every file of a new connector by its path, as it is written."""
    skeleton = files("gateway.cli.connector") / "skeleton"
    found: dict[str, str] = {}
    for part in ("shared", kind):
        found |= {path: it.read_text(encoding="utf-8") for path, it in _files(skeleton / part)}
    for page in ("README.md", "quality.toml"):
        found[f"{_PACKAGE}/{page}"] = found.pop(page)
    found["README.md"] = found[f"{_PACKAGE}/README.md"]
    return {_named(path, name): _named(text, name) for path, text in found.items()}


def _files(folder: Traversable, before: str = "") -> Iterator[tuple[str, Traversable]]:
    for it in folder.iterdir():
        if it.is_dir():
            yield from _files(it, f"{before}{it.name}/")
        elif it.name.endswith(_SUFFIX):
            yield f"{before}{it.name.removesuffix(_SUFFIX)}", it


def _named(text: str, name: str) -> str:
    """The text with the new connector's name in the place of the skeleton's, in all its forms."""
    words = name.split("_")
    for old, new in (
        ("acme_shop", name),
        ("acme-shop", name.replace("_", "-")),
        ("ACME_SHOP", name.upper()),
        ("AcmeShop", "".join(word.capitalize() for word in words)),
        ("Acme Shop", " ".join(word.capitalize() for word in words if word)),
    ):
        text = text.replace(old, new)
    return text
