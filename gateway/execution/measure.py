"""What an operation asks for: measured before it is planned, in one walk of its document.

Each fragment is measured once, however often it is spread, so that the walk takes as long as the
document is. A field that is asked for in two selections of the same place counts twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    type_from_ast,
    value_from_ast_untyped,
)

from gateway.execution.cost import Cost, Place, Sum, Sums
from gateway.execution.sizes import MOST, holds_lists, longest_given, longest_written, size_said
from gateway.execution.weights import Weigh, size_unsaid, sizes_said, weight_of

_NO_VARIABLES: Mapping[str, Any] = {}


@dataclass(slots=True)
class _Tally:
    """What some selections come to, with all beneath them."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    longest: int = 0
    cost: int | Place = 0

    def take(self, other: "_Tally") -> None:
        """Add what stands beside these or beneath them. `depth`, `fields` and `cost` differ."""
        self.aliases = min(self.aliases + other.aliases, MOST)
        self.directives = min(self.directives + other.directives, MOST)
        self.longest = max(self.longest, other.longest)


class Measure:
    """What one operation asks for.

    `depth` is how many fields stand in one another, `root_fields` how many in none. Introspection
    has no depth and no cost; how deep it goes, validation bounds.
    """

    def __init__(
        self, tally: _Tally, cost: Cost, defaults: Mapping[str, Any], lists: tuple[str, ...]
    ) -> None:
        self.depth = tally.depth
        self.root_fields = tally.fields
        self.aliases = tally.aliases
        self.directives = tally.directives
        self._longest = tally.longest
        self._cost = cost
        self._sizes = [(it.variable, it.otherwise) for it in cost.sizes]
        self._defaults = defaults
        self._lists = lists
        self.depends = bool(cost.sizes or lists)
        """Whether variables have a say in the cost, or in how long lists are."""

    def sized(self, variables: Mapping[str, Any] | None) -> tuple[int, int]:
        """The cost, and the longest list that is asked for or given.

        Args:
            variables: As the client gave them, not coerced. A wrong one says nothing.
        """
        given = variables or _NO_VARIABLES
        if self._defaults:
            given = {**self._defaults, **given}
        longest = self._longest
        sizes = []
        for name, otherwise in self._sizes:
            if (size := size_said(given.get(name))) is None:
                size = otherwise
            elif size > longest:
                longest = size
            sizes.append(size)
        for name in self._lists:
            if (value := given.get(name)) is not None:
                longest = max(longest, longest_given(value))
        return self._cost.of(sizes), longest


class Measures:
    """The operations of a document. It need not be valid: what is unknown weighs nothing."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, weigh: Weigh) -> None:
        self._schema = schema
        self._weigh = weigh
        self._sums = Sums()
        self._fragments = {
            it.name.value: it
            for it in document.definitions
            if isinstance(it, FragmentDefinitionNode)
        }
        self._measured: dict[str, _Tally] = {}
        self._open: set[str] = set()

    def of(self, operation: OperationDefinitionNode) -> Measure:
        """What an operation of the document asks for.

        Raises:
            RecursionError: It is nested too deeply.
        """
        tally = self._selections(
            operation.selection_set, self._schema.get_root_type(operation.operation)
        )
        tally.directives += len(operation.directives or ())
        defaults: dict[str, Any] = {}
        lists: list[str] = []
        for definition in operation.variable_definitions or ():
            name = definition.variable.name.value
            tally.directives += len(definition.directives or ())
            type_ = type_from_ast(self._schema, definition.type)
            if type_ is not None and holds_lists(type_):  # type: ignore[arg-type]
                lists.append(name)
            if definition.default_value is not None:
                defaults[name] = value_from_ast_untyped(definition.default_value)
        return Measure(tally, self._sums.cost(tally.cost), defaults, tuple(lists))

    def _selections(self, node: SelectionSetNode, parent: GraphQLNamedType | None) -> _Tally:
        tally, cost = _Tally(), Sum()
        spread: set[str] = set()
        for it in node.selections:
            tally.directives += len(it.directives or ())
            if isinstance(it, FieldNode):
                self._field(it, parent, tally, cost)
                continue
            if isinstance(it, InlineFragmentNode):
                below = self._selections(it.selection_set, self._condition(it, parent))
            elif isinstance(it, FragmentSpreadNode) and it.name.value not in spread:
                spread.add(it.name.value)
                below = self._fragment(it.name.value)
            else:
                continue
            tally.take(below)
            tally.depth = max(tally.depth, below.depth)
            tally.fields = min(tally.fields + below.fields, MOST)
            cost.add_times(1, below.cost)
        tally.cost = self._sums.keep(cost)
        return tally

    def _fragment(self, name: str) -> _Tally:
        if (known := self._measured.get(name)) is not None:
            return known
        fragment = self._fragments.get(name)
        if fragment is None or name in self._open:
            return _Tally()  # one that contains itself comes to nothing there
        self._open.add(name)
        try:
            tally = self._selections(fragment.selection_set, self._condition(fragment, None))
        finally:
            self._open.discard(name)
        tally.directives += len(fragment.directives or ())
        self._measured[name] = tally
        return tally

    def _field(
        self, node: FieldNode, parent: GraphQLNamedType | None, tally: _Tally, cost: Sum
    ) -> None:
        name = node.name.value
        field = _field_of(self._schema, parent, name)
        below = _Tally()
        if node.selection_set is not None:
            below = self._selections(
                node.selection_set, get_named_type(field.type) if field else None
            )
        tally.take(below)
        tally.aliases += node.alias is not None
        for argument in node.arguments or ():
            tally.longest = max(tally.longest, longest_written(argument.value))
        tally.fields += name != "__typename"
        if field is None or parent is None or name.startswith("__"):
            return
        tally.depth = max(tally.depth, below.depth + 1)
        weight = weight_of(field, self._weigh)
        cost.add(weight.weight)
        otherwise = size_unsaid(field, weight, parent)
        sizes = sizes_said(node, field, weight, otherwise)
        for size in sizes or [otherwise]:
            cost.add_times(size, below.cost)
        tally.longest = max(tally.longest, 0, *[it for it in sizes if isinstance(it, int)])

    def _condition(
        self, node: InlineFragmentNode | FragmentDefinitionNode, parent: GraphQLNamedType | None
    ) -> GraphQLNamedType | None:
        if node.type_condition is None:
            return parent
        return self._schema.get_type(node.type_condition.name.value)


def _field_of(schema: GraphQLSchema, parent: GraphQLNamedType | None, name: str) -> Any:
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        return schema.get_field(parent, name)
    return None
