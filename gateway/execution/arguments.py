"""Arguments out of variables: the plain ones by hand, in the order that graphql-core keeps."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_nullable_type,
)

Coerced = Mapping[str, Any]
Read = Callable[[Coerced], Any]
"""Reads a value out of the coerced variables; None where graphql-core should say what it is."""


class PlainArguments:
    """How a field's arguments follow from variables, worked out once."""

    __slots__ = ("_reads",)

    def __init__(self, reads: Mapping[str, Read]) -> None:
        self._reads = reads

    @classmethod
    def of(cls, definition: GraphQLField, node: FieldNode) -> "PlainArguments | None":
        """None where an argument is more than a variable, or than an object of variables."""
        given = {it.name.value: it.value for it in node.arguments or ()}
        reads: dict[str, Read] = {}
        for name, argument in definition.args.items():
            if name in given:
                read = _read(argument, given[name])
                if read is None:
                    return None
                reads[argument.out_name or name] = read
            elif not _may_be_left_out(argument):
                return None
        return cls(reads)

    def values(self, coerced: Coerced) -> dict[str, Any] | None:
        """The arguments; None where a variable is null or not given."""
        values = {}
        for name, read in self._reads.items():
            if (value := read(coerced)) is None:
                return None
            values[name] = value
        return values


def _read(argument: GraphQLArgument | GraphQLInputField, value: ValueNode) -> Read | None:
    if isinstance(value, VariableNode):
        name = value.name.value
        return lambda coerced: coerced.get(name)
    type_ = get_nullable_type(argument.type)
    if isinstance(value, ObjectValueNode) and isinstance(type_, GraphQLInputObjectType):
        return _object(type_, value)
    return None


def _object(type_: GraphQLInputObjectType, value: ObjectValueNode) -> Read | None:
    given = {it.name.value: it.value for it in value.fields or ()}
    names: dict[str, str] = {}
    for name, field in type_.fields.items():
        node = given.get(name)
        if isinstance(node, VariableNode):
            names[field.out_name or name] = node.name.value
        elif node is not None or not _may_be_left_out(field):
            return None
    if len(names) != len(given) or (type_.is_one_of and len(names) != 1):
        return None
    made = type_.out_type

    def read(coerced: Coerced) -> Any:
        values = {}
        for name, variable in names.items():
            if (value := coerced.get(variable)) is None:
                return None
            values[name] = value
        return made(values)

    return read


def _may_be_left_out(it: GraphQLArgument | GraphQLInputField) -> bool:
    has_default = it.default_value is not Undefined or getattr(it, "default", None) is not None
    return not has_default and get_nullable_type(it.type) is it.type
