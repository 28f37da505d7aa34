"""Stripe's published description of its API, where it lies at hand."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from stripe._encode import _api_encode

from connectors.stripe_terminal.simulator.form import decode

_BESIDE = Path(__file__).resolve().parents[6] / "shared" / "stripe" / "openapi-terminal.json"
_FORM = "application/x-www-form-urlencoded"


@cache
def description() -> "Description":
    """The description; the test is skipped where it is not, or nothing to check with."""
    checks = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    path = Path(os.environ.get("TILLGRAPH_STRIPE_OPENAPI", _BESIDE))
    if not path.is_file():
        pytest.skip(f"no {path.name} beside the checkout: TILLGRAPH_STRIPE_OPENAPI names another")
    return Description(json.loads(path.read_text(encoding="utf-8")), checks.Draft202012Validator)


class Description:
    """What Stripe's calls take and answer. Nothing is let through that Stripe does not name."""

    def __init__(self, content: Any, validator: Any) -> None:
        self.paths: dict[str, Any] = content["paths"]
        self._components = _closed(content["components"])
        self._validator = validator

    def check_request(self, method: str, template: str, form: dict[str, Any]) -> None:
        """Fail unless a call takes these parameters, as they arrive in a form."""
        operation = self.paths[template][method.lower()]
        arrived = decode(urlencode(list(_api_encode(form))))
        schema = _request_schema(method, operation)
        self._check(_closed(schema), self._typed(schema, arrived), f"{method} {template}")

    def check_answer(self, method: str, template: str, status: int, content: Any) -> None:
        """Fail unless a call answers so."""
        answers = self.paths[template][method.lower()]["responses"]
        answer = answers.get(str(status), answers["default"])
        schema = answer["content"]["application/json"]["schema"]
        self._check(_closed(schema), content, f"{method} {template}: {status}")

    def check_object(self, content: Any) -> None:
        """Fail unless it is what its `object` says."""
        name = content["object"]
        self._check({"$ref": f"#/components/schemas/{name}"}, content, name)

    def _check(self, schema: Any, content: Any, where: str) -> None:
        validator = self._validator({**schema, "components": self._components})
        wrong = [
            f"{where}: {'/'.join(map(str, it.path))}: {it.message[:300]}"
            for it in validator.iter_errors(content)
        ]
        if wrong:
            pytest.fail("\n".join(wrong))

    def _typed(self, schema: Any, value: Any) -> Any:
        """Text in a form as what the schema says it stands for."""
        if "anyOf" in schema:
            return self._any_typed(schema["anyOf"], value)
        match schema.get("type"), value:
            case "object", dict():
                inner, rest = schema.get("properties", {}), schema.get("additionalProperties")
                other = rest if isinstance(rest, dict) else {}
                return {it: self._typed(inner.get(it, other), value[it]) for it in value}
            case "array", list():
                return [self._typed(schema["items"], it) for it in value]
            case "integer", str():
                return int(value) if value.lstrip("-").isdecimal() else value
            case "boolean", str():
                return {"true": True, "false": False}.get(value, value)
            case _:
                return value

    def _any_typed(self, schemas: Any, value: Any) -> Any:
        tried = [(it, self._typed(it, value)) for it in schemas]
        fits = (typed for it, typed in tried if self._validator(it).is_valid(typed))
        return next(fits, value)


def _request_schema(method: str, operation: Any) -> Any:
    if method == "POST":
        return operation["requestBody"]["content"][_FORM]["schema"]
    given = [it for it in operation.get("parameters", []) if it["in"] == "query"]
    return {
        "type": "object",
        "properties": {it["name"]: it["schema"] for it in given},
        "required": [it["name"] for it in given if it.get("required")],
    }


def _closed(schema: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` is a type of its own, and objects are closed."""
    if isinstance(schema, list):
        return [_closed(it) for it in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _closed(it) for name, it in schema.items()}
    if made.get("properties") and "additionalProperties" not in made:
        made["additionalProperties"] = False
    if made.pop("nullable", False) is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made
