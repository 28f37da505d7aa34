"""Small operations of which each was once answered otherwise, or could easily be."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from graphql import GraphQLError, Undefined, build_schema, parse

from tests.unit.gateway.execution.differential.compare import differences
from tests.unit.gateway.execution.differential.executors import core, ours
from tests.unit.gateway.execution.differential.outcome import Execute, Outcome, finished
from tests.unit.gateway.execution.differential.shapes import Promise

SCHEMA = build_schema("""
    type Query {
      text: String  texts: [String!]!  whole: Int  broken: Float  any: Any
      flag(must: Int!): Boolean  one: One  many: [One!]
    }
    type Mutation { one: One }
    type One { whole: Int!  one: One }
    scalar Any
""")


class Point(NamedTuple):
    """A tuple with names."""

    whole: int


class Texts(list[str]):
    """A list of a class of its own."""


class Text(str):
    """A text of a class of its own."""

    __slots__ = ()


class Failing:
    """Its attributes fail, one of them as a missing one does."""

    @property
    def text(self) -> str:
        """Fail."""
        raise AttributeError("within")

    @property
    def whole(self) -> int:
        """Fail."""
        raise KeyError("within")

    def __iter__(self) -> Any:
        raise ValueError("no items")

    def __await__(self) -> Any:
        raise ValueError("no value")
        yield


class Reread:
    """An attribute that is another coroutine each time."""

    @property
    def text(self) -> Any:
        """Promise a text."""
        return asyncio.sleep(0, "tea")


@dataclass(frozen=True)
class Oddity:
    """An operation, and how its root value is made."""

    document: str
    root: Callable[[], Any] = dict
    variables: dict[str, Any] = field(default_factory=dict)
    name: str | None = None


def _raising(error: BaseException) -> Callable[[], Any]:
    def fail(_: object) -> None:
        raise error

    return lambda: {"text": fail, "whole": 1}


def _kept() -> Any:
    future = asyncio.get_running_loop().create_future()
    future.set_result("tea")
    return {"text": future}


def _begun() -> Any:
    return {"text": asyncio.get_running_loop().create_task(asyncio.sleep(0, "tea"))}


def _cyclic(whole: int | None) -> Callable[[], Any]:
    def make() -> Any:
        one = SimpleNamespace(whole=whole)
        one.one = one
        return {"one": one, "many": [one, one]}

    return make


async def _promise_of_a_promise(_: object) -> Any:
    return Promise(1, lambda: "tea")


async def _late(_: object) -> Any:
    raise TimeoutError("late")


ODDITIES = {
    "undefined text": Oddity("{ text }", lambda: {"text": Undefined}),
    "a coroutine for an attribute": Oddity("{ text }", Reread),
    "an argument that is null": Oddity(
        "query ($v: Int = 0) { flag(must: $v) }", lambda: {"flag": True}, {"v": None}
    ),
    "a condition that is null": Oddity(
        "mutation ($v: Boolean = true) { one { one @skip(if: $v) { whole } } }",
        _cyclic(1),
        {"v": None},
    ),
    "one future at two places": Oddity("{ text x: text }", _kept),
    "one task at two places": Oddity("{ text x: text }", _begun),
    "an error with a path": Oddity("{ text }", _raising(GraphQLError("it", path=["x", 1]))),
    "an error with extensions": Oddity("{ text }", _raising(GraphQLError("", extensions={"x": 1}))),
    "an error without a message": Oddity("{ text whole }", _raising(ValueError())),
    "an end of iteration": Oddity("{ text whole }", _raising(StopIteration(3))),
    "an error as a value": Oddity("{ text }", lambda: {"text": ValueError("it")}),
    "a late value": Oddity("{ text whole }", lambda: {"text": _late, "whole": 1}),
    "a promise of a promise": Oddity("{ whole }", lambda: {"whole": _promise_of_a_promise}),
    "a promise that fails at once": Oddity("{ text }", lambda: {"text": Failing()}),
    "a list that fails at once": Oddity("{ texts }", lambda: SimpleNamespace(texts=Failing())),
    "attributes that fail": Oddity("{ text whole }", Failing),
    "an item that is null": Oddity("{ many { whole } }", lambda: {"many": [{"whole": 1}, None]}),
    "a dictionary for a list": Oddity("{ texts }", lambda: {"texts": {"a": 1}}),
    "a generator": Oddity("{ texts }", lambda: {"texts": (it for it in "ab")}),
    "lists of another class": Oddity(
        "{ texts many { whole } }", lambda: {"texts": Texts("ab"), "many": Texts()}
    ),
    "a text of another class": Oddity("{ text }", lambda: {"text": Text("tea")}),
    "bytes": Oddity("{ text }", lambda: {"text": b"tea"}),
    "a tuple for an object": Oddity("{ many { whole } }", lambda: {"many": [Point(1)]}),
    "a class for an object": Oddity(
        "{ one { whole } }", lambda: {"one": type("One", (), {"whole": 1})}
    ),
    "a dictionary that makes its entries": Oddity(
        "{ one { whole } text }", lambda: defaultdict(lambda: {"whole": 1})
    ),
    "no number": Oddity("{ broken }", lambda: {"broken": float("nan")}),
    "numbers too large": Oddity(
        "{ broken whole }", lambda: SimpleNamespace(broken=float("inf"), whole=2**31)
    ),
    "anything": Oddity("{ any }", lambda: {"any": [1, {"x": 2}]}),
    "nothing for anything": Oddity("{ any }", lambda: {"any": lambda _: None}),
    "an object within itself": Oddity("{ one { one { one { whole } } } }", _cyclic(1)),
    "an error within itself": Oddity("{ one { one { whole } } many { whole } }", _cyclic(None)),
    "sixty levels": Oddity(f"{{ one {'{ one ' * 60}{{ whole }}{'}' * 60} }}", _cyclic(1)),
    "an operation that is not there": Oddity("query A { text }", name="B"),
    "one of two operations": Oddity("query A { text } query B { whole }"),
    "no operation": Oddity("fragment F on Query { text }"),
    "a kind that is not there": Oddity("subscription { text }"),
    "a field that is not there": Oddity("{ nothing text }", lambda: {"text": "tea"}),
    "a fragment that is not there": Oddity("{ ...F text }", lambda: {"text": "tea"}),
    "nothing at all": Oddity("{ text @skip(if: true) }"),
}


def _outcome(execute: Execute, oddity: Oddity) -> Outcome:
    def begin() -> Any:
        return execute(
            SCHEMA,
            parse(oddity.document),
            root_value=oddity.root(),
            variable_values=oddity.variables,
            operation_name=oddity.name,
        )

    loop = asyncio.new_event_loop()
    try:
        return finished(begin, loop)
    finally:
        loop.close()


@pytest.mark.parametrize("oddity", ODDITIES.values(), ids=ODDITIES)
def test_an_oddity_is_answered_as_graphql_core_answers_it(oddity: Oddity) -> None:
    """Some of these documents are not valid, and reach an executor only where nobody validates."""
    expected = _outcome(core, oddity)
    actual = _outcome(ours().execute, oddity)

    assert [] == differences(expected, actual, tuple)
