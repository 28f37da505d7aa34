from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse, validate
from graphql.utilities import get_introspection_query

import gateway.demo
from gateway.http.fields import weigh
from gateway.http.known import Known
from gateway.http.settings import LimitSettings
from schema.graphql.schema import core

DEMO = Path(gateway.demo.__file__).parent
JOINED = """{
  orders(first: 50) { nodes {
    id number total { amount currency } customer { id name email }
    lines { quantity variant { sku title stock { store { code } available } } }
  } }
}"""
REFUND = """mutation {
  paymentRefund(input: {payment: "1", idempotencyKey: "k"}) {
    payment { state } userErrors { code }
  }
}"""


def _costs(text: str, variables: Mapping[str, Any] | None = None) -> list[int]:
    """What each operation of a document costs, under the limits that nobody has changed."""
    document = parse(text)
    assert [] == validate(core(), document)
    known = Known(core(), document, LimitSettings(), weigh)
    return [
        known.check(it, variables, "t")["cost"]["requested"]
        for it in document.definitions
        if isinstance(it, OperationDefinitionNode)
    ]


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("{ __typename }", 0),
        ("{ sources { name state } stores { nodes { code } } }", 0),
        ("{ orders(first: 50) { nodes { id number total { amount } source { id } } } }", 1),
        ("{ orders(first: 50) { edges { node { customer { name } store { code } } } } }", 51),
        ("{ orders { nodes { customer { identities { source { id } } loyalty { tier } } } } }", 41),
        ("{ orders(first: 50) { nodes { lines { variant { title } } } } }", 151),
        ("{ orders(first: 5) { nodes { payments { reader { name } } } } }", 16),
        ('{ nodes(ids: ["a", "b"]) { ... on Order { customer { name } } } }', 3),
        ('{ variant(by: {sku: "1"}) { stock(stores: ["ginza"]) { store { name } } } }', 2),
        (REFUND, 10),
        (JOINED, 351),
        (get_introspection_query(), 0),
    ],
    ids=[
        "name",
        "configured",
        "plain",
        "edges",
        "customer",
        "lines",
        "payments",
        "nodes",
        "stock",
        "mutation",
        "joined",
        "introspection",
    ],
)
def test_the_graph_costs_what_it_loads(text: str, cost: int) -> None:
    """Once for each record that a system is asked for; what its parent holds is free."""
    assert [cost] == _costs(text)


def test_the_demo_stays_within_the_limits() -> None:
    """What a newcomer tries first is not refused."""
    assert [25] == _costs((DEMO / "sample.graphql").read_text(encoding="utf-8"))
    assert [101, 10, 4] == _costs((DEMO / "payment.graphql").read_text(encoding="utf-8"))


def test_another_schemas_field_weighs_what_its_type_does() -> None:
    """Nothing is known of it here."""
    field = core().type_map["__Type"].fields["name"]  # type: ignore[attr-defined]

    assert weigh(field) is None
