"""One operation of a document, and its plans: one for each choice that its conditions leave."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLIncludeDirective,
    GraphQLSchema,
    GraphQLSkipDirective,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    assert_valid_schema,
)
from graphql.execution import default_field_resolver
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from graphql.type.directives import GraphQLDisableErrorPropagationDirective

from gateway.execution.plan import Plan
from gateway.execution.sources import LookUp
from gateway.execution.variables import Variables

_CONDITIONS = {GraphQLSkipDirective.name, GraphQLIncludeDirective.name}
_CHOICES = 64

INCREMENTAL = "the schema has @defer or @stream"
FRAGMENT_VARIABLES = "fragments have variables"
NO_CHOICE = "a condition of @skip or @include has no Boolean"
TOO_DEEP = "selections are nested too deeply"
_NO_OPERATION = "there is no such operation"


class Unplanned(Exception):  # noqa: N818 - a reason, not an error
    """Why graphql-core executes an operation whole. `counts`: whether it executes anything."""

    def __init__(self, reason: str, *, counts: bool = True) -> None:
        super().__init__(reason)
        self.counts = counts


class Operation:
    """An operation that can be planned.

    Raises:
        Unplanned: It cannot.
        TypeError: The schema is invalid.
    """

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, name: str | None, look_up: LookUp
    ) -> None:
        assert_valid_schema(schema)
        if schema.get_directive("defer") or schema.get_directive("stream"):
            raise Unplanned(INCREMENTAL)
        definition = _definition(document, name)
        root_type = schema.get_root_type(definition.operation) if definition else None
        if definition is None or root_type is None:
            raise Unplanned(_NO_OPERATION, counts=False)
        self._schema = schema
        self._look_up = look_up
        self._definition = definition
        self._fragments = _fragments(document)
        self._flags = tuple(dict.fromkeys(_flags(document)))
        self._plans: OrderedDict[tuple[object, ...], Plan] = OrderedDict()
        # A document is known again by its identity, which lasts as long as it does.
        self._document = document
        self.variables = Variables(schema, definition.variable_definitions)
        self.root_type = root_type
        self.is_serial = definition.operation is OperationType.MUTATION

    def plan(self, variables: VariableValues, field_resolver: Callable[..., Any]) -> Plan:
        """The plan under these variables. Raises `Unplanned`."""
        choice = tuple(variables.coerced.get(name) for name in self._flags)
        if any(it is not None and not isinstance(it, bool) for it in choice):
            raise Unplanned(NO_CHOICE)
        key = (field_resolver, *choice)
        found = self._plans.get(key)
        if found is None:
            found = self._plans[key] = self._planned(variables, field_resolver)
            if len(self._plans) > _CHOICES:
                self._plans.popitem(last=False)
        return found

    def _planned(self, variables: VariableValues, field_resolver: Callable[..., Any]) -> Plan:
        # Of the variables, only the conditions are kept: the others are one request's own.
        kept = VariableValues(
            {name: it for name, it in variables.sources.items() if name in self._flags},
            {name: it for name, it in variables.coerced.items() if name in self._flags},
        )
        return Plan(
            self._schema,
            self._definition,
            self._fragments,
            kept,
            look_up=self._look_up,
            field_resolver=field_resolver,
            reads_by_default=field_resolver is default_field_resolver,
            propagates=not any(
                it.name.value == GraphQLDisableErrorPropagationDirective.name
                for it in self._definition.directives or ()
            ),
        )


def _definition(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    operations = [it for it in document.definitions if isinstance(it, OperationDefinitionNode)]
    if name is not None:
        named = [it for it in operations if it.name and it.name.value == name]
        return named[-1] if named else None
    return operations[0] if len(operations) == 1 else None


def _fragments(document: DocumentNode) -> dict[str, FragmentDetails]:
    fragments = {}
    for definition in document.definitions:
        if isinstance(definition, FragmentDefinitionNode):
            if definition.variable_definitions:
                raise Unplanned(FRAGMENT_VARIABLES)
            fragments[definition.name.value] = FragmentDetails(definition)
    return fragments


def _flags(document: DocumentNode) -> Iterator[str]:
    """The variables that conditions read."""
    for selection in _selections(document):
        for directive in selection.directives or ():
            if directive.name.value in _CONDITIONS:
                for argument in directive.arguments or ():
                    if isinstance(argument.value, VariableNode):
                        yield argument.value.name.value


def _selections(document: DocumentNode) -> Iterator[SelectionNode]:
    sets: list[SelectionSetNode] = [
        it.selection_set
        for it in document.definitions
        if isinstance(it, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    while sets:
        for selection in sets.pop().selections:
            yield selection
            beneath = getattr(selection, "selection_set", None)  # a fragment's spread has none
            if beneath is not None:
                sets.append(beneath)
