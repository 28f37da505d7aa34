import logging
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, get_operation_ast, parse

from gateway.execution.weights import nothing_known
from gateway.http.errors import RequestErrors
from gateway.http.known import Known
from gateway.http.settings import LimitSettings

SCHEMA = build_schema("type Query { a: Query l(first: Int, ids: [ID]): [Query] n: Int }")
DEEP = "{ a { a { a { n } } } }"


def known(text: str, **limits: Any) -> Known:
    """A document that is known."""
    return Known(SCHEMA, parse(text), LimitSettings.model_validate(limits), nothing_known)


def _operation(it: Known, name: str | None = None) -> OperationDefinitionNode:
    found = get_operation_ast(it.document, name)
    assert found is not None
    return found


def _told(it: Known, variables: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    return it.check(_operation(it), variables, "t-1")


def _entries(it: Known, variables: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    with pytest.raises(RequestErrors) as caught:
        _told(it, variables)
    return caught.value.entries


def test_the_cost_is_told_beside_what_it_may_be() -> None:
    """Before the operation has run."""
    assert {"cost": {"requested": 3, "limit": 50}} == _told(known(DEEP, cost=50))


def test_the_cost_need_not_be_told() -> None:
    """It may be nobody's business."""
    assert {} == _told(known(DEEP, tell_cost=False))


def test_what_is_asked_for_and_what_is_allowed_are_told() -> None:
    """By the limit's key in the configuration, with the request's id."""
    assert [
        {
            "message": "The operation's depth: 4 asked for, 3 allowed.",
            "extensions": {
                "code": "LIMIT_EXCEEDED",
                "retryable": False,
                "limit": "depth",
                "asked": 4,
                "allowed": 3,
                "reference": "t-1",
            },
        }
    ] == _entries(known(DEEP, depth=3))


def test_all_limits_are_told_at_once() -> None:
    """Nobody mends one, only to hear of the next."""
    text = "query($i: [ID]) { x: a { n @skip(if: false) } l(ids: $i) { a { a { n } } } }"
    exceeding = known(text, depth=1, aliases=0, directives=0, root_fields=1, list_size=2, cost=1)

    entries = _entries(exceeding, {"i": ["1", "2", "3"]})

    assert ["depth", "aliases", "directives", "root_fields", "list_size", "cost"] == [
        it["extensions"]["limit"] for it in entries
    ]
    assert [4, 1, 1, 2, 3, 22] == [it["extensions"]["asked"] for it in entries]


def test_each_request_answers_for_its_own_variables() -> None:
    """What one client asked for says nothing of the next."""
    page = known("query($n: Int) { l(first: $n) { a { n } } }")

    assert 2 == len(_entries(page, {"n": 5_000}))
    assert {"cost": {"requested": 21, "limit": 1_000}} == _told(page, {"n": 20})
    assert ["list_size"] == [it["extensions"]["limit"] for it in _entries(page, {"n": 101})]
    assert {"cost": {"requested": 1, "limit": 1_000}} == _told(page, {"n": 0})


def test_an_operation_answers_for_itself() -> None:
    """Another of the same document may be larger than allowed: it does not run."""
    both = known("query Small { n } query Large " + DEEP, depth=2)

    assert {"cost": {"requested": 0, "limit": 1_000}} == both.check(
        _operation(both, "Small"), None, "t-1"
    )
    with pytest.raises(RequestErrors):
        both.check(_operation(both, "Large"), None, "t-2")


def test_what_was_refused_is_refused_again() -> None:
    """Under the new request's id."""
    deep = known(DEEP, depth=3)
    _entries(deep)

    with pytest.raises(RequestErrors) as caught:
        deep.check(_operation(deep), None, "t-2")

    assert "t-2" == caught.value.entries[0]["extensions"]["reference"]


def test_a_warning_lets_it_run(caplog: pytest.LogCaptureFixture) -> None:
    """The answer and the log tell what will be refused one day."""
    caplog.set_level(logging.WARNING, "gateway.http.known")

    told = _told(known(DEEP, tokens=11, depth=3, cost=2, mode="warn"))

    assert {
        "cost": {"requested": 3, "limit": 2},
        "limits": [
            {"limit": "tokens", "asked": 12, "allowed": 11},
            {"limit": "depth", "asked": 4, "allowed": 3},
            {"limit": "cost", "asked": 3, "allowed": 2},
        ],
    } == told
    assert [("t-1", "tokens 12 of 11, depth 4 of 3, cost 3 of 2")] == [
        (vars(it)["trace"], vars(it)["reason"]) for it in caplog.records
    ]


def test_fragments_beyond_the_stack_are_too_deep() -> None:
    """They are refused like any other."""
    chain = "".join(f"fragment F{n} on Query {{ ...F{n + 1} }} " for n in range(2_000))

    [entry] = _entries(known("{ ...F0 } " + chain + "fragment F2000 on Query { n }"))

    assert "LIMIT_EXCEEDED" == entry["extensions"]["code"]
