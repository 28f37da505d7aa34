"""Executes operations breadth first, and exactly as graphql-core does."""

from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
)
from graphql import execute as core_execute
from graphql.execution import default_field_resolver, default_type_resolver

from gateway.execution.frame import Frame
from gateway.execution.nulls import reaches_root, spread
from gateway.execution.operation import TOO_DEEP, Operation, Unplanned
from gateway.execution.plan import FieldPlan
from gateway.execution.run import Run
from gateway.execution.sources import LookUp, NothingKnown

_PLANS = 1_000


def _late() -> Exception:
    return TimeoutError("The value did not come in time.")


class Executor:
    """Keeps plans, bounded in number, the least recently used given up first.

    `fallbacks` counts, by reason, the operations that graphql-core executed whole.
    """

    def __init__(self, look_up: LookUp | None = None, plans: int = _PLANS) -> None:
        self.fallbacks: Counter[str] = Counter()
        self._look_up = look_up or NothingKnown()
        self._plans = plans
        self._operations: OrderedDict[tuple[int, int, str | None], Operation] = OrderedDict()

    def execute(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        *,
        root_value: Any = None,
        context_value: Any = None,
        variable_values: dict[str, Any] | None = None,
        operation_name: str | None = None,
        field_resolver: Callable[..., Any] | None = None,
        type_resolver: Callable[..., Any] | None = None,
        deadline: float | None = None,
        late: Callable[[], Exception] = _late,
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Execute one operation of a document that is valid under the schema.

        Answers as `graphql.execute` does: at once where every resolver does, else with a promise.
        A value that has not come at `deadline`, in the event loop's time, fails with an error of
        `late`; the others are told. Documents are known again by identity, so keep them.

        Raises:
            TypeError: The schema is invalid.
            GraphQLError: The schema has `@defer` or `@stream`.
        """
        try:
            operation = self._operation(schema, document, operation_name)
            variables = operation.variables.coerced(variable_values)
            if isinstance(variables, list):
                return ExecutionResult(None, variables)
            plan = operation.plan(variables, field_resolver or default_field_resolver)
            root = Frame(plan.root(operation.root_type), [root_value])
        except GraphQLError as error:
            return ExecutionResult(None, [error])
        except (Unplanned, RecursionError) as reason:
            self._count(reason)
            return core_execute(
                schema,
                document,
                root_value,
                context_value,
                variable_values,
                operation_name,
                field_resolver,
                type_resolver,
            )
        run = Run(
            plan, root_value, context_value, variables, type_resolver or default_type_resolver
        )
        return _executed(run, root, serially=operation.is_serial, deadline=deadline, late=late)

    def _count(self, reason: Unplanned | RecursionError) -> None:
        if isinstance(reason, RecursionError):
            self.fallbacks[TOO_DEEP] += 1
        elif reason.counts:
            self.fallbacks[str(reason)] += 1

    def _operation(
        self, schema: GraphQLSchema, document: DocumentNode, name: str | None
    ) -> Operation:
        key = (id(schema), id(document), name)
        found = self._operations.get(key)
        if found is None:
            found = self._operations[key] = Operation(schema, document, name, self._look_up)
            if len(self._operations) > self._plans:
                self._operations.popitem(last=False)
        else:
            self._operations.move_to_end(key)
        return found


def _executed(
    run: Run, root: Frame, *, serially: bool, deadline: float | None, late: Callable[[], Exception]
) -> ExecutionResult | Awaitable[ExecutionResult]:
    if serially:
        root.dicts = [root.selection.projection.blank.copy()]
        fields = iter(root.selection.fields)
        _begin_some(run, root, fields)
    else:
        run.expand(root)
        fields = iter(())
    if run.waiting:
        return _settled(run, root, fields, deadline, late)
    return _result(run, root)


def _begin_some(run: Run, root: Frame, fields: Iterator[FieldPlan]) -> None:
    """Resolve root fields one after another, until one has to be waited for."""
    for field in fields:
        run.begin(root, field)
        if run.waiting or (run.plan.propagates and reaches_root(run.failures)):
            return


async def _settled(
    run: Run,
    root: Frame,
    fields: Iterator[FieldPlan],
    deadline: float | None,
    late: Callable[[], Exception],
) -> ExecutionResult:
    while run.waiting:
        await run.waiting.settle(deadline, late)
        if not (run.failures and run.plan.propagates and reaches_root(run.failures)):
            _begin_some(run, root, fields)
    return _result(run, root)


def _result(run: Run, root: Frame) -> ExecutionResult:
    data = root.dicts[0]
    if not run.failures:
        return ExecutionResult(data, None)
    return ExecutionResult(*spread(data, run.failures, propagates=run.plan.propagates))
