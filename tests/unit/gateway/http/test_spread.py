import time

import pytest
from graphql import parse
from graphql.utilities import get_introspection_query

from gateway.http.errors import TooDear
from gateway.http.spread import check_spread


def _nested(depth: int) -> str:
    return "a{" + (_nested(depth - 1) * 2 if depth else "b ") + "}"


def test_ordinary_documents_pass() -> None:
    """Tools ask for the whole schema, and clients for the same fields in many places."""
    check_spread(parse(get_introspection_query()))
    check_spread(parse("{" + "".join(f"x{n}: a {{ id name total }} " for n in range(300)) + "}"))
    check_spread(
        parse("{ ...F a { ...F } } fragment F on Q { a { b } ...G } fragment G on Q { b }")
    )


@pytest.mark.parametrize(
    "document",
    [
        "{" + "b " * 1990 + "}",
        "{" + "a{b} " * 490 + "}",
        "{" + _nested(7) * 2 + "}",
        "fragment F on Q {" + "b " * 1900 + "} { ...F }",
        "{ a { ... on Q {" + "b " * 900 + "} ... on R {" + "b " * 900 + "} } }",
    ],
    ids=["flat", "pairs", "nested", "fragment", "inline"],
)
def test_the_same_field_many_times_in_one_place_is_too_much(document: str) -> None:
    """Validation would compare each with each."""
    with pytest.raises(TooDear, match="too many times"):
        check_spread(parse(document))


def test_fragments_that_multiply_are_too_much() -> None:
    """Each doubles the next: forty of them are a million million fields."""
    fan = "".join(f"fragment F{n} on Q {{ a{{...F{n + 1}}} b{{...F{n + 1}}} }} " for n in range(40))
    document = parse("{ ...F0 } " + fan + "fragment F40 on Q { c }")
    started = time.process_time()

    with pytest.raises(TooDear, match="more than"):
        check_spread(document)

    assert 0.5 > time.process_time() - started


def test_a_fragment_that_contains_itself_is_too_much() -> None:
    """It never ends."""
    with pytest.raises(TooDear, match="contains itself"):
        check_spread(parse("{ a { ...F } } fragment F on Q { a { ...F } }"))


def test_fields_that_meet_in_one_place_are_counted_together() -> None:
    """The same field in ten fragments is in one place of the answer."""
    fragments = "".join(f"fragment F{n} on Q {{ a {{ {'b ' * 20} }} }} " for n in range(10))

    with pytest.raises(TooDear, match="too many times"):
        check_spread(parse("{" + "".join(f"...F{n} " for n in range(10)) + "}" + fragments))
