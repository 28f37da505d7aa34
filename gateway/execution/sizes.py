"""Sizes as requests say them: a number of rows, or the length of a list."""

from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    get_named_type,
)

MOST = 2**31 - 1
"""No size and no cost is told to be more: it is the largest that GraphQL's `Int` holds."""


def size_said(value: object) -> int | None:
    """The number itself, or the length of a list. None: the value says no size."""
    if type(value) is int:
        return value if 0 <= value <= MOST else MOST if value > 0 else 0
    if isinstance(value, list):
        return len(value)
    # A whole number may be written 5.0; any other is refused when it is coerced.
    return int(value) if isinstance(value, float) and 0 <= value <= MOST else None


def longest_written(node: ValueNode) -> int:
    """The length of the longest list in a literal."""
    longest, waiting = 0, [node]
    while waiting:
        it = waiting.pop()
        if isinstance(it, ListValueNode):
            longest = max(longest, len(it.values))
            waiting.extend(it.values)
        elif isinstance(it, ObjectValueNode):
            waiting.extend(field.value for field in it.fields)
    return longest


def longest_given(value: object) -> int:
    """The length of the longest list in a variable's value."""
    longest, waiting = 0, [value]
    while waiting:
        it = waiting.pop()
        if isinstance(it, dict):
            waiting.extend(it.values())
        elif isinstance(it, list):
            longest = max(longest, len(it))
            waiting.extend(it)
    return longest


def holds_lists(type_: GraphQLInputType) -> bool:
    """Whether a value of the type can be a list, or have one somewhere in it."""
    seen: set[str] = set()
    waiting: list[Any] = [type_]
    while waiting:
        it = waiting.pop()
        while isinstance(it, GraphQLNonNull):
            it = it.of_type
        if isinstance(it, GraphQLList):
            return True
        named = get_named_type(it)
        if isinstance(named, GraphQLInputObjectType) and named.name not in seen:
            seen.add(named.name)
            waiting.extend(field.type for field in named.fields.values())
    return False
