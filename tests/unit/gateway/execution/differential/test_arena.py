"""The comparison itself: it finds every fault that is planted, and none where there is none."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError
from hypothesis import HealthCheck, Phase, given, settings

from tests.unit.gateway.execution.differential.arena import Arena
from tests.unit.gateway.execution.differential.case import Case, cases
from tests.unit.gateway.execution.differential.executors import core
from tests.unit.gateway.execution.differential.outcome import Execute

Change = Callable[[ExecutionResult], ExecutionResult]

_settings = settings(
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=80,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited"),
    pytest.mark.timeout(60),
]


class DifferentError(Exception):
    """There is a difference."""


def _look_for_a_difference(execute: Execute) -> None:
    @_settings
    @given(cases())
    def look(case: Case) -> None:
        if arena.differences(case, case.requests[0], execute):
            raise DifferentError

    with Arena() as arena:
        look()


def _changed(change: Change) -> Execute:
    """graphql-core, with one fault."""

    def execute(*arguments: Any, **named: Any) -> ExecutionResult | Awaitable[ExecutionResult]:
        result: Any = core(*arguments, **named)
        return change(result) if isinstance(result, ExecutionResult) else later(result)

    async def later(result: Awaitable[ExecutionResult]) -> ExecutionResult:
        return change(await result)

    return execute


def _without_a_field(result: ExecutionResult) -> ExecutionResult:
    return ExecutionResult(dict(list((result.data or {}).items())[1:]), result.errors)


def _in_another_order(result: ExecutionResult) -> ExecutionResult:
    data = result.data and dict(reversed(result.data.items()))
    return ExecutionResult(data, result.errors)


def _without_an_error(result: ExecutionResult) -> ExecutionResult:
    return ExecutionResult(result.data, (result.errors or [])[1:] or None)


def _with_an_error_twice(result: ExecutionResult) -> ExecutionResult:
    return ExecutionResult(result.data, [*(result.errors or []), *(result.errors or [])[:1]])


def _elsewhere(result: ExecutionResult) -> ExecutionResult:
    errors = [
        GraphQLError(it.message, it.nodes, path=[*it.path[:-1], "x"] if it.path else None)
        for it in result.errors or []
    ]
    return ExecutionResult(result.data, errors or None)


def _without_nodes(result: ExecutionResult) -> ExecutionResult:
    errors = [GraphQLError(it.message, path=it.path) for it in result.errors or []]
    return ExecutionResult(result.data, errors or None)


def _as_text(result: ExecutionResult) -> ExecutionResult:
    return ExecutionResult(_texts(result.data), result.errors)


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _texts(it) for key, it in value.items()}
    if isinstance(value, list):
        return [_texts(it) for it in value]
    return str(value) if isinstance(value, int) else value


def _twice(*arguments: Any, **named: Any) -> Any:
    """It asks everything twice."""
    core(*arguments, **named)
    return core(*arguments, **named)


async def _promising(*arguments: Any, **named: Any) -> ExecutionResult:
    """It makes everybody wait."""
    result = core(*arguments, **named)
    return result if isinstance(result, ExecutionResult) else await result


def test_graphql_core_differs_in_nothing_from_itself() -> None:
    """What resolvers answer depends on the place alone, so a second run is the same."""
    _look_for_a_difference(core)


@pytest.mark.parametrize(
    "change",
    [
        _without_a_field,
        _in_another_order,
        _without_an_error,
        _with_an_error_twice,
        _elsewhere,
        _without_nodes,
        _as_text,
    ],
)
def test_a_wrong_result_is_found(change: Change) -> None:
    """A field, an error, a path, a place in the document or a type that is not as it should be."""
    with pytest.raises(DifferentError):
        _look_for_a_difference(_changed(change))


@pytest.mark.parametrize("execute", [_twice, _promising])
def test_wrong_conduct_is_found(execute: Execute) -> None:
    """Resolvers called too often, and a promise where there is nothing to wait for."""
    with pytest.raises(DifferentError):
        _look_for_a_difference(execute)
