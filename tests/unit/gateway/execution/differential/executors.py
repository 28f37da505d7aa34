"""The executors that are compared."""

from collections.abc import Collection
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
)
from graphql import execute as core
from graphql.execution import Executor as CoreExecutor
from graphql.execution.executor import CollectedErrors
from graphql.pyutils import Path
from graphql.type.directives import GraphQLDisableErrorPropagationDirective
from typing_extensions import override

from gateway.execution import Attribute, Executor, Level
from tests.unit.gateway.execution.differential.marks import EARLY, NAME, STYLE, WAY
from tests.unit.gateway.execution.differential.resolvers import LEVEL, answer_level, carried
from tests.unit.gateway.execution.differential.shapes import PLACE, known_class

__all__ = ["core", "ours", "telling_all", "without_spreading"]


class Marks:
    """Says of a schema what its extensions say. Implements `LookUp`."""

    def source(self, field: GraphQLField) -> Attribute | Level | None:
        """See `LookUp.source`."""
        way = field.extensions.get(WAY)
        if way == "attribute":
            return Attribute(field.extensions[NAME])
        return _level(field) if way == LEVEL else None

    def classes(self, type_: GraphQLObjectType) -> Collection[type]:
        """See `LookUp.classes`."""
        return () if type_.extensions.get(WAY) in {None, "async"} else (known_class(type_.name),)


def ours() -> Executor:
    """An executor of ours. It keeps few plans, so that it gives many up."""
    return Executor(Marks(), plans=20)


class _AllErrors(CollectedErrors):
    """Keeps what graphql-core leaves out: errors beneath a place that has failed already."""

    @override
    def add(self, error: GraphQLError, path: Path | None) -> None:
        self._errors.append(error)


class _Telling(CoreExecutor[Any]):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.collected_errors = _AllErrors()


def telling_all(schema: GraphQLSchema, document: DocumentNode, **arguments: Any) -> Any:
    """Execute as graphql-core does, and tell every error there is."""
    return core(schema, document, executor_class=_Telling, **arguments)


def without_spreading(document: DocumentNode) -> DocumentNode:
    """The same document, in which an error nulls no more than its own field."""
    directive = DirectiveNode(
        name=NameNode(value=GraphQLDisableErrorPropagationDirective.name), arguments=()
    )
    definitions = []
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            parts = {key: getattr(definition, key) for key in definition.keys}
            parts["directives"] = (*(definition.directives or ()), directive)
            definition = OperationDefinitionNode(**parts)  # noqa: PLW2901 - the new one of it
        definitions.append(definition)
    return DocumentNode(definitions=tuple(definitions))


def _level(field: GraphQLField) -> Level:
    if field.extensions[STYLE] == EARLY:
        return Level(answer_level, (PLACE,), carried)
    return Level(answer_level)
