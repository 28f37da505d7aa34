"""What execution is told of the graph: how its fields are got, and what they cost."""

from collections.abc import Collection, Mapping
from typing import Any

import strawberry
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    get_named_type,
    is_composite_type,
)
from strawberry.types.field import StrawberryField
from typing_extensions import override

from gateway.execution import Attribute, Level, LookUp
from gateway.execution.weights import FieldWeight
from gateway.http.arguments import Arguments
from schema.graphql.cost import COST, Cost
from schema.graphql.level import LEVEL, LevelResolver, WholeLevel
from schema.graphql.record import record_of

_DEFINITION = "strawberry-definition"


class GraphFields(LookUp):
    """Reads Strawberry's definitions, which its schema keeps with each field and type."""

    def __init__(self, graph: strawberry.Schema) -> None:
        self._info = graph.config.info_class
        self._arguments = Arguments(graph.config, graph.schema_converter.scalar_registry)
        # By identity: a schema's fields live as long as it does.
        self._levels: dict[int, Level] = {}

    @override
    def source(self, field: GraphQLField) -> Attribute | Level | None:
        definition = field.extensions.get(_DEFINITION)
        if not isinstance(definition, StrawberryField):
            return None
        whole = definition.metadata.get(LEVEL)
        if not isinstance(whole, WholeLevel):
            return Attribute(definition.python_name) if definition.is_basic_field else None
        known = self._levels.get(id(field))
        if known is None:
            known = self._levels[id(field)] = Level(
                self._call(definition, whole.resolver),
                whole.needs,
                self._call(definition, whole.carries) if whole.carries else None,
                self._arguments.of(definition),
            )
        return known

    @override
    def classes(self, type_: GraphQLObjectType) -> Collection[type]:
        definition = type_.extensions.get(_DEFINITION)
        record = record_of(definition.origin) if definition is not None else None
        return () if record is None else (record,)

    def _call(self, field: StrawberryField, resolver: LevelResolver) -> Any:
        info_class = self._info

        def call(parents: Any, info: GraphQLResolveInfo[Any], given: Mapping[str, Any]) -> Any:
            return resolver(parents, info_class(_raw_info=info, _field=field), **given)

        return call


def weigh(field: GraphQLField) -> FieldWeight | None:
    """What is declared of a field, or else follows from it; None for another schema's."""
    definition = field.extensions.get(_DEFINITION)
    if not isinstance(definition, StrawberryField):
        return None
    cost: Cost = definition.metadata.get(COST, Cost())
    weight = cost.weight
    if weight is None:
        has_fields = is_composite_type(get_named_type(field.type))
        weight = int(has_fields and not definition.is_basic_field)
    return FieldWeight(weight, cost.slicing, cost.assumed)
