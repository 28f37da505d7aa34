"""All that a connector's files may say, in Markdown, written from the models that check them."""

import inspect
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.sdk.claims import PORTS, methods
from connectors.sdk.manifest import Manifest
from connectors.sdk.quality import Quality

Schema = Mapping[str, Any]

_PAGE = """\
Written by `tillgraph connector reference`: change the models, not this page. How to begin is told
in [a connector in an afternoon](connectors.md)."""
_ABOUT_FILE = """\
`connector.yaml`, or any file that `connector:` in `tillgraph.yaml` names. A text that holds
`{a name}` is a template; a brace is written `{{`."""
_ABOUT_MANIFEST = """\
The first keys of the file. A connector in Python has them in a `manifest.toml` beside its class."""
_ABOUT_SCALE = """\
`quality.toml` beside the manifest tells of every rule whether it is `done`, `todo`, or `exempt`
with a `reason`. A tier is reached when no rule of it, or of one below it, is `todo`."""

_REF = "#/$defs/"
_HEAD = ("key", "value", "default", "meaning")
# The six kinds of source share their parts, but for the request within them.
_NAME = re.compile(r"(?:\w+\.)?(?P<part>\w+?)(?:_(?P<of>\w+)_)?")
_SOURCE = re.compile(r"(?:Json|GraphQl|Xml|Soap|Sql|File)Source")
_REQUEST = re.compile(r"(?:Http|GraphQl|Soap|Sql|File)Request")
_SCALARS = {"string", "integer", "number", "boolean"}
_PLAIN = {
    "boolean": "`true` or `false`",
    "integer": "whole number",
    "number": "number",
    "string": "text",
}


def reference(file_schema: Schema) -> str:
    """Markdown; `file_schema` is the JSON Schema of files that describe a connector."""
    definitions: Mapping[str, Schema] = file_schema["$defs"]
    kinds: list[str] = file_schema["properties"]["source"]["properties"]["kind"]["enum"]
    parts = [
        "# What a connector's files may say",
        _PAGE,
        "## The file",
        _ABOUT_FILE,
        *_file(kinds, definitions),
        "## The manifest",
        _ABOUT_MANIFEST,
        _manifest(),
        "## The ports",
        "What a connector may offer. It has a port when it has every one of its methods.",
        _table(("port", "method", "", "what it answers"), _ports()),
        "## The quality scale",
        _ABOUT_SCALE,
        _table(("tier", "rule", "what it asks"), _rules()),
    ]
    return "\n\n".join(parts) + "\n"


def _file(kinds: list[str], definitions: Mapping[str, Schema]) -> Iterator[str]:
    """The table of the file, and one of each part in the order in which a reader meets them."""
    whole = definitions[kinds[0]]
    own = [key for key in whole["properties"] if key not in Manifest.model_fields]
    yield _keys(whole, own)
    told: set[str] = set()
    waiting = [_REF + kind for kind in kinds]
    while waiting:
        name = waiting.pop(0).removeprefix(_REF)
        schema, title = definitions[name], _title(name)
        if name not in kinds and title not in told:
            told.add(title)
            yield f"### {title}"
            yield from _part(schema)
        waiting += [it for it in _refs(schema) if _title(it) not in told]


def _part(schema: Schema) -> Iterator[str]:
    if "description" in schema:
        yield _line(schema["description"])
    for it in schema.get("anyOf", [schema]):
        if "properties" not in it:
            yield f"A text alone: {it['description']} Or these keys:"
            continue
        if it is not schema and "description" in it:
            yield _line(it["description"])
        yield _keys(it, it["properties"])


def _refs(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for it in schema:
            yield from _refs(it)
    elif isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(_REF)
        for key, it in schema.items():
            if key != "discriminator":
                yield from _refs(it)


def _title(name: str) -> str:
    """A part's name for people: without the kind of source, and without the request within it."""
    match = _NAME.fullmatch(name.removeprefix(_REF))
    part, of = (match["part"], match["of"]) if match else (name, None)
    return f"{part} of {of}" if of and not _REQUEST.fullmatch(of) else part


def _keys(schema: Schema, keys: Iterable[str]) -> str:
    required = schema.get("required", ())
    fields: Mapping[str, Schema] = schema["properties"]
    return _table(
        _HEAD,
        (
            (
                f"`{key}`",
                _value(fields[key]),
                "required" if key in required else _default(fields[key]),
                _line(fields[key].get("description", "")),
            )
            for key in keys
        ),
    )


def _value(schema: Schema) -> str:
    """What may stand there; parts are links to their tables."""
    options = [
        it
        for it in schema.get("anyOf") or schema.get("oneOf") or [schema]
        if it.get("type") != "null"
    ]
    told = dict.fromkeys(_one(it) for it in options if it.get("type") not in _SCALARS)
    scalars = [it for it in options if it.get("type") in _SCALARS]
    if {it["type"] for it in scalars} == _SCALARS:
        return " or ".join(["plain value", *told])
    return " or ".join([*told, *dict.fromkeys(map(_one, scalars))])


def _one(schema: Schema) -> str:
    if "$ref" in schema:
        return _linked(_title(schema["$ref"]))
    if words := schema.get("enum", [schema["const"]] if "const" in schema else None):
        return ", ".join(f"`{word}`" for word in words)
    kind = schema.get("type", "")
    if kind == "array":
        return f"list of {_value(schema.get('items', {}))}"
    if kind == "object":
        values = schema.get("additionalProperties")
        if not isinstance(values, Mapping):
            values = next(iter(schema.get("patternProperties", {}).values()), {})
        return f"names, each with {_value(values)}"
    return _PLAIN.get(kind, "anything")


def _linked(title: str) -> str:
    """A part by its name; where the source's kind decides which it is, in words."""
    if _REQUEST.fullmatch(title):
        return "the request of the source's kind"
    if _SOURCE.fullmatch(title):
        return "a source, by its `kind`"
    return f"[{title}](#{title.lower().replace(' ', '-')})"


def _default(schema: Schema) -> str:
    default = schema.get("default")
    if default is None or isinstance(default, dict):
        return "none"
    return f"`{json.dumps(default, ensure_ascii=False)}`" if default != [] else "none"


def _manifest() -> str:
    schema = Manifest.model_json_schema(ref_template=f"{_REF}{{model}}")
    return _keys(schema, schema["properties"])


def _ports() -> Iterator[tuple[str, ...]]:
    for port, protocol in PORTS.items():
        for writes in (False, True):
            for method in methods(port, writes=writes):
                doc = inspect.getdoc(getattr(protocol, method)) or ""
                first = _line(doc.partition("\n\n")[0])
                yield _code(port), _code(method), "writes" if writes else "reads", first


def _rules() -> Iterator[tuple[str, ...]]:
    for tier, held in Quality.model_fields.items():
        model: Any = held.annotation
        for rule, field in model.model_fields.items():
            yield tier, _code(rule), field.description or ""


def _line(text: str) -> str:
    return " ".join(text.split())


def _code(text: str) -> str:
    return f"`{text}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in it)} |" for it in lines
    )
