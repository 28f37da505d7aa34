import json
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.sdk.registry import Registry
from gateway.settings.reference import json_schema


def _objects(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield path, schema
        for key, value in schema.items():
            yield from _objects(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from _objects(value, f"{path}/{index}")


@pytest.fixture
def schema(registry: Registry) -> dict[str, Any]:
    """The schema with the connectors of these tests."""
    return json_schema(registry)


def test_it_is_json(schema: dict[str, Any]) -> None:
    """Everything in it can be written, and read again as it was."""
    assert schema == json.loads(json.dumps(schema))


def test_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    """Also those of connectors that have models of their own."""
    wanted = {it["$ref"] for _, it in _objects(schema) if isinstance(it.get("$ref"), str)}

    assert {"#/$defs/shop", "#/$defs/shop.ShopAuth"} <= wanted
    assert set() == {ref for ref in wanted if ref.removeprefix("#/$defs/") not in schema["$defs"]}


def test_every_key_of_ours_is_described(schema: dict[str, Any]) -> None:
    """So that the reference can be generated, and an editor tells what a key means."""
    ours = {name: it for name, it in schema["$defs"].items() if name[0].isupper()}
    mute = [
        f"{name}.{key}"
        for name, it in {**ours, "Settings": schema}.items()
        for key, field in it.get("properties", {}).items()
        if "description" not in field
    ]

    assert [] == mute


def test_a_variable_may_stand_for_a_number(schema: dict[str, Any]) -> None:
    """An editor must not mark `port: ${PORT}` as wrong."""
    (number, variable) = schema["$defs"]["PaymentSettings"]["properties"]["attempt_deadline_s"][
        "anyOf"
    ]

    assert "number" == number["type"]
    assert "string" == variable["type"]


def test_a_source_takes_the_keys_of_its_connector(schema: dict[str, Any]) -> None:
    """One rule for each connector that works."""
    rules = schema["$defs"]["SourceSettings"]["allOf"]

    assert ["cards", "shop", "warehouse"] == [
        rule["if"]["properties"]["connector"]["const"] for rule in rules
    ]
