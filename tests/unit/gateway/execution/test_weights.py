import pytest

from gateway.execution.weights import FieldWeight
from tests.unit.gateway.execution.asked import Weights, cost


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ n tags }", 0),
        ("{ any { ... on Thing { one { n } } } }", 2),
        ("{ many { n } }", 1),
        ("{ many { one { n } } }", 11),
        ("{ many { many { one { n } } } }", 111),
        ("{ one { one { n } } }", 2),
        ("{ __schema { types { name } } __typename }", 0),
    ],
    ids=["leaves", "union", "empty list", "list", "lists", "object", "introspection"],
)
def test_without_more_to_go_by_the_type_says_it(text: str, expected: int) -> None:
    """What has fields of its own weighs one, and a list has ten."""
    assert expected == cost(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ page { nodes { one { n } } } }", 1 + 20 * 2),
        ("{ page { edges { node { n } } } }", 1 + 20 * 2),
        ("{ page(first: 3) { nodes { one { n } } } }", 1 + 3 * 2),
        ("{ page(last: 3) { nodes { one { n } } } }", 1 + 3 * 2),
        ("{ page(first: 3, last: 4) { nodes { one { n } } } }", 1 + 7 * 2),
        ("{ page(first: null) { nodes { one { n } } } }", 1 + 20 * 2),
        ("{ page(first: -5) { nodes { one { n } } } }", 1),
        ("{ plain(first: 3) { one { n } } }", 1 + 3),
        ("{ plain { one { n } } }", 1 + 10),
    ],
    ids=["default", "edges", "first", "last", "both", "null", "negative", "list", "no default"],
)
def test_first_and_last_say_how_many_there_are(text: str, expected: int) -> None:
    """Once for a connection: its own lists do not multiply again."""
    assert expected == cost(text)


@pytest.mark.parametrize(
    ("variables", "rows"),
    [
        ({"f": 3}, 3),
        ({"f": 3.0}, 3),
        ({"f": 0}, 0),
        ({"f": -3}, 0),
        ({}, 7),
        (None, 7),
        ({"f": None}, 20),
        ({"f": True}, 20),
        ({"f": "many"}, 20),
        ({"f": {"a": 1}}, 20),
        ({"f": float("nan")}, 20),
        ({"f": 10**400}, 2**31 - 1),
    ],
    ids=str,
)
def test_a_variable_says_it_in_each_request(variables: dict[str, object] | None, rows: int) -> None:
    """A wrong one says nothing: it is refused when it is coerced."""
    text = "query ($f: Int = 7) { page(first: $f) { total nodes { n } } }"

    assert min(1 + rows, 2**31 - 1) == cost(text, variables)


def test_sizes_of_variables_multiply() -> None:
    """Also through fragments, and where the variables are the same."""
    text = """
    query ($a: Int, $b: Int) { x: plain(first: $a) { ...F } y: plain(first: $b) { ...F } }
    fragment F on Query { plain(first: $b) { one { n } } one { n } }
    """

    assert 2 + (2 + 3) * (1 + 3 + 1) == cost(text, {"a": 2, "b": 3})
    assert 2 + (5 + 0) * (1 + 0 + 1) == cost(text, {"a": 5, "b": 0})


def test_a_look_up_says_what_a_field_weighs() -> None:
    """Its weight, and how many there are where the request does not say."""
    weigh = Weights(
        many=FieldWeight(0, assumed=3), one=FieldWeight(5), page=FieldWeight(2, assumed=4)
    )

    assert 3 * 5 == cost("{ many { one { n } } }", weigh=weigh)
    # The schema's own default is nearer to what will be answered than an assumption.
    assert 2 + 20 == cost("{ page { nodes { n } } }", weigh=weigh)


@pytest.mark.parametrize(
    ("text", "variables", "rows"),
    [
        ("{ page(of: [1, 2, 3]) { nodes { n } } }", None, 3),
        ("query ($l: [Int!]) { page(of: $l) { nodes { n } } }", {"l": [1, 2]}, 2),
        ("query ($l: [Int!]) { page(of: $l) { nodes { n } } }", None, 4),
        ("{ page { nodes { n } } }", None, 4),
    ],
    ids=["literal", "variable", "absent", "not given"],
)
def test_a_list_may_say_how_many_there_are(
    text: str, variables: dict[str, object] | None, rows: int
) -> None:
    """One for each of its items."""
    weigh = Weights(page=FieldWeight(1, slicing="of", assumed=4))

    assert 1 + rows == cost(text, variables, weigh)
