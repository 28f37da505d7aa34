"""Variables as their types have them: plain values at sight, all others by graphql-core."""

from collections.abc import Sequence
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    VariableDefinitionNode,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

_ERRORS_MAX = 50
# Of these, an instance of exactly this class is its own coerced value.
_PLAIN: dict[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


class Variables:
    """The variables that an operation declares."""

    def __init__(
        self, schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode] | None
    ) -> None:
        self._schema = schema
        self._definitions = definitions or ()
        self._plain = self._plain_ones()

    def coerced(self, given: dict[str, Any] | None) -> VariableValues | list[GraphQLError]:
        """What a request gives, or what is wrong with it."""
        if not self._definitions:
            return VariableValues({}, {})
        if self._plain is None or not given:
            return self._by_core(given)
        values = VariableValues({}, {})
        for name, kind, signature in self._plain:
            value = given.get(name, Undefined)
            if value.__class__ is not kind:
                return self._by_core(given)
            values.sources[name] = VariableValueSource(signature, value)
            values.coerced[name] = value
        return values

    def _by_core(self, given: dict[str, Any] | None) -> VariableValues | list[GraphQLError]:
        return get_variable_values(
            self._schema, self._definitions, given or {}, max_errors=_ERRORS_MAX
        )

    def _plain_ones(self) -> list[tuple[str, type, GraphQLVariableSignature]] | None:
        """Name, class and signature of each; None where one is not plain."""
        found = []
        for definition in self._definitions:
            signature = get_variable_signature(self._schema, definition)
            if isinstance(signature, GraphQLError):
                return None
            type_: Any = signature.type
            kind = _PLAIN.get(type_.of_type if isinstance(type_, GraphQLNonNull) else type_)
            if kind is None:
                return None
            found.append((signature.name, kind, signature))
        return found
