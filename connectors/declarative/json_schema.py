"""The file's form as a JSON Schema, for editors."""

from typing import Any

from connectors.declarative.model.file import FILES


def json_schema() -> dict[str, Any]:
    """A schema (draft 2020-12) of `connector.yaml`; the source's kind decides which part counts."""
    definitions: dict[str, Any] = {}
    branches = []
    for kind, model in FILES.items():
        template = f"#/$defs/{kind}.{{model}}"
        schema = model.model_json_schema(ref_template=template)
        inner = schema.pop("$defs", {})
        definitions |= {f"{kind}.{name}": it for name, it in inner.items()}
        definitions[kind] = schema
        where = {"properties": {"source": {"properties": {"kind": {"const": kind}}}}}
        branches.append({"if": where, "then": {"$ref": f"#/$defs/{kind}"}})
    kinds = {"enum": list(FILES)}
    source = {"type": "object", "required": ["kind"], "properties": {"kind": kinds}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A connector without code",
        "type": "object",
        "required": ["source"],
        "properties": {"source": source},
        "allOf": branches,
        "$defs": definitions,
    }
