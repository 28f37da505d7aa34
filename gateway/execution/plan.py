"""The plan of an operation: which fields each object gets, decided once for all its requests."""

from collections.abc import Callable, Mapping
from types import FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, Any

from graphql import (
    ArgumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLArgument,
    GraphQLError,
    GraphQLField,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    TypeNameMetaFieldDef,
    Undefined,
    VariableNode,
    is_leaf_type,
    is_specified_scalar_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.type import GraphQLEnumType, GraphQLNamedType, get_named_type

from gateway.execution.arguments import PlainArguments
from gateway.execution.leaf import Leaf
from gateway.execution.projection import Project, Projection
from gateway.execution.sources import Attribute, Level, LookUp

if TYPE_CHECKING:
    from graphql.pyutils import Path

NO_ARGUMENTS: Mapping[str, Any] = {}
_STORED = (MemberDescriptorType, FunctionType)
_ACTIVE = ("__await__", "__call__", "__getattr__", "__getattribute__")


class FieldPlan:
    """One field of a selection, with all nodes of the document that ask for it."""

    __slots__ = (
        "arguments",
        "attribute",
        "children",
        "default_resolved",
        "definition",
        "details",
        "index",
        "key",
        "leaf",
        "level",
        "level_paths",
        "list_depth",
        "name",
        "named",
        "nodes",
        "object_type",
        "parent",
        "plain_arguments",
        "prepared",
        "required",
        "resolve",
        "type",
        "typename",
    )

    def __init__(
        self,
        plan: "Plan",
        parent: GraphQLObjectType,
        key: str,
        *,
        index: int,
        details: list[FieldDetails],
        definition: GraphQLField,
    ) -> None:
        self.parent = parent
        self.key = key
        self.index = index
        self.details = details
        self.nodes: list[FieldNode] = [it.node for it in details]
        self.name = self.nodes[0].name.value
        self.definition = definition
        self.resolve = definition.resolve or plan.field_resolver
        self.type = definition.type
        self.named: GraphQLNamedType = get_named_type(definition.type)
        self.required = isinstance(definition.type, GraphQLNonNull)
        self.list_depth = _list_depth(definition.type)
        self.typename = parent.name if definition is TypeNameMetaFieldDef else None
        self.children: dict[GraphQLObjectType, Selection] = {}
        # By the identity of the path above, which a path keeps alive.
        self.level_paths: dict[int, Path] = {}
        self.object_type = self.named if isinstance(self.named, GraphQLObjectType) else None
        self.leaf = self._leaf()
        self.arguments = _constant_arguments(definition, self.nodes[0])
        self.plain_arguments = PlainArguments.of(definition, self.nodes[0])
        source = plan.look_up.source(definition)
        self.level = source if isinstance(source, Level) else None
        self.prepared = self._prepared()
        # Whether graphql-core's default resolver would read it, mappings included.
        self.default_resolved = definition.resolve is None and plan.reads_by_default
        self.attribute: str | None = None
        if self.arguments is None:
            pass  # its resolver alone tells whether they are right
        elif isinstance(source, Attribute):
            self.attribute = source.name
        elif self.default_resolved:
            self.attribute = self.name

    @property
    def is_projected(self) -> bool:
        """Whether generated code reads it together with the object's other plain leaves."""
        return self.typename is not None or (
            self.attribute is not None and self.leaf is not None and self.list_depth == 0
        )

    def _prepared(self) -> Mapping[str, Any] | None:
        """A level's own arguments where every request has the same."""
        if self.level is None or self.arguments is None:
            return None
        try:
            return self.level.prepare(self.arguments)
        except Exception:  # noqa: BLE001 - it is raised again where the field is resolved
            return None

    def _leaf(self) -> Leaf | None:
        if not is_leaf_type(self.named):
            return None
        named: GraphQLLeafType = self.named
        return Leaf(named, required=self.required)


class Selection:
    """The fields of one object type at one place of the document, in the answer's order."""

    __slots__ = ("_pure", "fields", "plan", "projection", "projects", "rest", "type")

    def __init__(self, plan: "Plan", type_: GraphQLObjectType, fields: list[FieldPlan]) -> None:
        self.plan = plan
        self.type = type_
        self.fields = fields
        self.projection = Projection(fields)
        # By the one class of all sources.
        self.projects: dict[type, Project | None] = {}
        self.rest = [field for field in fields if not field.is_projected]
        self._pure: bool | None = None

    @property
    def is_pure(self) -> bool:
        """Whether equal sources have equal answers, wherever in the answer they stand.

        Ordinary resolvers may look at their path, or answer as they please; what is read from
        attributes and by whole levels does not.
        """
        if self._pure is None:
            self._pure = all(self._is_pure(field) for field in self.rest)
        return self._pure

    def _is_pure(self, field: FieldPlan) -> bool:
        if field.level is None and field.attribute is None:
            return False
        if field.leaf is not None:
            return True
        if field.object_type is None:
            return False
        try:
            return self.plan.selection(field, field.object_type).is_pure
        except GraphQLError:  # a condition without a value, which each object tells
            return False


class Plan:
    """An operation under one choice of what `@skip` and `@include` leave.

    What lies beneath a field is planned when its first object is met, and kept.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDetails],
        flags: VariableValues,
        *,
        look_up: LookUp,
        field_resolver: Callable[..., Any],
        reads_by_default: bool,
        propagates: bool,
    ) -> None:
        self.schema = schema
        self.operation = operation
        self.fragments = fragments
        self.fragment_definitions: dict[str, FragmentDefinitionNode] = {
            name: it.definition for name, it in fragments.items()
        }
        self.look_up = look_up
        self.field_resolver = field_resolver
        self.reads_by_default = reads_by_default
        self.propagates = propagates
        self._flags = flags
        self._selections: dict[tuple[str, tuple[int, ...]], Selection] = {}
        self._known: dict[GraphQLObjectType, frozenset[type]] = {}
        self._inert: dict[type, bool] = {}
        self._plain: dict[tuple[type, str], bool] = {}

    def root(self, type_: GraphQLObjectType) -> Selection:
        """The operation's own fields.

        Raises:
            GraphQLError: A condition of `@skip` or `@include` has no value.
        """
        key = (type_.name, (id(self.operation),))
        known = self._selections.get(key)
        if known is None:
            collected = collect_fields(
                self.schema, self.fragments, self._flags, type_, self.operation
            )
            known = self._keep(key, type_, collected.grouped_field_set)
        return known

    def selection(self, field: FieldPlan, type_: GraphQLObjectType) -> Selection:
        """The fields of a field's objects of one type. Raises as `root` does."""
        found = field.children.get(type_)
        if found is None:
            # The same selection sets mean the same fields, wherever fragments bring them.
            sets = tuple(id(node.selection_set) for node in field.nodes if node.selection_set)
            key = (type_.name, sets)
            found = self._selections.get(key)
            if found is None:
                collected = collect_subfields(
                    self.schema, self.fragments, self._flags, self.operation, type_, field.details
                )
                found = self._keep(key, type_, collected.grouped_field_set)
            field.children[type_] = found
        return found

    def known_classes(self, type_: GraphQLObjectType) -> frozenset[type]:
        """Classes whose instances are known to be of the type."""
        known = self._known.get(type_)
        if known is None:
            known = self._known[type_] = frozenset(self.look_up.classes(type_))
        return known

    def is_inert(self, kind: type) -> bool:
        """Whether instances of a class are what they are: no promise, function, error or proxy."""
        known = self._inert.get(kind)
        if known is None:
            known = self._inert[kind] = not (
                issubclass(kind, Exception | type(None) | type(Undefined))
                or any(name in vars(it) for it in kind.__mro__[:-1] for name in _ACTIVE)
            )
        return known

    def reads_plainly(self, kind: type, field: FieldPlan) -> bool:
        """Whether reading a field's attribute does nothing but read."""
        if not field.default_resolved:
            return True
        key = (kind, field.name)
        known = self._plain.get(key)
        if known is None:
            known = self._plain[key] = self.is_inert(kind) and _is_plain(kind, field.name)
        return known

    def _keep(
        self,
        key: tuple[str, tuple[int, ...]],
        type_: GraphQLObjectType,
        groups: Mapping[str, list[FieldDetails]],
    ) -> Selection:
        fields: list[FieldPlan] = []
        for response_key, details in groups.items():
            definition = self.schema.get_field(type_, details[0].node.name.value)
            if definition is not None:  # a field that is unknown has no answer
                fields.append(
                    FieldPlan(
                        self,
                        type_,
                        response_key,
                        index=len(fields),
                        details=details,
                        definition=definition,
                    )
                )
        selection = self._selections[key] = Selection(self, type_, fields)
        return selection


def _is_plain(kind: type, name: str) -> bool:
    """Whether an attribute is kept as it is, and not made when it is read."""
    found = next((vars(it)[name] for it in kind.__mro__ if name in vars(it)), None)
    return isinstance(found, _STORED) or not hasattr(found, "__get__")


def _list_depth(type_: Any) -> int:
    depth = 0
    while True:
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        elif isinstance(type_, GraphQLList):
            type_ = type_.of_type
            depth += 1
        else:
            return depth


def _constant_arguments(definition: GraphQLField, node: FieldNode) -> Mapping[str, Any] | None:
    """The arguments where every request has the same; None where each must work them out."""
    if not definition.args:
        return NO_ARGUMENTS
    for given in node.arguments or ():
        argument = definition.args.get(given.name.value)
        if argument is not None and not _is_constant(argument, given):
            return None
    try:
        found = get_argument_values(definition, node, VariableValues({}, {}))
    except Exception:  # noqa: BLE001 - it is raised again where the field is resolved
        return None
    return found if all(it.__class__ in _IMMUTABLE for it in found.values()) else None


def _is_constant(argument: GraphQLArgument, given: ArgumentNode) -> bool:
    # What a scalar of somebody else's makes of a literal may change, or be changed.
    named = get_named_type(argument.type)
    is_ours = is_specified_scalar_type(named) or isinstance(named, GraphQLEnumType)
    return is_ours and not isinstance(given.value, VariableNode | ListValueNode | ObjectValueNode)


_IMMUTABLE = frozenset({str, int, float, bool, type(None)})
