import re
import time
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    parse,
    validate,
    value_from_ast_untyped,
)
from graphql.utilities import get_introspection_query
from hypothesis import given
from hypothesis import strategies as st

from gateway.execution.measure import Measures
from gateway.execution.weights import nothing_known
from tests.unit.gateway.execution.asked import SCHEMA, Weights, documents, measured

_CEILING = 2**31 - 1
_NAME = re.compile(r"\b(one|many|plain|page|edges|nodes?|total|tags|n)\b")


def _fan(doublings: int) -> str:
    """Fragments each of which doubles the next."""
    fragments = "".join(
        f"fragment F{n} on Query {{ x: one {{ ...F{n + 1} }} one {{ ...F{n + 1} }} }} "
        for n in range(doublings)
    )
    return f"{{ ...F0 }} {fragments} fragment F{doublings} on Query {{ many {{ n }} }}"


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("{ n }", 1),
        ("{ one { n } n }", 2),
        ("{ one { ... { ... on Query { one { n } } } } }", 3),
        ("{ one { ...F } } fragment F on Query { one { n } }", 3),
        ("{ one { __typename } }", 1),
        ("{ __typename }", 0),
        (get_introspection_query(), 0),
    ],
    ids=["flat", "nested", "inline", "fragment", "typename", "only typename", "introspection"],
)
def test_depth_is_how_many_fields_stand_in_one_another(text: str, depth: int) -> None:
    """Fragments have none of their own, and introspection has none."""
    assert depth == measured(text).depth


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("{ n }", 1),
        ("{ n one { n many { n } } ...F ... { n } } fragment F on Query { n x: n }", 5),
        ("{ __typename }", 0),
        ("{ __schema { queryType { name } } x: __type(name: Q) { name } }", 2),
    ],
    ids=["one", "fragments", "typename", "introspection"],
)
def test_root_fields_are_those_in_no_other(text: str, fields: int) -> None:
    """Whichever fragment they stand in; a whole schema is one as well."""
    assert fields == measured(text).root_fields


def test_aliases_are_counted_wherever_a_fragment_is_spread() -> None:
    """In introspection as well: each is another copy of what stands beneath."""
    text = "{ x: n one { ...F } many { ...F } } fragment F on Query { a: n b: __typename }"

    assert 5 == measured(text).aliases
    assert 1 == measured("{ __schema { types { x: name } } }").aliases


def test_directives_are_counted_on_everything() -> None:
    """Fragments and what is in them as often as they are spread."""
    text = """
    query ($v: Int @a) @a @b { n @a ...F @a ... @a { n @a } one { ...F } }
    fragment F on Query @a { n @a }
    """

    assert 11 == measured(text).directives


def test_a_fragment_twice_in_one_selection_counts_once() -> None:
    """Executors spread it once."""
    text = "{ ...F ...F } fragment F on Query { x: many { one { n } } }"

    assert (1, 11) == (measured(text).aliases, measured(text).sized(None)[0])


def test_each_operation_has_its_own_measure() -> None:
    """With what it spreads, and no more."""
    document = parse("query A { x: n } query B { ...F } fragment F on Query { one { y: n z: n } }")
    measures = Measures(SCHEMA, document, nothing_known)
    measured = [
        measures.of(it) for it in document.definitions if isinstance(it, OperationDefinitionNode)
    ]

    assert [(1, 1), (2, 2)] == [(it.depth, it.aliases) for it in measured]


def test_what_validation_refuses_is_measured_all_the_same() -> None:
    """Fields, fragments and types that do not exist weigh nothing."""
    text = "{ what { n } ...Gone ... on What { n } ... on By { n } n(first: 3) { n } one }"

    assert (1, 1) == (measured(text).depth, measured(text).sized(None)[0])


def test_an_operation_without_a_root_type_is_measured_all_the_same() -> None:
    """Nothing is known of its fields."""
    assert (0, 1) == (measured("subscription { n }").depth, measured("{ one }").sized(None)[0])


@pytest.mark.parametrize(
    "text",
    [
        "{ ...F } fragment F on Query { one { ...F } }",
        "{ ...F } fragment F on Query { x: one { ...G } } fragment G on Query { many { ...F } }",
        "{ ...F } fragment F on Query { ...F }",
    ],
    ids=["itself", "each other", "bare"],
)
def test_fragments_that_never_end_are_measured(text: str) -> None:
    """Validation refuses them; until then they must not hold the process."""
    assert 2 >= measured(text).depth


def test_fragments_that_multiply_take_no_longer() -> None:
    """Each doubles the next: eighty of them are more fields than there are atoms."""
    weights = Weights()
    started = time.process_time()
    measure = measured(_fan(80), weights)

    assert 1.0 > time.process_time() - started
    assert 2 * 80 + 2 == weights.asked
    assert 82 == measure.depth
    assert (_CEILING, _CEILING) == (measure.aliases, measure.sized(None)[0])


def test_a_long_chain_of_fragments_is_measured() -> None:
    """As long as two thousand tokens make it."""
    chain = "".join(f"fragment F{n} on Query {{ ...F{n + 1} }} " for n in range(240))

    assert 1 == measured(f"{{ ...F0 }} {chain} fragment F240 on Query {{ n }}").depth


def test_what_is_too_deep_to_be_measured_stays_so() -> None:
    """Nothing is left of the first try that a second one could take for a measure."""
    chain = "".join(f"fragment F{n} on Query {{ ...F{n + 1} }} " for n in range(2_000))
    document = parse(f"{{ ...F0 }} {chain} fragment F2000 on Query {{ n }}")
    measures = Measures(SCHEMA, document, nothing_known)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)

    for _ in range(2):
        with pytest.raises(RecursionError):
            measures.of(operation)


def test_how_deep_introspection_goes_is_bounded_by_validation() -> None:
    """The one rule that limits leave to it is among those that run."""
    deep = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"

    assert ["Maximum introspection depth exceeded"] == [
        it.message for it in validate(SCHEMA, parse(deep))
    ]


@given(text=documents(cycles=True))
def test_the_walk_is_as_long_as_the_document(text: str) -> None:
    """However fragments spread each other, each field that is written is weighed at most once."""
    weights = Weights()
    measured(text, weights)

    assert len(_NAME.findall(text)) >= weights.asked
    assert len(text.encode()) / 2 >= weights.asked


class _Spread:
    """The slow way: every fragment spread out, every size put in."""

    def __init__(self, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self._fragments = {
            it.name.value: it
            for it in document.definitions
            if isinstance(it, FragmentDefinitionNode)
        }
        self._variables = variables

    def counts(self, node: SelectionSetNode) -> tuple[int, int, int, int, int]:
        """Depth, aliases, directives, cost, and the longest list."""
        found = [self._one(it) for it in _distinct(node)]
        return (
            max(it[0] for it in found),
            sum(it[1] for it in found),
            sum(it[2] for it in found),
            sum(it[3] for it in found),
            max(it[4] for it in found),
        )

    def _one(self, node: SelectionNode) -> tuple[int, int, int, int, int]:
        directives = len(node.directives or ())
        if isinstance(node, FieldNode):
            return self._field(node, directives)
        if isinstance(node, FragmentSpreadNode):
            inner = self._fragments[node.name.value].selection_set
        else:
            inner = node.selection_set  # type: ignore[attr-defined]
        depth, aliases, beneath, cost, longest = self.counts(inner)
        return depth, aliases, beneath + directives, cost, longest

    def _field(self, node: FieldNode, directives: int) -> tuple[int, int, int, int, int]:
        name, alias = node.name.value, int(node.alias is not None)
        if node.selection_set is None:
            return int(name != "__typename"), alias, directives, 0, 0
        depth, aliases, beneath, cost, longest = self.counts(node.selection_set)
        sizes = [self._said(it.value, name) for it in node.arguments or ()]
        said = [it for it in sizes if it is not None]
        size = sum(said) if said else {"page": 20, "many": 10, "plain": 10}.get(name, 1)
        return (
            depth + 1,
            aliases + alias,
            beneath + directives,
            1 + size * cost,
            max(longest, *said, 0),
        )

    def _said(self, value: Any, name: str) -> int | None:
        if isinstance(value, VariableNode):
            said = self._variables.get(value.name.value)
            return {"page": 20, "plain": 10}[name] if said is None else said
        found: int | None = value_from_ast_untyped(value)
        return found


def _distinct(node: SelectionSetNode) -> list[SelectionNode]:
    kept: dict[object, SelectionNode] = {}
    for it in node.selections:
        key = it.name.value if isinstance(it, FragmentSpreadNode) else id(it)
        kept.setdefault(key, it)
    return list(kept.values())


@given(text=documents(), a=st.none() | st.integers(0, 9), b=st.none() | st.integers(0, 9))
def test_the_measure_is_that_of_the_document_spread_out(
    text: str, a: int | None, b: int | None
) -> None:
    """What is kept of each fragment, and put together by the variables, loses nothing."""
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    given_ones = {"a": a, "b": b}

    measure = Measures(SCHEMA, document, nothing_known).of(operation)
    spread = _Spread(document, given_ones).counts(operation.selection_set)

    cost, longest = measure.sized(given_ones)
    assert spread == (measure.depth, measure.aliases, measure.directives, cost, longest)
    without = _Spread(document, {"a": None, "b": 3}).counts(operation.selection_set)
    assert (without[3], without[4]) == measure.sized(None)
