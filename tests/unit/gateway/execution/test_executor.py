"""What is kept, what is handed to graphql-core, and how promises are made."""

import gc
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError, build_schema, parse

from gateway.execution import Executor
from gateway.execution.operation import Operation

SCHEMA = build_schema("""
type Query { a: Int b(v: Int): Int deep: Query }
type Mutation { add(value: Int!): Int fail(value: Int!): Int! }
type Subscription { ticks: Int }
""")


def run(executor: Executor, text: str, root: Any = None, **more: Any) -> ExecutionResult:
    """Execute what needs no waiting."""
    result = executor.execute(SCHEMA, parse(text), root_value=root, **more)
    assert isinstance(result, ExecutionResult)
    return result


def test_what_needs_no_waiting_is_answered_at_once() -> None:
    """No event loop is needed, as with graphql-core."""
    assert {"a": 1} == run(Executor(), "{ a }", {"a": 1}).data


def test_plans_are_kept_by_document_operation_and_conditions() -> None:
    """One document under two choices has two answers, and each is right again."""
    executor, document = Executor(), parse("query($x: Boolean!) { a @skip(if: $x) b }")
    for value, expected in ((True, {"b": 2}), (False, {"a": 1, "b": 2})) * 2:
        result = executor.execute(
            SCHEMA, document, root_value={"a": 1, "b": 2}, variable_values={"x": value}
        )

        assert isinstance(result, ExecutionResult)
        assert expected == result.data


def test_plans_are_bounded_in_number() -> None:
    """A thousand documents leave no more than may be kept."""
    executor = Executor(plans=10)
    documents = [parse(f"{{ a{number}: a }}") for number in range(30)]
    for document in documents:
        executor.execute(SCHEMA, document, root_value={})

    gc.collect()
    kept = [it for it in gc.get_objects() if isinstance(it, Operation)]

    assert 10 == sum(it._document in documents for it in kept)


def test_no_variable_of_a_request_outlives_it_in_a_plan() -> None:
    """Only conditions are kept: what a client sent is nobody's business later."""
    executor = Executor()
    document = parse("query($v: Int, $x: Boolean!) { b(v: $v) a @include(if: $x) }")
    secret = int("987654321")

    executor.execute(SCHEMA, document, root_value={}, variable_values={"v": secret, "x": True})

    operation = next(iter(executor._operations.values()))
    plan = next(iter(operation._plans.values()))
    assert {"x": True} == plan._flags.coerced


def test_mutations_go_one_by_one_and_stop_where_all_is_lost() -> None:
    """As in graphql-core, nothing is written after a failure that takes the whole answer."""
    done: list[int] = []

    def add(_: Any, value: int) -> int:
        done.append(value)
        return value

    def fail(_: Any, value: int) -> int:
        done.append(value)
        raise ValueError("no")

    result = run(
        Executor(),
        "mutation { x: add(value: 1) y: fail(value: 2) z: add(value: 3) }",
        {"add": add, "fail": fail},
    )

    assert ([1, 2], None) == (done, result.data)


async def test_promised_mutations_wait_for_each_other() -> None:
    """The second begins when the first has ended."""
    steps: list[str] = []

    async def add(_: Any, value: int) -> int:
        steps.append(f"begin {value}")
        steps.append(f"end {value}")
        return value

    result = Executor().execute(
        SCHEMA, parse("mutation { x: add(value: 1) y: add(value: 2) }"), root_value={"add": add}
    )
    assert not isinstance(result, ExecutionResult)

    assert {"x": 1, "y": 2} == (await result).data
    assert ["begin 1", "end 1", "begin 2", "end 2"] == steps


def test_an_event_of_a_subscription_is_executed_like_a_query() -> None:
    """The event is the root value."""
    assert {"ticks": 3} == run(Executor(), "subscription { ticks }", {"ticks": 3}).data


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("query($x: Int = 1) { a @skip(if: $x) }", "a condition of @skip or @include"),
        ("{ ...F } fragment F on Query { a }", ""),
    ],
    ids=["not a Boolean", "planned"],
)
def test_what_is_not_planned_is_counted(text: str, reason: str) -> None:
    """graphql-core executes it whole; the reason says why."""
    executor = Executor()

    run(executor, text, {"a": 1})

    assert bool(reason) == bool(executor.fallbacks)
    assert all(it.startswith(reason) for it in executor.fallbacks)


def test_incremental_delivery_is_refused_as_graphql_core_does() -> None:
    """A schema with @defer raises, and is counted."""
    schema = build_schema("directive @defer on FIELD type Query { a: Int }")
    executor = Executor()

    with pytest.raises(GraphQLError, match="unexpectedly contains experimental directives"):
        executor.execute(schema, parse("{ a }"))

    assert {"the schema has @defer or @stream": 1} == executor.fallbacks
