"""Whatever ends an operation from outside ends it as a whole, and leaves no task behind."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    parse,
)

from tests.unit.gateway.execution.differential.executors import core, ours

# graphql-core does not close the coroutines that it then no longer awaits.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")

Resolve = Callable[..., Any]


class Fatal(BaseException):
    """What no executor may catch."""


EXECUTORS = {"core": core, "ours": ours().execute}
DOCUMENTS = {
    "a field": "{ fatal calm }",
    "beneath an object": "{ one { fatal calm } }",
    "beneath a list": "{ many { calm fatal } calm }",
    "beside a promise": "{ slow fatal many { calm } }",
    "a mutation's first": "mutation { fatal calm }",
    "a mutation's second": "mutation { calm slow fatal }",
    "required": "{ one { must } calm }",
}


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What a test leaves is thrown away within it, and no other test is told of it."""
    yield
    gc.collect()


def _schema(fatal: Resolve) -> GraphQLSchema:
    async def slow(*_: object) -> int:
        await asyncio.sleep(0)
        return 1

    fields: dict[str, GraphQLField] = {
        "fatal": GraphQLField(GraphQLInt, resolve=fatal),
        "must": GraphQLField(GraphQLNonNull(GraphQLInt), resolve=fatal),
        "calm": GraphQLField(GraphQLInt, resolve=lambda *_: 1),
        "slow": GraphQLField(GraphQLInt, resolve=slow),
    }
    one = GraphQLObjectType("One", lambda: fields)
    fields["one"] = GraphQLField(one, resolve=lambda *_: {})
    fields["many"] = GraphQLField(GraphQLList(one), resolve=lambda *_: [{}, {}])
    return GraphQLSchema(
        GraphQLObjectType("Query", lambda: fields), GraphQLObjectType("Mutation", lambda: fields)
    )


def _sync(error: BaseException) -> Resolve:
    def resolve(*_: object) -> None:
        raise error

    return resolve


def _async(error: BaseException) -> Resolve:
    async def resolve(*_: object) -> None:
        await asyncio.sleep(0)
        raise error

    return resolve


async def _ended(execute: Any, schema: GraphQLSchema, document: str) -> ExecutionResult:
    result = execute(schema, parse(document), root_value={})
    return result if isinstance(result, ExecutionResult) else await result


def _others() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {current for current in [asyncio.current_task()] if current}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("way", [_sync, _async])
@pytest.mark.parametrize("error", [Fatal, asyncio.CancelledError])
@pytest.mark.parametrize("execute", EXECUTORS.values(), ids=EXECUTORS)
async def test_what_is_no_error_goes_through(
    execute: Any, error: type[BaseException], way: Callable[..., Resolve], document: str
) -> None:
    """A field cannot fail with it: it comes out of the operation, of ours as of graphql-core's."""
    schema = _schema(way(error("no error")))

    with pytest.raises(error):
        await _ended(execute, schema, document)


@pytest.mark.parametrize(
    "document",
    [*DOCUMENTS.values(), "{ one { one { fatal } many { fatal } } many { fatal must } fatal }"],
)
async def test_an_operation_that_is_cancelled_leaves_no_task(document: str) -> None:
    """Every resolver that waits is told, and has ended before the operation has."""
    begun, told = asyncio.Event(), []

    async def resolve(*_: object) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            told.append(asyncio.current_task())

    task = asyncio.create_task(_ended(ours().execute, _schema(resolve), document))
    await begun.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert set() == _others()
    assert told


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
async def test_what_is_no_error_leaves_no_task(document: str) -> None:
    """What else was under way is ended."""
    schema = _schema(_async(Fatal()))

    with pytest.raises(Fatal):
        await _ended(ours().execute, schema, document)

    assert set() == _others()
