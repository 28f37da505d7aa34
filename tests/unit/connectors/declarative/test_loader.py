"""Reading a file into a class."""

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jmespath
import pytest

from connectors.declarative import connector_class, json_schema
from connectors.sdk.document.problem import ConfigurationError
from connectors.sdk.ports import CustomerReader, LoyaltyReader

FILE = """\
id: shop
version: 0.1.0
title: Shop
config:
  base_url: {type: url, description: Address}
  password: {type: secret, description: Password}
  stores: {type: map, description: Stores, required: false}
source:
  kind: http_json
  auth: {kind: basic, username: till, password: "{config.password}"}
probe: {request: {path: /health}}
errors:
  - {when: error, code: error.code, raise: {E1: rejected}}
enums:
  tier: {T1: Bronze}
records:
  customer: {id: id, name: name, membership: {path: card, default: none}}
  loyalty:
    id: id
    points: points
    tier: {path: tier, enum: tier}
ports:
  customers:
    ID: {request: {path: /customers, params: {ids: "{keys}"}}, rows: rows}
  loyalty:
    ID: {request: {path: "/accounts/{key}"}}
"""


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., list[str]]:
    """What is wrong with the file once some of its text is replaced, without the file's name."""

    def told_with(old: str, new: str) -> list[str]:
        assert old in FILE
        path = tmp_path / "connector.yaml"
        path.write_text(FILE.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ConfigurationError) as caught:
            connector_class(path)
        return [line.removeprefix(f"{path}:") for line in caught.value.lines]

    return told_with


def test_the_class_has_the_methods_that_the_file_names(tmp_path: Path) -> None:
    """A port is offered because its methods are there, as for a coded connector."""
    path = tmp_path / "connector.yaml"
    path.write_text(FILE, encoding="utf-8")
    kind: Any = connector_class(path)

    assert issubclass(kind, CustomerReader)
    assert issubclass(kind, LoyaltyReader)
    assert not hasattr(kind, "orders")
    assert ("shop", "Shop", 100) == (
        kind.Manifest.id,
        kind.Manifest.title,
        kind.Manifest.limits.batch_max,
    )
    assert {"base_url", "password", "stores"} == set(kind.Config.model_fields)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: http_json", "kind: http_jsn", "9:9: source.kind: .*did you mean http_json"),
        ("kind: basic", "kind: basc", "10:9: source.auth: expected 'kind'.*'basic'"),
        ("username", "usrname", "10:23: source.auth.usrname: unknown key; did you mean username"),
        ("name: name", "nam: name", "17:22: records.customer.nam: unknown key; did you mean name"),
        ("points: points", "points: points[", "20:13: records.loyalty.points: .*JMESPath"),
        ("enum: tier", "enum: teer", "21:30: records.loyalty.tier.enum: .*did you mean tier"),
        ("{keys}", "{kyes}", "24:46: ports.customers.ID.request.params: .*did you mean keys"),
        ("{key}", "{key", "26:26: ports.loyalty.ID.request.path: expected {name}"),
        ("{config.password}", "{config.pasword}", "10:49: source.auth.password: .*config.password"),
        ("  loyalty:\n    id: id", "  store:\n    code: id", "records.store.*required"),
        ("E1: rejected", "E1: reject", r"13:49: errors\[0\].raise.E1: expected 'not_found'"),
        ("default: none", "map: shops", "17:64: records.customer.membership.map: .*stores"),
        ('ids: "{keys}"', "ids: all", "24:19: ports.customers.ID.request: expected either"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    told: Callable[..., list[str]], old: str, new: str, expected: str
) -> None:
    """Line, column, key, what was expected, and the nearest word where one is misspelt."""
    lines = told(old, new)

    assert any(re.search(expected, line) for line in lines), lines


def test_a_list_by_keys_without_a_match_is_told(told: Callable[..., list[str]]) -> None:
    """Accounts do not tell whose they are, unless the file says where."""
    lines = told('"/accounts/{key}"', '"/accounts", params: {ids: "{keys}"}')

    assert [
        "26:5: ports.loyalty.ID.match: required with {keys}: the records do not tell their key"
    ] == lines


def test_a_wrong_zone_of_the_file_is_told(told: Callable[..., list[str]]) -> None:
    """What does not depend on the configuration is tried when the file is read."""
    lines = told("    points", "    as_of: {path: at, zone: Asia/Tokio}\n    points")

    assert ["20:12: records.loyalty.as_of: expected an IANA time zone, such as Asia/Tokyo"] == lines


def test_the_schema_describes_every_kind_and_every_key() -> None:
    """Editors are told the form of the file."""
    schema = json_schema()
    kinds = schema["properties"]["source"]["properties"]["kind"]["enum"]

    assert ["http_json", "http_graphql", "http_xml", "soap", "sql", "file"] == kinds
    for kind in kinds:
        for name, part in schema["$defs"][kind]["properties"].items():
            assert part.get("description") or part.get("$ref") or name == "limits"


def test_expressions_are_those_of_jmespath() -> None:
    """The short form of plain names gives what JMESPath gives."""
    from connectors.declarative.expression import found_by  # noqa: PLC0415

    data = {"a": {"b": [{"c": 1}, {"c": None}, 3, {"c": 2}]}, "n": [[{"c": 1}]]}
    for text in ("@", "a", "a.b", "a.x.y", "a.b[].c", "a.b[*].c", "n[].c", "n[*].c", "a[].b"):
        assert jmespath.search(text, data) == found_by(text)(data), text


def test_a_package_offers_the_file_beside_its_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line in a package makes the class, and the class lies in that package."""
    package = tmp_path / "acme_shop"
    package.mkdir()
    (package / "connector.yaml").write_text(FILE, encoding="utf-8")
    (package / "__init__.py").write_text("", encoding="utf-8")
    line = "from connectors.declarative import packaged_connector\n"
    (package / "client.py").write_text(
        line + "AcmeShop = packaged_connector(__name__)\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    made: Any = importlib.import_module("acme_shop.client").AcmeShop

    assert "acme_shop.client" == made.__module__
    assert package == made.folder


def test_a_file_that_is_no_yaml_is_told(tmp_path: Path) -> None:
    """A file that is no YAML has one problem, with its place."""
    path = tmp_path / "connector.yaml"
    path.write_text("id: [shop\n", encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r":2:1: not YAML"):
        connector_class(path)
