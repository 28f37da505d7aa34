"""Arguments in Python's form: what Strawberry makes of them, worked out once for each field."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from functools import partial
from typing import Any

from strawberry.scalars import is_scalar
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import convert_argument
from strawberry.types.base import (
    StrawberryList,
    StrawberryObjectDefinition,
    StrawberryOptional,
    get_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

Convert = Callable[[Any], Any]
Scalars = Mapping[Any, Any]


class Arguments:
    """Makes converters of the arguments of a schema's fields."""

    def __init__(self, config: StrawberryConfig, scalars: Scalars) -> None:
        self._config = config
        self._scalars = scalars

    def of(self, field: StrawberryField) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
        """Turn a field's arguments by GraphQL's names into those of its resolver."""
        wanted = [
            (self._config.name_converter.from_argument(it), it.python_name, self._value(it.type))
            for it in field.arguments
        ]

        def convert(given: Mapping[str, Any]) -> Mapping[str, Any]:
            return {to: of(given[name]) for name, to, of in wanted if name in given}

        return convert

    def _value(self, type_: Any) -> Convert:
        inner = type_.of_type if isinstance(type_, StrawberryOptional) else type_
        if self._is_leaf(inner):
            return _as_it_is
        definition = get_object_definition(inner)
        if definition is not None and definition.is_input and definition.from_input is None:
            return self._input(definition)
        if isinstance(inner, StrawberryList) and self._is_leaf(inner.of_type):
            return _copied
        # What is rare here goes Strawberry's own way.
        return partial(_by_strawberry, type_, self._scalars, self._config)

    def _is_leaf(self, type_: Any) -> bool:
        return is_scalar(type_, self._scalars) or isinstance(type_, StrawberryEnumDefinition)

    def _input(self, definition: StrawberryObjectDefinition) -> Convert:
        fields = [
            (
                self._config.name_converter.from_field(it),
                it.python_name,
                self._value(it.resolve_type(type_definition=definition)),
            )
            for it in definition.fields
        ]
        untold = [
            it.python_name
            for it in definition.fields
            if it.default_value is MISSING and it.default_factory is MISSING
        ]

        def convert(value: Any) -> Any:
            if value is None:
                return None
            given = dict.fromkeys(untold)
            for name, to, of in fields:
                if name in value:
                    given[to] = of(value[name])
            return definition.origin(**given)

        return convert


def _as_it_is(value: Any) -> Any:
    return value


def _copied(value: Any) -> Any:
    return None if value is None else list(value)


def _by_strawberry(type_: Any, scalars: Scalars, config: StrawberryConfig, value: Any) -> Any:
    return convert_argument(value, type_, scalars, config)
