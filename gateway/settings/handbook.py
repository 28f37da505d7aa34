"""The keys of `tillgraph.yaml` as tables for people, written from the models that check them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.sdk.manifest import Limits
from connectors.sdk.registry import ConnectorType, Registry
from gateway.settings.model import Settings

BEGIN = "<!-- Written by `tillgraph config reference`: change the models, not what follows. -->"
END = "<!-- End of what `tillgraph config reference` writes. -->"

Schema = Mapping[str, Any]
Definitions = Mapping[str, Schema]

_REFERENCE = "#/$defs/"
_PLAIN = {"boolean": "`true` or `false`", "integer": "whole number", "number": "number"}
_BOUNDS = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to"}


def handbook(registry: Registry) -> str:
    """Markdown with a table for each section, and for the keys of each installed connector."""
    parts = ["## The keys", *_tables(Settings.model_json_schema(), "")]
    for kind in registry.working.values():
        parts += _connector(kind)
    return "\n\n".join(parts) + "\n"


def placed(page: str, tables: str) -> str:
    """The page with the tables between its two marks, or the tables alone where it has none."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{tables}\n{END}{tail}" if begin and end else tables


def _connector(kind: ConnectorType) -> Iterator[str]:
    yield f"## Connector `{kind.name}`"
    ports = ", ".join(f"`{port}`" for port in sorted(kind.ports))
    yield f"{kind.manifest.title}. It offers {ports}. {_limits(kind.manifest.limits)}"
    yield from _tables(kind.config.model_json_schema(), "config")


def _limits(limits: Limits) -> str:
    rate = "" if limits.rate_per_s is None else f"`rate_per_s` {limits.rate_per_s:g}, "
    return (
        f"Its limits: `batch_max` {limits.batch_max}, `concurrency` {limits.concurrency}, {rate}"
        f"`timeout_s` {limits.timeout_s:g}."
    )


def _tables(model: Schema, root: str) -> Iterator[str]:
    """A heading, a sentence and a table for a model, and for each one inside it after it."""
    definitions: Definitions = model.get("$defs", {})
    places: dict[str, list[str]] = {}
    _find(model, root, definitions, places, ())
    yield from _table(model, [root] if root else [], definitions)
    for name, paths in places.items():
        yield from _table(definitions[name], paths, definitions)


def _find(
    model: Schema,
    path: str,
    definitions: Definitions,
    places: dict[str, list[str]],
    within: tuple[str, ...],
) -> None:
    """Note where each model stands below this one, in the order in which a reader meets them."""
    for key, field in model.get("properties", {}).items():
        for name, below in _held(field, definitions):
            at = f"{path}.{key}{below}".removeprefix(".")
            if name not in within:
                places.setdefault(name, []).append(at)
                _find(definitions[name], at, definitions, places, (*within, name))


def _held(schema: Schema, definitions: Definitions) -> Iterator[tuple[str, str]]:
    """The models that a value holds, and how each is reached from it."""
    for it in _options(schema):
        name = it.get("$ref", "").removeprefix(_REFERENCE)
        if name and "properties" in definitions[name]:
            yield name, ""
        elif it.get("type") == "array":
            yield from ((name, f"[]{at}") for name, at in _held(it.get("items", {}), definitions))
        elif values := _values(it):
            yield from ((name, f".<name>{at}") for name, at in _held(values, definitions))


def _table(model: Schema, paths: list[str], definitions: Definitions) -> Iterator[str]:
    if paths:
        yield f"### {', '.join(f'`{path}`' for path in paths)}"
    if told := model.get("description"):
        yield told
    rows = ["| key | value | default | meaning |", "|---|---|---|---|"]
    required = model.get("required", ())
    for key, field in model.get("properties", {}).items():
        default = "required" if key in required else _default(field)
        told = field.get("description", "")
        cells = (f"`{key}`", _told(field, definitions), default, told)
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    yield "\n".join(rows)


def _default(field: Schema) -> str:
    """What holds where the key is absent; keys with values below them have their own."""
    default = field.get("default")
    if default is None or isinstance(default, dict | list):
        return "none"
    return f"`{json.dumps(default, ensure_ascii=False)}`"


def _told(schema: Schema, definitions: Definitions) -> str:
    follow = (
        definitions[it["$ref"].removeprefix(_REFERENCE)] if "$ref" in it else it
        for it in _options(schema)
    )
    return " or ".join(_kind(it, definitions) for it in follow)


def _kind(schema: Schema, definitions: Definitions) -> str:
    """What a value is, in the words of people who write YAML."""
    kind = schema.get("type", "")
    if kind == "array":
        return f"list of {_told(schema.get('items', {}), definitions)}"
    if kind == "object":
        values = _values(schema)
        return f"names, each with {_told(values, definitions)}" if values else "keys"
    return _text(schema) if kind == "string" else f"{_PLAIN.get(kind, 'anything')}{_bounds(schema)}"


def _text(schema: Schema) -> str:
    if words := schema.get("enum"):
        return ", ".join(f"`{word}`" for word in words)
    kinds = {"password": "secret", "path": "path"}
    if kind := kinds.get(schema.get("format", "")):
        return kind
    return f"text like `{schema['pattern']}`" if "pattern" in schema else "text"


def _bounds(schema: Schema) -> str:
    told = ((word, schema[key]) for key, word in _BOUNDS.items() if key in schema)
    return "".join(f" {word} {int(it) if it == int(it) else it:,}" for word, it in told)


def _options(schema: Schema) -> list[Schema]:
    """What a value may be, null aside."""
    found = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return [it for it in found if it.get("type") != "null"]


def _values(schema: Schema) -> Schema | None:
    """The form of a mapping's values, where it says one."""
    patterns = schema.get("patternProperties") or {}
    values = next(iter(patterns.values()), schema.get("additionalProperties"))
    return values if isinstance(values, Mapping) and values else None
