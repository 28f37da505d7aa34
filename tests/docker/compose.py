"""`docker/compose.yaml` as Docker reads it: variables put in, merges resolved."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker" / "compose.yaml"

_VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?P<kind>:[-?])?(?P<rest>[^}]*)\}")


class MissingVariableError(Exception):
    """A required variable is not set."""


class Mount(Struct, frozen=True):
    """A named volume at a path in a container."""

    volume: str
    target: str
    read_only: bool


def variables() -> Mapping[str, str | None]:
    """Every variable that the file takes, with what it is otherwise; None where it is required."""
    found: dict[str, str | None] = {}
    for match in _VARIABLE.finditer(_body()):
        if match["name"]:
            otherwise = match["rest"] if match["kind"] == ":-" else None
            assert found.setdefault(match["name"], otherwise) == otherwise, match["name"]
    return found


def project(environment: Mapping[str, str]) -> dict[str, Any]:
    """The file with variables put in. Raises `MissingVariableError`."""
    found: dict[str, Any] = yaml.safe_load(_interpolated(_body(), environment))
    return found


def head() -> str:
    """The comment at the file's beginning, for people."""
    return FILE.read_text(encoding="utf-8").split("\n\n", maxsplit=1)[0]


def services(found: Mapping[str, Any], *, ours: bool) -> dict[str, dict[str, Any]]:
    """The services of the project's own image, or those of others'."""
    return {
        name: service
        for name, service in found["services"].items()
        if (service["image"] == "tillgraph") == ours
    }


def mounts(service: Mapping[str, Any]) -> Sequence[Mount]:
    """Where a service sees which volume."""
    return [_mount(*text.split(":")) for text in service.get("volumes", ())]


def endpoints(text: str) -> Iterator[tuple[str, int]]:
    """Every `name:port` in a command's argument that is an address."""
    for name, port in re.findall(r"(?://|@)([a-z][a-z0-9-]*):(\d+)", text):
        yield name, int(port)


def _mount(volume: str, target: str, mode: str = "rw") -> Mount:
    return Mount(volume, target, mode == "ro")


def _body() -> str:
    """The file without its comments, which may show a variable."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


def _interpolated(text: str, environment: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        if given := environment.get(match["name"]):
            return given
        if match["kind"] == ":-":
            return match["rest"]
        raise MissingVariableError(match["name"])

    return _VARIABLE.sub(value, text)
