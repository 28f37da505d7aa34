"""A schema to be measured, and documents at random that ask of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLField, OperationDefinitionNode, build_schema, parse
from hypothesis import strategies as st

from gateway.execution.limits import Check, Limits
from gateway.execution.measure import Measure, Measures
from gateway.execution.weights import FieldWeight, nothing_known

SCHEMA = build_schema("""
type Query {
  one: Query
  many: [Query!]!
  page(first: Int = 20, last: Int, of: [Int!]): ThingConnection
  plain(first: Int): [Query]
  found(by: By): Query
  tags(first: Int): [String]
  n: Int
  any: Any
}
union Any = Query | Thing
type ThingConnection { nodes: [Query] edges: [Edge] total: Int }
type Edge { node: Query }
type Thing { one: Query }
input By { ids: [ID!] like: By n: Int }
type Mutation { change: Int }
""")
LIMITS = Limits(depth=10, aliases=30, directives=50, root_fields=20, list_size=100, cost=1_000)


def measured(text: str, weigh: Any = nothing_known) -> Measure:
    """The measure of a document's only operation."""
    document = parse(text)
    [operation] = [it for it in document.definitions if isinstance(it, OperationDefinitionNode)]
    return Measures(SCHEMA, document, weigh).of(operation)


def cost(text: str, variables: Mapping[str, Any] | None = None, weigh: Any = nothing_known) -> int:
    """What a document's only operation costs."""
    return measured(text, weigh).sized(variables)[0]


def checked(text: str, variables: Mapping[str, Any] | None = None) -> dict[str, int]:
    """The limits that a document's only operation is beyond, and what it asks for."""
    under = Check(measured(text), LIMITS).under(variables)
    return {it.limit: it.asked for it in under.excesses}


class Weights:
    """A `Weigh` that knows some fields by their types, and counts how often it is asked."""

    def __init__(self, **known: FieldWeight) -> None:
        self._known = {id(SCHEMA.query_type.fields[it]): of for it, of in known.items()}  # type: ignore[union-attr]
        self.asked = 0

    def __call__(self, field: GraphQLField) -> FieldWeight | None:
        """See `Weigh`."""
        self.asked += 1
        return self._known.get(id(field))


_LEAVES = ("n", "__typename", "y: n", "tags")
_SIZES = ("0", "2", "7", "$a", "$b", "null")
_FRAGMENTS = 4


class _Writer:
    """Writes what some bytes choose; without more of them, the first of everything."""

    def __init__(self, choices: bytes) -> None:
        self._choices = iter(choices)

    def document(self, *, cycles: bool) -> str:
        """An operation on `$a` and `$b`, and fragments."""
        every = range(_FRAGMENTS)
        reach = [every if cycles else every[it + 1 :] for it in every]
        fragments = [
            f"fragment F{it} on Query {{ {self._selections(2, reach[it])} }}" for it in every
        ]
        operation = f"query ($a: Int, $b: Int = 3) {{ {self._selections(3, every)} }}"
        return " ".join([operation, *fragments])

    def _one_of(self, these: Sequence[str]) -> str:
        return these[next(self._choices, 0) % len(these)]

    def _selections(self, depth: int, spreads: Sequence[int]) -> str:
        count = 1 + next(self._choices, 0) % 3
        return " ".join(self._selection(depth, spreads) for _ in range(count))

    def _selection(self, depth: int, spreads: Sequence[int]) -> str:
        kinds = ["leaf", *(["spread"] * bool(spreads)), *(["field"] * bool(depth))]
        kind = self._one_of(kinds)
        if kind == "leaf":
            return self._one_of(_LEAVES)
        if kind == "spread":
            return "...F" + self._one_of([str(it) for it in spreads])
        below = self._selections(depth - 1, spreads)
        size = self._one_of(_SIZES)
        return self._one_of(
            [
                f"one {{ {below} }}",
                f"many @skip(if: false) {{ {below} }}",
                f"x: plain(first: {size}) {{ {below} }}",
                f"page {{ edges {{ node {{ {below} }} }} }}",
                f"page(last: {size}) {{ nodes {{ {below} }} total }}",
                f"... @include(if: true) {{ {below} }}",
            ]
        )


def documents(*, cycles: bool = False) -> st.SearchStrategy[str]:
    """Documents with fragments; with `cycles`, they may spread each other and themselves."""
    return st.binary(max_size=80).map(lambda it: _Writer(it).document(cycles=cycles))
