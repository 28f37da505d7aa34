"""Scalars and enums: most values are told right by their class, and the rest is coerced."""

import enum
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLBoolean as Boolean,
)
from graphql import GraphQLEnumType, GraphQLLeafType, Undefined
from graphql import (
    GraphQLFloat as Float,
)
from graphql import (
    GraphQLID as Id,
)
from graphql import (
    GraphQLInt as Int,
)
from graphql import (
    GraphQLString as String,
)

_INERT = frozenset({str, int, float, bool, bytes, Decimal, datetime, date, time, UUID})

# A value for which the test holds is the answer itself.
_AS_IS: dict[str, str] = {
    String.name: "{v}.__class__ is str",
    Id.name: "{v}.__class__ is str",
    Boolean.name: "{v}.__class__ is bool",
    Int.name: "{v}.__class__ is int and -2147483648 <= {v} <= 2147483647",
    Float.name: "{v}.__class__ is float and {v} - {v} == 0.0",
}
_BUILT_IN = {it.name: it for it in (String, Id, Boolean, Int, Float)}
# A column of this class alone is told as it is.
_PLAIN = {String.name: str, Id.name: str, Boolean.name: bool}


class Surprise(Exception):  # noqa: N818 - not an error: the exact way is taken instead
    """A value that the quick way does not know."""


class Leaf:
    """How values of one leaf type are told in generated code."""

    def __init__(self, type_: GraphQLLeafType, *, required: bool) -> None:
        is_built_in = _BUILT_IN.get(type_.name) is type_
        self.as_is = _AS_IS[type_.name] if is_built_in else None
        self._plain = {_PLAIN[type_.name]} if is_built_in and type_.name in _PLAIN else None
        self.names: dict[int, str] | None = {} if isinstance(type_, GraphQLEnumType) else None
        self.coerce = _coercion(type_, self.names, required=required)

    def column(self, values: Sequence[Any]) -> Sequence[Any]:
        """The values of a whole column. Raises where one is not plain."""
        if self._plain is not None and set(map(type, values)) == self._plain:
            return values
        coerce = self.coerce
        return [coerce(value) for value in values]


def _coercion(
    type_: GraphQLLeafType, names: dict[int, str] | None, *, required: bool
) -> Callable[[Any], Any]:
    coerce_output_value = type_.coerce_output_value

    def coerce(value: Any) -> Any:
        if value.__class__ not in _INERT:
            if value is None or value is Undefined:
                if required or value is Undefined:
                    raise Surprise
                return None
            if not isinstance(value, enum.Enum) and _acts(value):
                raise Surprise
        coerced = coerce_output_value(value)
        if coerced is None or coerced is Undefined:
            raise Surprise
        if names is not None and isinstance(value, enum.Enum):
            names[id(value)] = coerced  # a member lives as long as its class, which the type keeps
        return coerced

    return coerce


def _acts(value: Any) -> bool:
    """Whether a value is more than itself: a promise, a function, an error."""
    return callable(value) or isinstance(value, Exception) or hasattr(value, "__await__")
