"""Whatever the schema, the document and the resolvers, we answer what graphql-core answers."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.unit.gateway.execution.differential.arena import Arena
from tests.unit.gateway.execution.differential.case import Case, cases

PLANNED_AT_LEAST = 0.99

# Examples are large by their nature, and the same in every run.
_settings = settings(
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited"),
    pytest.mark.timeout(60),
]


def _all_equal(examples: int) -> Arena:
    """Compare so many examples. The first that differs fails, and `__main__` makes it small."""

    @settings(_settings, max_examples=examples)
    @given(cases())
    def compare(case: Case) -> None:
        assert [] == arena.compare(case)

    with Arena() as arena:
        compare()
    return arena


def _share(arena: Arena, what: str) -> float:
    return arena.met[what] / arena.met["requests"]


def test_some_operations_are_answered_as_graphql_core_answers_them() -> None:
    """Data with the order of its keys, errors with their places, effects and calls."""
    arena = _all_equal(100)

    assert 100 <= arena.met["requests"]
    assert Counter() == arena.fallbacks


@pytest.mark.long
@pytest.mark.timeout(400)
def test_many_operations_are_answered_as_graphql_core_answers_them() -> None:
    """They are worth the name: many fail in part, many wait, and most have data."""
    arena = _all_equal(1_000)

    assert 1_000 <= arena.met["requests"]
    assert 0.2 <= _share(arena, "with errors")
    assert 0.2 <= _share(arena, "promised")
    assert 0.7 <= _share(arena, "with data")
    assert Counter() == arena.fallbacks
