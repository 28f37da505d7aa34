"""One example: a schema, a document, and what is asked of it, one request after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationType,
    Visitor,
    is_introspection_type,
    parse,
    print_schema,
    validate,
    visit,
)
from hypothesis import strategies as st
from typing_extensions import override

from tests.unit.gateway.execution.differential.choices import Choices
from tests.unit.gateway.execution.differential.documents import Document, Documents
from tests.unit.gateway.execution.differential.literals import given_for
from tests.unit.gateway.execution.differential.marks import STYLE, TIDY, WAY
from tests.unit.gateway.execution.differential.resolvers import (
    TYPE_WAYS,
    field_resolver,
    type_resolver,
)
from tests.unit.gateway.execution.differential.schemas import Schemas
from tests.unit.gateway.execution.differential.values import Maker
from tests.unit.gateway.execution.differential.world import MOODS, World

_TIDY = ["nulls", "raises", "returned", "wrong", "types", "same", "same", "awaits"]
_ROOTS = ("object", "object", "object", "none")


@dataclass(frozen=True)
class Request:
    """What is asked at one time, and the seed of what resolvers answer then."""

    operation_name: str | None
    variables: Mapping[str, Any] | None
    seed: int
    moods: Sequence[str]
    root: str
    field_way: str
    type_way: str


@dataclass(frozen=True, repr=False)
class Case:
    """An example. `in_loop` says whether the executor is called inside an event loop."""

    schema: GraphQLSchema
    text: str
    document: DocumentNode
    requests: Sequence[Request]
    in_loop: bool
    selected: frozenset[str]

    def world(self, request: Request) -> World:
        """The context of one run."""
        return World(self.schema, request.seed, request.moods, self.selected)

    def arguments(self, request: Request, world: World) -> dict[str, Any]:
        """What the executor is given beside schema and document, made anew for each run."""
        return {
            "root_value": self._root(request, world),
            "context_value": world,
            "variable_values": None if request.variables is None else dict(request.variables),
            "operation_name": request.operation_name,
            "field_resolver": field_resolver(request.field_way),
            "type_resolver": type_resolver(request.type_way),
        }

    @override
    def __repr__(self) -> str:
        ways = [
            f"{type_}.{name}: {field.extensions[WAY]}"
            for type_ in self.schema.type_map.values()
            if not is_introspection_type(type_)
            for name, field in getattr(type_, "fields", {}).items()
            if field.extensions.get(WAY, "plain") != "plain"
        ]
        return "\n".join(
            [
                print_schema(self.schema),
                f"resolvers: {', '.join(ways)}",
                f"in_loop: {self.in_loop}, extensions: {self.schema.extensions}",
                self.text,
                *map(str, self.requests),
            ]
        )

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """How hypothesis shows it: see `__repr__`."""
        printer.text(repr(self))

    def _root(self, request: Request, world: World) -> Any:
        if request.root == "none":
            return None
        root_type = self.schema.query_type
        for definition in self.document.definitions:
            name = getattr(definition, "name", None)
            if hasattr(definition, "operation") and (
                request.operation_name is None
                or (name is not None and name.value == request.operation_name)
            ):
                root_type = self.schema.get_root_type(definition.operation)
        return Maker(world).made(root_type, "root")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any example."""
    choices = Choices(draw)
    schema = Schemas(choices).schema()
    writer = Documents(choices, schema, fields=choices.number(5, 30), depth=choices.number(2, 6))
    document = writer.document([it for it in OperationType if schema.get_root_type(it)])
    parsed = parse(document.text, no_location=choices.chance(5))
    problems = validate(schema, parsed)
    assert [] == problems, f"{print_schema(schema)}\n{document.text}\n{problems}"
    style = schema.extensions[STYLE]
    requests = [_request(choices, document, style) for _ in range(choices.number(1, 2))]
    is_still = not any({"awaits", "streams", "calls"} & set(it.moods) for it in requests)
    return Case(
        schema,
        document.text,
        parsed,
        requests,
        in_loop=choices.chance(50 if is_still else 85),
        selected=_selected(parsed),
    )


def _request(choices: Choices, document: Document, style: str) -> Request:
    name = choices.one_of(list(document.operations))
    variables = given_for(choices, document.operations[name], careless=choices.chance(30))
    if len(document.operations) == 1 and choices.chance(60):
        name = None
    if choices.chance(3):
        name = choices.one_of(["Nobody", "", None])
    # Now a few, now many: what is awkward hides what is awkward beneath it.
    percent = choices.one_of([15, 30, 55])
    moods = choices.some(_TIDY if style == TIDY else list(MOODS), percent)
    return Request(
        name,
        variables if variables or choices.chance(50) else None,
        choices.number(0, 2**16),
        moods,
        choices.one_of(_ROOTS),
        "sync" if choices.chance(10) else "default",
        choices.one_of(TYPE_WAYS) if choices.chance(20) else "default",
    )


def _selected(document: DocumentNode) -> frozenset[str]:
    """The names of all fields that a document asks for."""
    found: set[str] = set()

    class Names(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            found.add(node.name.value)

    visit(document, Names())
    return frozenset(found)
