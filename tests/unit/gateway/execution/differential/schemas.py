"""Schemas of every shape, built from graphql-core's own classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    DirectiveLocation,
    GraphQLArgument,
    GraphQLDefaultInput,
    GraphQLDirective,
    GraphQLField,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    parse_const_value,
    specified_directives,
)

from tests.unit.gateway.execution.differential.choices import Choices
from tests.unit.gateway.execution.differential.inputs import BUILT_IN, named_inputs, wrapped
from tests.unit.gateway.execution.differential.literals import Literals
from tests.unit.gateway.execution.differential.marks import EARLY, NAME, ROUGH, STYLE, TIDY, WAY
from tests.unit.gateway.execution.differential.resolvers import (
    LEVEL,
    TYPE_WAYS,
    WAYS,
    resolver,
    type_resolver,
    type_test,
)

_WRAPPINGS = (
    "{}", "{}!", "[{}]", "[{}!]!", "[{}]!", "[{}!]", "[[{}]]", "[[{}!]!]!", "[[{}!]]!", "[[{}]!]",
)  # fmt: skip
_LEAVES = ("String", "Int", "Colour", "Boolean", "Odd", "ID", "Float", "Any")
_ARGUMENTS = (
    "Int", "Int!", "String", "[Int!]", "Colour!", "Filter", "Range!", "Key", "Key!", "[[Int]]",
    "Odd", "ID", "Boolean", "Float", "[Filter!]!", "Any",
)  # fmt: skip
# Names that lists and dictionaries have too, so that a wrong source answers in its own way.
_NAMES = ("a", "b", "c", "d", "count", "items", "get", "class", "None")
_METHODS = {"count", "items", "get"}
_INTERFACE_NAMES = {"Node": ("id", "node"), "Named": ("name", "label")}

_TAG = GraphQLDirective(
    "tag",
    [
        DirectiveLocation.FIELD,
        DirectiveLocation.FRAGMENT_SPREAD,
        DirectiveLocation.INLINE_FRAGMENT,
        DirectiveLocation.QUERY,
        DirectiveLocation.MUTATION,
    ],
    {"n": GraphQLArgument(GraphQLInt)},
)


@dataclass
class FieldPlan:
    """A field before its types are there."""

    type: str
    way: str
    arguments: Mapping[str, GraphQLArgument]
    deprecation: str | None


class Schemas:
    """Makes one schema."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._inputs = named_inputs(choices)
        self._named: dict[str, GraphQLNamedType] = {it.name: it for it in BUILT_IN}
        self._named.update(self._inputs)
        self._literals = Literals(choices)
        self._style = choices.one_of([ROUGH, ROUGH, ROUGH, TIDY, TIDY, EARLY])

    def schema(self) -> GraphQLSchema:
        """The schema."""
        choices = self._choices
        has_abstract = self._style != TIDY
        interfaces = ("Node", "Named")[: choices.number(0, 2) if has_abstract else 0]
        objects = ["One", "Two", "Three", "Four"][: choices.number(1, 4)]
        unions = ["Either"][: choices.number(0, 1) if has_abstract else 0]
        composites = [*objects, *interfaces, *unions]
        plans = {name: self._fields(_INTERFACE_NAMES[name], composites, 2) for name in interfaces}
        if choices.chance(50) and len(interfaces) == 2:
            parents: dict[str, Sequence[str]] = {"Named": ["Node"], "Node": []}
            plans["Named"] = {**plans["Node"], **plans["Named"]}
        else:
            parents = dict.fromkeys(interfaces, ())
        for name in interfaces:
            self._interface(name, plans, parents[name])
        members: dict[str, list[str]] = {}
        for name in objects:
            told = [it for it in interfaces if name == objects[0] or choices.chance(50)]
            members[name] = sorted({*told, *(up for it in told for up in parents[it])})
        for name in objects:
            own = self._fields(_NAMES, composites, choices.number(1, 4))
            for interface in members[name]:
                for field, plan in plans[interface].items():
                    own[field] = self._implemented(plan)
            self._object(name, own, members[name])
        for name in unions:
            self._union(name, [objects[0], *choices.some(objects[1:], 60)])
        others = choices.some(["Mutation", "Subscription"], 40)
        roots = {root: self._root(root, composites) for root in ("Query", *others)}
        return GraphQLSchema(
            **{root.lower(): type_ for root, type_ in roots.items()},  # type: ignore[arg-type]
            types=[self._named[name] for name in (*composites, *self._inputs)],
            directives=[*specified_directives, _TAG],
            extensions={STYLE: self._style},
        )

    # -- fields ------------------------------------------------------------------

    def _fields(
        self, names: Sequence[str], composites: Sequence[str], many: int
    ) -> dict[str, FieldPlan]:
        first = self._choices.number(0, len(names) - 1)
        chosen = [names[(first + step) % len(names)] for step in range(many)]
        return {name: self._field(name, composites) for name in chosen}

    def _field(self, name: str, composites: Sequence[str]) -> FieldPlan:
        choices = self._choices
        if choices.chance(50):
            named = choices.one_of(composites)
        else:
            named = _LEAVES[min(choices.number(0, 7), choices.number(0, 7))]
        way = WAYS[0]
        if choices.chance(15 if self._style == TIDY else 40):
            way = choices.one_of(WAYS[1:])
        if self._style == EARLY and choices.chance(50):
            way, named = LEVEL, composites[0]
        wrapping = self._wrapping()
        if way == "attribute" and name in _METHODS:
            way = WAYS[0]
        if way == "telling":
            named, wrapping = "String", choices.one_of(["{}", "{}!"])
        arguments = {}
        if choices.chance(40):
            for argument in ("first", "by")[: choices.number(1, 2)]:
                arguments[argument] = self._argument()
        reason = "old" if choices.chance(5) else None
        return FieldPlan(wrapping.format(named), way, arguments, reason)

    def _wrapping(self) -> str:
        choices = self._choices
        if choices.chance(40 if self._style == ROUGH else 70):
            return choices.one_of(_WRAPPINGS[:2])
        return choices.one_of(_WRAPPINGS[2:6] if choices.chance(70) else _WRAPPINGS[6:])

    def _argument(self, *, must: bool = True) -> GraphQLArgument:
        choices = self._choices
        type_ = wrapped(choices.one_of(_ARGUMENTS), self._named)
        out_name = "renamed" if choices.chance(10) else None
        default = None
        if choices.chance(30) or (not must and isinstance(type_, GraphQLNonNull)):
            literal = parse_const_value(self._literals.constant(type_))
            default = GraphQLDefaultInput(literal=literal)
        return GraphQLArgument(type_, default=default, out_name=out_name)

    def _implemented(self, plan: FieldPlan) -> FieldPlan:
        """An interface's field as one of its objects has it."""
        choices = self._choices
        type_ = plan.type
        if not type_.endswith("!") and choices.chance(25):
            type_ += "!"
        arguments = dict(plan.arguments)
        if choices.chance(15):
            arguments["more"] = self._argument(must=False)
        way = plan.way
        if way != "telling" and choices.chance(50):
            way = choices.one_of(WAYS[:-1])
        return FieldPlan(type_, way, arguments, None)

    def _built(self, plans: Mapping[str, FieldPlan]) -> dict[str, GraphQLField]:
        return {
            name: GraphQLField(
                wrapped(plan.type, self._named),
                args=dict(plan.arguments),
                resolve=resolver(plan.way),
                deprecation_reason=plan.deprecation,
                extensions={WAY: plan.way, NAME: name, STYLE: self._style},
            )
            for name, plan in plans.items()
        }

    # -- types ---------------------------------------------------------------------

    def _type_way(self) -> str:
        choices = self._choices
        if choices.chance(10 if self._style == TIDY else 40):
            return choices.one_of(TYPE_WAYS[1:])
        return TYPE_WAYS[0]

    def _interface(
        self,
        name: str,
        plans: Mapping[str, Mapping[str, FieldPlan]],
        parents: Sequence[str],
    ) -> None:
        self._named[name] = GraphQLInterfaceType(
            name,
            lambda: self._built(plans[name]),
            interfaces=lambda: [self._named[it] for it in parents],  # type: ignore[arg-type]
            resolve_type=type_resolver(self._type_way()),
        )

    def _object(self, name: str, plans: Mapping[str, FieldPlan], interfaces: Sequence[str]) -> None:
        way = self._type_way()
        self._named[name] = GraphQLObjectType(
            name,
            lambda: self._built(plans),
            interfaces=lambda: [self._named[it] for it in interfaces],  # type: ignore[arg-type]
            is_type_of=type_test(way, name),
            extensions={WAY: way},
        )

    def _union(self, name: str, members: Sequence[str]) -> None:
        self._named[name] = GraphQLUnionType(
            name,
            lambda: [self._named[it] for it in members],  # type: ignore[misc]
            resolve_type=type_resolver(self._type_way()),
        )

    def _root(self, name: str, composites: Sequence[str]) -> GraphQLObjectType:
        plans = self._fields(_NAMES, composites, self._choices.number(2, 5))
        found = GraphQLObjectType(name, lambda: self._built(plans))
        self._named[name] = found
        return found
