"""One operation under way: each field is resolved once for all objects of its level."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo
from graphql.execution import Executor as CoreExecutor
from graphql.execution import default_field_resolver
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import Path, gather_with_cancel, is_awaitable
from graphql.type.definition import GraphQLResolveInfoHelpers

from gateway.execution import column
from gateway.execution.completion import Completion
from gateway.execution.early import Early, of_each
from gateway.execution.frame import Frame
from gateway.execution.nulls import Failure
from gateway.execution.plan import FieldPlan, Plan, Selection
from gateway.execution.waiting import Waiting, settle_aside


class Run:
    """The state of one operation, and the steps that take it on."""

    def __init__(
        self,
        plan: Plan,
        root_value: Any,
        context: Any,
        variables: VariableValues,
        type_resolver: Callable[..., Any],
    ) -> None:
        self.plan = plan
        self.type_resolver = type_resolver
        self.failures: list[Failure] = []
        self.waiting = Waiting()
        self._root_value = root_value
        self._context = context
        self._variables = variables
        self._core: CoreExecutor[Any] | None = None

    # -- steps ---------------------------------------------------------------

    def expand(self, frame: Frame) -> None:
        """Make a frame's objects, and begin with all their fields."""
        if not column.project(frame):
            projection = frame.selection.projection
            frame.dicts = [projection.blank.copy() for _ in frame.sources]
            for field in projection.plain:
                self._resolve_each(frame, field)
        for field in frame.selection.rest:
            self.begin(frame, field)

    def begin(self, frame: Frame, field: FieldPlan) -> None:
        """Begin with one field of a frame's objects."""
        if field.typename is not None:
            for answer in frame.dicts:
                answer[field.key] = field.typename
        elif field.level is not None:
            self._resolve_level(frame, field)
        elif not (field.attribute is not None and column.read_attribute(self, frame, field)):
            self._resolve_each(frame, field)

    def complete(self, frame: Frame, field: FieldPlan, values: Sequence[Any]) -> None:
        """Take on the values of a field, one for each of the frame's objects."""
        if not column.complete(self, frame, field, values):
            completion = Completion(self, frame, field)
            for number, value in enumerate(values):
                completion.resolved(number, value)
            completion.close()

    def fail(
        self,
        frame: Frame,
        number: int,
        field: FieldPlan,
        indices: tuple[int, ...],
        error: Exception,
        *,
        after: bool = False,
    ) -> None:
        """Note that a value failed. `after` says that values beneath it came before."""
        self.failures.append(Failure(frame, number, field, indices, error, after))

    # -- resolvers -----------------------------------------------------------

    def _resolve_level(self, frame: Frame, field: FieldPlan) -> None:
        early = frame.parent.early.get(field) if frame.parent is not None else None
        if early is None:
            self._ask(frame, field, frame.sources, partial(self._answered, frame, field))
        else:
            early.when_come(partial(self._came_early, frame, field, early))

    def _ask(
        self,
        frame: Frame,
        field: FieldPlan,
        parents: Sequence[Any],
        then: Callable[[Any], None],
    ) -> None:
        """Call a level's resolver, and hand on what it answers, or the error that is all theirs."""
        level = field.level
        if level is None:  # for the type checker: only fields with a level are asked
            return
        try:
            arguments = field.prepared
            if arguments is None:
                arguments = level.prepare(self.arguments(field))
            info = self.info(field, frame.level_path(field))
            if level.carries is not None and (beneath := self._beneath(field)) is not None:
                carried = level.carries(parents, info, arguments)
                self._begin_early(frame, field, beneath, carried)
            answer = level.call(parents, info, arguments)
        except Exception as error:  # noqa: BLE001 - it is the field's
            then(error)
            return
        if answer.__class__ is not list and is_awaitable(answer):
            self.waiting.add(answer, then, then)
        else:
            then(answer)

    def _answered(self, frame: Frame, field: FieldPlan, answer: Any) -> None:
        self.complete(frame, field, of_each(answer, len(frame.sources)))

    # -- fields that start with their parent's load -----------------------------

    def _beneath(self, field: FieldPlan) -> Selection | None:
        """What is selected beneath a field, if any of it may start before the field's values come.

        That may be what needs no more than is known of its parents already.
        """
        if field.object_type is None or field.list_depth > 1:
            return None
        try:
            selection = self.plan.selection(field, field.object_type)
        except GraphQLError:  # the objects tell it, if any come
            return None
        return selection if any(it.level and it.level.needs for it in selection.rest) else None

    def _begin_early(
        self, frame: Frame, field: FieldPlan, beneath: Selection, carried: Sequence[Any]
    ) -> None:
        known = [it for it in carried if it is not None]
        if field.list_depth:
            known = list(chain.from_iterable(known))
        for child in beneath.rest if known else ():
            if child.level is None or not child.level.needs:
                continue
            if all(hasattr(known[0], name) for name in child.level.needs):
                early = Early(child.level.needs, known)
                frame.early[child] = early
                parent = Frame(beneath, early.parents, frame, field)
                self._ask(parent, child, early.parents, early.came)

    def _came_early(self, frame: Frame, field: FieldPlan, early: Early) -> None:
        """Use what was asked for before the parents were there; ask for what it lacks."""
        values, lacking = early.of(frame.sources)
        if not lacking:
            self.complete(frame, field, values)
            return

        def then(answer: Any) -> None:
            for number, value in zip(lacking, of_each(answer, len(lacking)), strict=True):
                values[number] = value
            self.complete(frame, field, values)

        self._ask(frame, field, [frame.sources[number] for number in lacking], then)

    # -- ordinary resolvers ----------------------------------------------------

    def _resolve_each(self, frame: Frame, field: FieldPlan) -> None:
        """Call an ordinary resolver for each object, as graphql-core does."""
        completion = Completion(self, frame, field)
        resolve = field.resolve
        for number, source in enumerate(frame.sources):
            try:
                info = completion.info(number)
                value = resolve(source, info, **self.arguments(field))
            except Exception as error:  # noqa: BLE001 - it is the field's
                completion.failed(number, error)
            else:
                completion.resolved(number, value)
        completion.close()

    def arguments(self, field: FieldPlan) -> Mapping[str, Any]:
        """A field's arguments. Raises GraphQLError where they are wrong."""
        if field.arguments is not None:
            return field.arguments
        if field.plain_arguments is not None:
            found = field.plain_arguments.values(self._variables.coerced)
            if found is not None:
                return found
        return get_argument_values(field.definition, field.nodes[0], self._variables)

    def info(self, field: FieldPlan, path: Path) -> GraphQLResolveInfo[Any]:
        """What a resolver is told beside its parent and its arguments."""
        return GraphQLResolveInfo(
            field.name,
            field.nodes,
            field.type,
            field.parent,
            path,
            self.plan.schema,
            self.plan.fragment_definitions,
            self._root_value,
            self.plan.operation,
            self._variables,
            self._context,
            is_awaitable,
            None,
            _HELPERS,
        )

    @property
    def core(self) -> CoreExecutor[Any]:
        """graphql-core's executor of the same operation: for what it words better than anybody."""
        if self._core is None:
            self._core = CoreExecutor(
                self.plan.schema,
                self.plan.fragment_definitions,
                self.plan.fragments,
                self._root_value,
                self._context,
                self.plan.operation,
                self._variables,
                self.plan.field_resolver,
                self.type_resolver,
                default_field_resolver,
            )
        return self._core


def _gather(values: Sequence[Awaitable[Any]]) -> Awaitable[list[Any]]:
    return gather_with_cancel(*values)


def _track(values: Sequence[Any]) -> None:
    settle_aside([value for value in values if is_awaitable(value)])


_HELPERS = GraphQLResolveInfoHelpers(gather=_gather, track=_track)
