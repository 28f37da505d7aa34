"""JSON for people: what fits stands on one line."""

import json
from collections.abc import Iterator

WIDTH = 120
_STEP = 2


def folded(value: object, *, indent: int = 0, before: int = 0) -> str:
    """Write a value; it is broken over lines only where it is too wide for one.

    `indent` is where its lines begin; `before` is what stands before it on its first one.
    """
    line = json.dumps(value, ensure_ascii=False)
    if indent + before + len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
    parts = ",\n".join(" " * (indent + _STEP) + part for part in _parts(value, indent + _STEP))
    return f"{opening}\n{parts}\n{' ' * indent}{closing}"


def _parts(value: dict[str, object] | list[object], indent: int) -> Iterator[str]:
    if isinstance(value, list):
        yield from (folded(item, indent=indent, before=1) for item in value)
        return
    for key, item in value.items():
        name = f"{json.dumps(key, ensure_ascii=False)}: "
        yield name + folded(item, indent=indent, before=len(name) + 1)
