"""The graph that is served: a field for everything that can become of one."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLResolveInfo, GraphQLSchema, build_schema

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
  down2: String
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
        self.is_ready = True
        self.value = 0
        self.listening = 0
        self.events: list[tuple[str, bytes, Mapping[str, str]]] = []

    def forget(self) -> None:
        """Be as new."""
        self.is_ready, self.value = True, 0
        self.events.clear()

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

    def ready(self) -> bool:
        """See `Operations.ready`."""
        return self.is_ready


def _schema(graph: Graph) -> GraphQLSchema:
    schema = build_schema(SDL)

    def raises(error: Exception) -> Any:
        def resolve(*_: Any) -> None:
            raise error

        return resolve

    def gap(_: Any, info: GraphQLResolveInfo) -> str:
        info.context.note([SourceGap("oms", "SOURCE_UNAVAILABLE", datetime(2026, 1, 1, tzinfo=UTC))])
        return "partly"

    def change(_: Any, __: Any, value: int) -> int:
        graph.value = value
        return value

    async def sleep(_: Any, __: Any, seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "slept"

    async def count(_: Any, __: Any, to: int) -> AsyncGenerator[int, None]:
        for number in range(to):
            yield number

    async def endless(*_: Any) -> AsyncGenerator[int, None]:
        graph.listening += 1
        try:
            yield 1
            await asyncio.sleep(60)
        finally:
            graph.listening -= 1

    async def breaks(*_: Any) -> AsyncGenerator[int, None]:
        yield 1
        raise RuntimeError("canary")

    resolvers: dict[str, dict[str, Any]] = {
        "Query": {
            "hello": lambda *_, name="world": f"hello {name}",
            "add": lambda *_, a, b: a + (b or 0),
            "who": lambda _, info: "{0.name} {0.role} {0.stores}".format(info.context.actor),
            "trace": lambda _, info: info.context.trace,
            "remaining": lambda _, info: info.context.deadline - time.monotonic(),
            "sleep": sleep,
            "down": raises(_DOWN),
            "down2": raises(_DOWN),
            "invalid": raises(InvalidRequest("`first` must be between 0 and 100.")),
            "forbidden": raises(NotPermitted("canary")),
            "bug": raises(RuntimeError("canary")),
            "leaf": lambda *_: "canary",
            "surrogate": lambda *_: "caf\ud83d",
            "must": lambda *_: None,
            "gap": gap,
            "nodes": lambda *_: [{}, {}],
            "node": lambda *_: {},
        },
        "Node": {
            "name": lambda *_: "it",
            "down": raises(_DOWN),
            "node": lambda *_: {},
        },
        "Mutation": {"set": change, "sleep": sleep},
        "Subscription": {},
    }
    for name, fields in resolvers.items():
        for field, resolve in fields.items():
            schema.type_map[name].fields[field].resolve = resolve  # type: ignore[attr-defined]
    events = schema.type_map["Subscription"].fields  # type: ignore[attr-defined]
    streams = {"count": count, "endless": endless, "breaks": breaks, "remaining": endless}
    for name, stream in streams.items():
        events[name].subscribe = stream
        events[name].resolve = lambda event, *_, **__: event
    events["remaining"].resolve = lambda _, info: info.context.deadline - time.monotonic()
    events["refused"].subscribe = raises(NotPermitted("canary"))
    return schema
