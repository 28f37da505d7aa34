"""The graph that is served: a field for everything that can become of one."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, build_schema

from gateway.execution import Executor
from schema.domain.errors import (
    InvalidRequest,
    NotFound,
    NotPermitted,
    Rejected,
    SchemaDrift,
    Unavailable,
)
from schema.domain.scope import RequestScope, SourceGap

SDL = """
type Query {
  hello(name: String): String
  add(a: Int!, b: Int = 0): Int
  who: String
  trace: String
  remaining: Float
  sleep(seconds: Float!): String
  down: String
  invalid: String
  forbidden: String
  bug: String
  leaf: Int
  surrogate: String
  must: String!
  gap: String
  nodes: [Node!]
  node: Node
}
type Node { name: String down: String node: Node }
type Mutation { set(value: Int!): Int sleep(seconds: Float!): String }
type Subscription {
  count(to: Int!): Int
  endless: Int
  refused: Int
  breaks: Int
  remaining: Float
}
"""

_DOWN = Unavailable("canary: connection refused", source="pos", retry_after_s=1.5)


class Graph:
    """See `gateway.http.operations.Operations`."""

    def __init__(self) -> None:
        self.schema = _schema(self)
        self.executor = Executor()
        self.is_ready = True
        self.value = 0
        self.listening = 0
        self.refused: list[tuple[str, str]] = []
        self.events: list[tuple[str, bytes, Mapping[str, str]]] = []

    def forget(self) -> None:
        """Be as new."""
        self.is_ready, self.value = True, 0
        self.events.clear()
        self.refused.clear()

    def context(self, scope: RequestScope) -> RequestScope:
        """See `Operations.context`."""
        return scope

    async def webhook(self, source: str, body: bytes, headers: Mapping[str, str]) -> None:
        """See `Operations.webhook`."""
        errors: dict[str, Exception] = {
            "nobody": NotFound("no such source"),
            "forged": Rejected("the signature is wrong"),
            "odd": SchemaDrift("type: unknown"),
            "broken": RuntimeError("canary"),
        }
        if source in errors:
            raise errors[source]
        self.events.append((source, body, headers))

    def webhook_refused(self, source: str, reason: str) -> None:
        """See `Operations.webhook_refused`."""
        self.refused.append((source, reason))

    def ready(self) -> bool:
        """See `Operations.ready`."""
        return self.is_ready


def _raising(error: Exception) -> Any:
    def resolve(*_: Any) -> None:
        raise error

    return resolve


def _who(_: Any, info: GraphQLResolveInfo[RequestScope]) -> str:
    actor = info.context.actor
    return f"{actor.name} {actor.role} {actor.stores}"


def _remaining(_: Any, info: GraphQLResolveInfo[RequestScope]) -> float:
    return info.context.deadline - time.monotonic()


def _gap(_: Any, info: GraphQLResolveInfo[RequestScope]) -> str:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    info.context.note([SourceGap("oms", "SOURCE_UNAVAILABLE", begin)])
    return "partly"


async def _sleep(_: Any, __: Any, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return "slept"


async def _count(_: Any, __: Any, to: int) -> AsyncGenerator[int, None]:
    for number in range(to):
        yield number


async def _breaks(*_: Any) -> AsyncGenerator[int, None]:
    yield 1
    raise RuntimeError("canary")


_RESOLVERS: dict[str, dict[str, Any]] = {
    "Query": {
        "hello": lambda *_, name="world": f"hello {name}",
        "add": lambda *_, a, b: a + (b or 0),
        "who": _who,
        "trace": lambda _, info: info.context.trace,
        "remaining": _remaining,
        "sleep": _sleep,
        "down": _raising(_DOWN),
        "invalid": _raising(InvalidRequest("`first` must be between 0 and 100.")),
        "forbidden": _raising(NotPermitted("canary")),
        "bug": _raising(RuntimeError("canary")),
        "leaf": lambda *_: "canary",
        "surrogate": lambda *_: "caf\ud83d",
        "must": lambda *_: None,
        "gap": _gap,
        "nodes": lambda *_: [{}, {}],
        "node": lambda *_: {},
    },
    "Node": {"name": lambda *_: "it", "down": _raising(_DOWN), "node": lambda *_: {}},
    "Mutation": {"sleep": _sleep},
    "Subscription": {
        "count": lambda event, *_, **__: event,
        "endless": lambda event, *_: event,
        "breaks": lambda event, *_: event,
        "remaining": _remaining,
    },
}


def _schema(graph: Graph) -> GraphQLSchema:
    async def endless(*_: Any) -> AsyncGenerator[int, None]:
        graph.listening += 1
        try:
            yield 1
            await asyncio.sleep(60)
        finally:
            graph.listening -= 1

    def change(_: Any, __: Any, value: int) -> int:
        graph.value = value
        return value

    schema = build_schema(SDL)
    fields = {
        name: kind.fields
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType)
    }
    for name, resolvers in _RESOLVERS.items():
        for field, resolve in resolvers.items():
            fields[name][field].resolve = resolve
    fields["Mutation"]["set"].resolve = change
    events = fields["Subscription"]
    events["count"].subscribe, events["breaks"].subscribe = _count, _breaks
    events["endless"].subscribe = events["remaining"].subscribe = endless
    events["refused"].subscribe = _raising(NotPermitted("canary"))
    return schema
