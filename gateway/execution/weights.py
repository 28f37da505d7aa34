"""What a field weighs, and how many objects it answers with, as far as the request tells."""

from collections.abc import Callable
from dataclasses import dataclass

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLOutputType,
    Undefined,
    VariableNode,
    get_named_type,
    is_composite_type,
    value_from_ast_untyped,
)

from gateway.execution.sizes import size_said

# What a list is taken to have where nothing is said of it.
_LIST = 10
_SLICING = ("first", "last")


@dataclass(frozen=True, slots=True)
class FieldWeight:
    """What a field costs for each of its parents.

    `weight` is its own share. `slicing` names the argument that says how many objects it answers
    with, by its value or, if that is a list, its length; None: `first` and `last`, if it has them.
    `assumed` is how many there are where no argument says; None: 10 for a list.
    """

    weight: int
    slicing: str | None = None
    assumed: int | None = None


Weigh = Callable[[GraphQLField], FieldWeight | None]
"""Says what is known of a field; None: it weighs one if it has fields of its own, else nothing."""


@dataclass(frozen=True, slots=True)
class Size:
    """A size that a variable says, and what it is where the variable says none."""

    variable: str
    otherwise: int


def nothing_known(_: GraphQLField) -> FieldWeight | None:
    """The `Weigh` of a schema of which nothing is known."""
    return None


def weight_of(field: GraphQLField, weigh: Weigh) -> FieldWeight:
    """What the field weighs."""
    return weigh(field) or FieldWeight(int(is_composite_type(get_named_type(field.type))))


def size_unsaid(field: GraphQLField, weight: FieldWeight, parent: GraphQLNamedType) -> int:
    """How many objects the field answers with for one parent, where the request does not say.

    Relay's connections have their size from the field that leads to them: their lists, `nodes` and
    `edges`, do not multiply once more.
    """
    for name in _slicing(field, weight):
        if (default := _default(field.args[name])) is not None:
            return default
    if weight.assumed is not None:
        return weight.assumed
    if _is_list(field.type):
        return 1 if _is_connection(parent) else _LIST
    return _LIST if _is_connection(get_named_type(field.type)) else 1


def sizes_said(
    node: FieldNode, field: GraphQLField, weight: FieldWeight, otherwise: int
) -> list[int | Size]:
    """The sizes that the request says: two, which add up, where it gives `first` and `last`."""
    names = _slicing(field, weight)
    sizes: list[int | Size] = []
    for argument in node.arguments or ():
        if argument.name.value not in names:
            continue
        if isinstance(argument.value, VariableNode):
            sizes.append(Size(argument.value.name.value, otherwise))
        elif (said := size_said(value_from_ast_untyped(argument.value))) is not None:
            sizes.append(said)
    return sizes


def _slicing(field: GraphQLField, weight: FieldWeight) -> list[str]:
    names = (weight.slicing,) if weight.slicing else _SLICING
    return [name for name in names if name in field.args]


def _default(argument: GraphQLArgument) -> int | None:
    """The size that an argument says where it is not given."""
    value = argument.default_value
    if argument.default is not None:
        literal = argument.default.literal
        value = argument.default.value if literal is None else value_from_ast_untyped(literal)
    return None if value is Undefined else size_said(value)


def _is_list(type_: GraphQLOutputType) -> bool:
    return isinstance(type_.of_type if isinstance(type_, GraphQLNonNull) else type_, GraphQLList)


def _is_connection(type_: GraphQLNamedType) -> bool:
    # Relay's specification of connections reserves the ending.
    return type_.name.endswith("Connection")
