"""What is asked: six queries, each with the variables that a run draws from."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import msgspec
from msgspec import Struct

from schema.domain.reference import GlobalId
from tests.bench import retailer

Variables = Mapping[str, Any]

_BODIES = 64
_SEED = 20251124


class Query(Struct, frozen=True):
    """One query.

    `draws` is whether each request is about another customer. `connections` are the counts that it
    is measured at where nobody says another: as many as answer often enough in a few seconds.
    """

    name: str
    title: str
    text: str
    variables: Variables = {}
    draws: bool = False
    connections: Sequence[int] = (1, 16, 64)

    def bodies(self) -> Sequence[bytes]:
        """Bodies of requests, to be sent in turn."""
        if not self.draws:
            return [_body(self.text, self.variables)]
        drawn = Random(_SEED).sample(range(1, retailer.CUSTOMERS + 1), _BODIES)
        return [_body(self.text, {"id": customer_id(number)}) for number in drawn]


def customer_id(number: int) -> str:
    """The id in the graph of a customer of the CRM."""
    return GlobalId("Customer", ("crm", str(number))).text


def _body(text: str, variables: Variables) -> bytes:
    return msgspec.json.encode({"query": text, "variables": variables})


JOINED = Query(
    "joined",
    f"{retailer.RECENT} orders with customers, lines, variants and stock",
    """\
query Joined {
  orders(first: 50) {
    nodes {
      id
      number
      placedAt
      total { amount currency }
      customer { id name email }
      lines { quantity variant { sku title stock { store { code } available } } }
    }
  }
}""",
)
POINT = Query(
    "point",
    "a customer and their last 5 orders",
    """\
query Point($id: ID!) {
  customer(by: { id: $id }) {
    id
    name
    email
    orders(first: 5) { nodes { id number total { amount currency } } }
  }
}""",
    draws=True,
)
LOOKUP = Query(
    "lookup",
    "a customer",
    "query Lookup($id: ID!) { customer(by: { id: $id }) { id name email } }",
    draws=True,
)
TYPENAME = Query("typename", "nothing of any system", "query Typename { __typename }")
WIDE = Query(
    "wide",
    f"{retailer.RANGE_ITEMS:,} variants with stock",
    """\
query Wide($id: ID!) {
  node(id: $id) {
    ... on Product { title variants { sku title stock { store { code } available } } }
  }
}""",
    {"id": GlobalId("Product", ("catalogue", str(retailer.RANGE))).text},
    connections=(1, 4),
)
DEEP = Query(
    "deep",
    "six levels from a customer to the shelves",
    """\
query Deep($id: ID!) {
  customer(by: { id: $id }) {
    name
    orders(first: 5) {
      nodes {
        number
        lines { quantity variant { title product { title } stock { store { name } available } } }
      }
    }
  }
}""",
    draws=True,
)
QUERIES = {it.name: it for it in (JOINED, POINT, LOOKUP, TYPENAME, WIDE, DEEP)}
