"""What checks of a file have in common: finding its parts, and trying its templates."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from connectors.declarative.model.file import AnyFile
from connectors.declarative.template import TemplateError, names
from connectors.sdk.document.problem import Key
from connectors.sdk.document.shape import nearest

Finding = tuple[Key, str]
"""A key of the file, and what is wrong with it."""


def parts_of(part: Any, kind: type[Any], key: Key) -> Iterator[tuple[Key, Any]]:
    """Every part of a kind within a part, with its key."""
    if isinstance(part, kind):
        yield key, part
    if isinstance(part, BaseModel):
        for name, value in part:
            yield from parts_of(value, kind, (*key, name))


def template_finding(key: Key, tree: Any, allowed: set[str]) -> Iterator[Finding]:
    """Whether every placeholder of a tree has a value."""
    try:
        unknown = [name for name in names(tree) if name not in allowed]
    except TemplateError as error:
        yield key, str(error)
        return
    for name in unknown:
        yield key, f"{{{name}}} has no value here; {nearest(name, allowed)}"


def map_finding(file: AnyFile, key: Key, name: str) -> Iterator[Finding]:
    """Whether the configuration has a map."""
    maps = {it for it, spec in file.config.items() if spec.type == "map"}
    if name not in maps:
        yield key, f"there is no such map in config; {nearest(name, maps)}"


def table_finding(file: AnyFile, key: Key, name: str) -> Iterator[Finding]:
    """Whether the file has a table."""
    if name not in file.enums:
        yield key, f"there is no such table; {nearest(name, file.enums)}"


def config_names(file: AnyFile) -> set[str]:
    """The configuration's keys as templates name them."""
    return {f"config.{name}" for name in file.config}
