"""Types of what is asked: scalars, enums and input objects, in every combination."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLDefaultInput,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
    GraphQLType,
    Undefined,
    ValueNode,
    parse_const_value,
    value_from_ast_untyped,
)

from tests.unit.gateway.execution.differential.choices import Choices

BUILT_IN: tuple[GraphQLNamedType, ...] = (
    GraphQLString,
    GraphQLInt,
    GraphQLBoolean,
    GraphQLID,
    GraphQLFloat,
)


class Hue(Enum):
    """Values of an enum that are members of one of Python's."""

    RED = 1
    GREEN = "g"
    BLUE = ()


@dataclass(frozen=True)
class Span:
    """What an input object becomes whose type makes an object of its own of it."""

    low: Any
    high: Any


def named_inputs(choices: Choices) -> dict[str, GraphQLNamedType]:
    """The types by their names: `Colour`, `Odd`, `Any`, `Filter`, `Range`, `Key`."""
    colour = _enum(choices)
    odd = _odd(choices)
    # Its output is whatever it is given.
    any_ = GraphQLScalarType("Any")
    range_ = GraphQLInputObjectType(
        "Range",
        {
            "low": GraphQLInputField(GraphQLInt, default=GraphQLDefaultInput(3)),
            "high": GraphQLInputField(GraphQLNonNull(GraphQLInt), out_name="high"),
        },
        out_type=(lambda value: Span(value.get("low"), value["high"]))
        if choices.chance(30)
        else None,
    )
    filter_ = GraphQLInputObjectType(
        "Filter",
        lambda: {
            "text": GraphQLInputField(GraphQLString, default_value="all", out_name="text_"),
            "colours": GraphQLInputField(GraphQLList(GraphQLNonNull(colour))),
            "range": GraphQLInputField(
                range_, default=GraphQLDefaultInput(literal=parse_const_value("{high: 9}"))
            ),
            "odd": GraphQLInputField(odd),
            "also": GraphQLInputField(filter_),
            "any": GraphQLInputField(any_),
        },
    )
    key = GraphQLInputObjectType(
        "Key",
        {
            "id": GraphQLInputField(GraphQLID),
            "number": GraphQLInputField(GraphQLInt),
            "range": GraphQLInputField(range_),
        },
        is_one_of=True,
    )
    return {it.name: it for it in (colour, odd, any_, range_, filter_, key)}


def wrapped(text: str, named: dict[str, Any]) -> Any:
    """The type that a text such as `[Int!]!` means."""
    if text.endswith("!"):
        return GraphQLNonNull(wrapped(text[:-1], named))
    if text.startswith("["):
        return GraphQLList(wrapped(text[1:-1], named))
    return named[text]


def nullable(type_: GraphQLType) -> Any:
    """The type without its `!`."""
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _enum(choices: Choices) -> GraphQLEnumType:
    names = ("RED", "GREEN", "BLUE")
    values = choices.one_of(
        [
            names,
            (1, 0, 2),
            tuple(Hue),
            (("r", 1), ("g", 2), ("b", 3)),
            (True, "no", 2.5),
            (["r"], ["g"], "b"),
        ]
    )
    return GraphQLEnumType(
        "Colour", {name: GraphQLEnumValue(value) for name, value in zip(names, values, strict=True)}
    )


def _odd(choices: Choices) -> GraphQLScalarType:
    """A scalar of whole numbers that refuses some of them in a way of its own."""
    refusal = choices.one_of([None, Undefined, ValueError, GraphQLError])

    def told(value: Any) -> Any:
        if isinstance(value, int) and value % 3 == 1:
            if isinstance(refusal, type):
                raise refusal("odd, as told")
            return refusal
        return [value] if value == 0 else value

    def taken(value: Any) -> Any:
        if not isinstance(value, int) or value % 3 == 1:
            raise GraphQLError("odd, as taken")
        return value * 2

    def literal(node: ValueNode) -> Any:
        return taken(value_from_ast_untyped(node))

    return GraphQLScalarType(
        "Odd", coerce_output_value=told, coerce_input_value=taken, coerce_input_literal=literal
    )
