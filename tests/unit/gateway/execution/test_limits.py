import time
import timeit

import pytest

from gateway.execution.limits import Check, Excess
from tests.unit.gateway.execution.asked import LIMITS, checked, measured

_DEAR = "plain(first: 9) { plain(first: 100) { one } }"  # 910


def _times(part: str, count: int) -> str:
    return " ".join(part.format(it) for it in range(count))


def _nested(depth: int) -> str:
    return "{ one " * (depth - 1) + "{ n }" + "}" * (depth - 1)


@pytest.mark.parametrize(
    ("limit", "text", "at"),
    [
        ("depth", _nested, 10),
        ("aliases", lambda asked: f"{{ one {{ {_times('a{}: n', asked)} }} }}", 30),
        ("directives", lambda asked: f"{{ n {_times('@a', asked)} }}", 50),
        ("root_fields", lambda asked: f"{{ {_times('n', asked)} }}", 20),
        ("list_size", lambda asked: f"{{ page(first: {asked}) {{ total }} }}", 100),
        ("list_size", lambda asked: f"{{ page(of: [{_times('1', asked)}]) {{ total }} }}", 100),
        (
            "list_size",
            lambda asked: f"{{ found(by: {{like: {{ids: [{_times('1', asked)}]}}}}) {{ n }} }}",
            100,
        ),
        ("cost", lambda asked: f"{{ {_DEAR} one {{ {_times('one', asked - 911)} }} }}", 1_000),
    ],
    ids=["depth", "aliases", "directives", "root fields", "first", "list", "in an input", "cost"],
)
def test_a_limit_is_the_most_that_is_allowed(limit: str, text: object, at: int) -> None:
    """One more is too much, and it is told what was asked."""
    assert {} == checked(text(at))  # type: ignore[operator]
    assert {limit: at + 1} == checked(text(at + 1))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "variables", "beyond"),
    [
        ("($v: Int) { page(first: $v) { total } }", {"v": 100}, {}),
        ("($v: Int) { page(first: $v) { total } }", {"v": 101}, {"list_size": 101}),
        ("($v: Int = 101) { page(first: $v) { total } }", {}, {"list_size": 101}),
        ("($v: Int = 101) { page(first: $v) { total } }", {"v": 5}, {}),
        ("($v: [Int!]) { page(of: $v) { total } }", {"v": [1] * 101}, {"list_size": 101}),
        ("($v: [Int!] = [1]) { page(of: $v) { total } }", {"v": [1] * 100}, {}),
        ("($v: By) { found(by: $v) { n } }", {"v": {"ids": ["1"] * 101}}, {"list_size": 101}),
        (
            "($v: By!) { found(by: $v) { n } }",
            {"v": {"like": {"like": {"ids": ["1"] * 102}}}},
            {"list_size": 102},
        ),
        ("($v: [ID!]) { found(by: {ids: $v}) { n } }", {"v": ["1"] * 101}, {"list_size": 101}),
        ("($v: Int) { found(by: {n: $v}) { n } }", {"v": 1_000}, {}),
    ],
    ids=str,
)
def test_variables_are_held_against_the_limits(
    text: str, variables: dict[str, object], beyond: dict[str, int]
) -> None:
    """In every request: sizes, and lists wherever they stand."""
    assert beyond == checked(f"query {text}", variables)


def test_all_limits_are_told_at_once() -> None:
    """Whoever corrects a document corrects it once."""
    text = f"query ($v: Int) {{ {_times('n @a', 51)} x: page(first: $v) {{ nodes {_nested(9)} }} }}"
    check = Check(measured(text), LIMITS)

    assert (
        Excess("depth", 11, 10),
        Excess("directives", 51, 50),
        Excess("root_fields", 52, 20),
        Excess("list_size", 5_000, 100),
        Excess("cost", 45_001, 1_000),
    ) == check.under({"v": 5_000}).excesses


def test_what_no_variable_decides_is_settled() -> None:
    """Such an operation is held against the limits once."""
    settled = Check(measured("query ($x: ID) { page(first: 3) { nodes { n } } }"), LIMITS)
    unsettled = Check(measured("query ($v: Int) { page(first: $v) { nodes { n } } }"), LIMITS)

    assert settled.settled is settled.under({"x": "1"})
    assert (4, ()) == settled.settled
    assert unsettled.settled is None


def test_a_known_operation_is_checked_in_no_time() -> None:
    """In less than what it takes to make a small dictionary of dictionaries, by far."""
    settled = Check(measured("{ page(first: 3) { nodes { n } } }"), LIMITS)
    varied = Check(
        measured("query ($v: Int) { page(first: $v) { nodes { one { n } many { one { n } } } } }"),
        LIMITS,
    )
    variables = {"v": 5}
    unit = _fastest(lambda: [{"n": it} for it in range(100)])

    assert unit > 10 * _fastest(lambda: settled.under(variables))
    assert unit > _fastest(lambda: varied.under(variables))


def _fastest(call: object) -> float:
    return min(timeit.repeat(call, timer=time.process_time, number=500, repeat=15))  # type: ignore[arg-type]
