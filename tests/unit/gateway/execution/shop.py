"""A small schema whose relations are whole levels, and a record of what was asked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import ExecutionResult, GraphQLField, GraphQLSchema, build_schema, parse, validate
from typing_extensions import override

from gateway.execution import Attribute, Executor, Level, LookUp

SCHEMA = build_schema("""
type Query { orders(first: Int = 2): [Order!] order: Order broken: String range: Range }
type Order { number: String! customer: Customer must: Customer! lines: [Line!]! note: String }
type Customer { name: String! city: String }
type Line { sku: String! variant: Variant }
type Variant { sku: String! title: String! stock: [Stock!] }
type Range { variants: [Variant!] }
type Stock { store: String! available: Int! }
type Mutation { add(value: Int!): Int fail(value: Int!): Int! }
""")


@dataclass
class Thing:
    """A record of any kind."""

    sku: str = ""
    number: str = ""
    name: str = ""
    title: str = ""
    city: str | None = None
    store: str = ""
    available: Any = 0
    note: Any = None
    who: str = ""
    lines: Sequence[Any] = ()


Answer = Callable[[Sequence[Any], Any, Mapping[str, Any]], Sequence[Any] | Awaitable[Sequence[Any]]]


@dataclass
class Shop(LookUp):
    """Answers levels by the functions it is given, and remembers with what they were called."""

    levels: dict[str, Level] = field(default_factory=dict)
    calls: list[tuple[str, list[Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._names = {
            id(it): f"{type_.name}.{name}"
            for type_ in SCHEMA.type_map.values()
            for name, it in getattr(type_, "fields", {}).items()
        }
        self.executor = Executor(self)

    def on(
        self,
        name: str,
        answer: Answer,
        *,
        needs: tuple[str, ...] = (),
        carries: Answer | None = None,
    ) -> None:
        """Let a field be a whole level."""

        def call(parents: Sequence[Any], info: Any, arguments: Mapping[str, Any]) -> Any:
            self.calls.append((name, list(parents)))
            return answer(parents, info, arguments)

        self.levels[name] = Level(call, needs, carries)  # type: ignore[arg-type]

    @override
    def source(self, field: GraphQLField) -> Attribute | Level | None:
        return self.levels.get(self._names.get(id(field), ""))

    @override
    def classes(self, type_: Any) -> Sequence[type]:
        return ()

    async def ask(self, document: str, root: Any = None, **more: Any) -> ExecutionResult:
        """Run an operation."""
        parsed = parse(document)
        assert [] == validate(SCHEMA, parsed)

        result = self.executor.execute(SCHEMA, parsed, root_value=root, **more)
        return result if isinstance(result, ExecutionResult) else await result


def later(answer: Answer, seconds: float = 0) -> Answer:
    """The same answer, promised."""

    async def promised(parents: Sequence[Any], info: Any, arguments: Mapping[str, Any]) -> Any:
        await asyncio.sleep(seconds)
        return answer(parents, info, arguments)

    return promised


def told(result: ExecutionResult) -> list[tuple[str, list[str | int] | None]]:
    """Each error's message and path."""
    return [(it.message, it.path) for it in result.errors or []]


__all__ = ["SCHEMA", "GraphQLSchema", "Shop", "Thing", "later", "told"]
