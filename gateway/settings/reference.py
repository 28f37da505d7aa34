"""The JSON Schema of `tillgraph.yaml`, for editors that complete and check it."""

from typing import Any

from connectors.sdk.registry import Registry
from gateway.settings.model import Settings

_VARIABLE = {"type": "string", "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^{}]*)?\}"}
_NOT_TEXT = {"integer", "number", "boolean"}


def json_schema(registry: Registry) -> dict[str, Any]:
    """JSON Schema (draft 2020-12), with the keys of every connector that is installed."""
    schema = Settings.model_json_schema(ref_template="#/$defs/{model}")
    definitions: dict[str, Any] = schema.setdefault("$defs", {})
    source = definitions["SourceSettings"]
    source["properties"]["connector"]["anyOf"] = [
        {"enum": list(registry.working)},
        {"pattern": r"\.ya?ml$"},
    ]
    source["allOf"] = []
    for name, kind in registry.working.items():
        config = kind.config.model_json_schema(ref_template=f"#/$defs/{name}.{{model}}")
        for inner, definition in config.pop("$defs", {}).items():
            definitions[f"{name}.{inner}"] = definition
        definitions[name] = config
        source["allOf"].append(
            {
                "if": {"properties": {"connector": {"const": name}}, "required": ["connector"]},
                "then": {"properties": {"config": {"$ref": f"#/$defs/{name}"}}},
            }
        )
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "tillgraph.yaml"}
    return {**_with_variables(schema), **head}


def _with_variables(schema: Any) -> Any:
    """Let a variable stand wherever something other than text is expected."""
    if isinstance(schema, list):
        return [_with_variables(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _with_variables(value) for key, value in schema.items()}
    if str(schema.get("type")) not in _NOT_TEXT:
        return inner
    told = {key: inner.pop(key) for key in ("title", "description", "default") if key in inner}
    return {**told, "anyOf": [inner, _VARIABLE]}
