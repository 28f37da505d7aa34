"""Runs one operation, and says what became of it as a client is told."""

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Mapping, Sequence
from typing import Any, TypeVar

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    get_operation_ast,
)
from graphql.execution import Executor, create_source_event_stream
from msgspec import Struct

from gateway.http.documents import Documents
from gateway.http.errors import (
    BAD_USER_INPUT,
    OPERATION_UNCLEAR,
    DeadlineExceeded,
    Entry,
    RequestErrors,
    field_entries,
    request_entries,
    told,
)
from gateway.http.fields import weigh
from gateway.http.operations import Operations
from gateway.http.request import GraphQLRequest
from gateway.http.settings import HttpSettings
from schema.domain.errors import OutcomeUnknown, TillgraphError
from schema.domain.scope import Actor, RequestScope

log = logging.getLogger(__name__)

Answer = dict[str, Any]
Result = TypeVar("Result")

# Calls to systems end at the deadline, and what they lack becomes a hole: only then is it too late.
_GRACE_S = 0.05
_NOTHING: Mapping[str, Any] = {}


class Operation(Struct, frozen=True):
    """An operation that may be run: its document is valid, and it is known which one is meant.

    `extensions` is what its answer tells of limits.
    """

    schema: GraphQLSchema
    document: DocumentNode
    kind: OperationType
    name: str | None
    variables: dict[str, Any] | None
    extensions: Mapping[str, Any]
    actor: Actor
    trace: str


class Runner:
    """Runs operations on the graph as it is at that moment."""

    def __init__(self, settings: HttpSettings, operations: Operations) -> None:
        self._operations = operations
        self._documents = Documents(settings.limits, weigh)
        self._deadline_s = settings.deadline_s

    def prepare(self, request: GraphQLRequest, actor: Actor, trace: str) -> Operation:
        """Find the operation. Raises `RequestErrors` when there is none that may run."""
        schema = self._operations.schema
        known = self._documents.document(schema, request.query, trace)
        definition = get_operation_ast(known.document, request.operation_name)
        if definition is None or (
            request.operation_name is not None
            and (definition.name is None or definition.name.value != request.operation_name)
        ):
            reason = GraphQLError("`operationName` must name one operation of the document.")
            raise RequestErrors(request_entries([reason], OPERATION_UNCLEAR, trace))
        return Operation(
            schema,
            known.document,
            definition.operation,
            request.operation_name,
            request.variables,
            known.check(definition, request.variables, trace),
            actor,
            trace,
        )

    async def run(self, operation: Operation) -> Answer:
        """Run a query or a mutation. Without `data` in the answer, nothing was executed."""
        scope = self._scope(operation)
        try:
            result = await self._execute(operation, scope)
        except Exception as error:  # noqa: BLE001 - the operation's, whatever it is
            # It may have run in part: so there is `data`, and it is null.
            return {"errors": [_failure(error, operation)], "data": None}
        return _answer(result, scope, operation.extensions)

    async def answers(self, operation: Operation) -> AsyncGenerator[Answer, None]:
        """Run an operation of any kind: a subscription has an answer for each event.

        One without `data` is the last. Each event has a deadline of its own, as has subscribing;
        waiting for an event has none.
        """
        if operation.kind is not OperationType.SUBSCRIPTION:
            yield await self.run(operation)
            return
        try:
            source = await self._in_time(self._subscribe(operation))
            if isinstance(source, ExecutionResult):
                yield _unsubscribed(source.errors or [], operation.trace)
                return
            async with _closing(source):
                async for event in source:
                    scope = self._scope(operation)
                    yield _answer(await self._execute(operation, scope, event), scope)
        except Exception as error:  # noqa: BLE001 - the subscription's, whatever it is
            yield {"errors": [_failure(error, operation)]}

    def _scope(self, operation: Operation) -> RequestScope:
        deadline = time.monotonic() + self._deadline_s
        return RequestScope(operation.actor, deadline, operation.trace)

    async def _in_time(self, work: Awaitable[Result]) -> Result:
        async with asyncio.timeout(self._deadline_s + _GRACE_S):
            return await work

    async def _execute(
        self, operation: Operation, scope: RequestScope, event: object = None
    ) -> ExecutionResult:
        """Run an operation, or what it says of one event, and leave out what comes too late."""
        result = self._operations.executor.execute(
            operation.schema,
            operation.document,
            root_value=event,
            context_value=self._operations.context(scope),
            variable_values=operation.variables,
            operation_name=operation.name,
            deadline=scope.deadline + _GRACE_S,
            late=_late_write if operation.kind is OperationType.MUTATION else _late_read,
        )
        return result if isinstance(result, ExecutionResult) else await result

    async def _subscribe(self, operation: Operation) -> AsyncIterable[Any] | ExecutionResult:
        # The stream lives as long as its client listens.
        scope = RequestScope(operation.actor, math.inf, operation.trace)
        executor = Executor.build(
            operation.schema,
            operation.document,
            context_value=self._operations.context(scope),
            raw_variable_values=operation.variables,
            operation_name=operation.name,
        )
        if isinstance(executor, list):
            return ExecutionResult(None, executor)
        stream = create_source_event_stream(executor)
        return await stream if isinstance(stream, Awaitable) else stream


def _late_read() -> Exception:
    return DeadlineExceeded("the operation took longer than it may")


def _late_write() -> Exception:
    return OutcomeUnknown("the operation took longer than it may")


def _answer(
    result: ExecutionResult, scope: RequestScope, extensions: Mapping[str, Any] = _NOTHING
) -> Answer:
    errors = result.errors or []
    # A field's error has its path; one without is of the request, and nothing was executed.
    if result.data is None and errors and all(error.path is None for error in errors):
        return {"errors": request_entries(errors, BAD_USER_INPUT, scope.trace)}
    answer: Answer = {"errors": field_entries(errors, scope.trace)} if errors else {}
    answer["data"] = result.data
    if scope.gaps:
        gaps = [
            {"source": gap.source, "code": gap.code, "newest": gap.newest, "oldest": gap.oldest}
            for gap in scope.gaps
        ]
        extensions = {**extensions, "sources": gaps}
    if extensions:
        answer["extensions"] = extensions
    return answer


def _unsubscribed(errors: Sequence[GraphQLError], trace: str) -> Answer:
    if all(error.path is None for error in errors):
        return {"errors": request_entries(errors, BAD_USER_INPUT, trace)}
    return {"errors": field_entries(errors, trace)}


def _failure(error: Exception, operation: Operation) -> Entry:
    """What is told when the whole operation failed."""
    if isinstance(error, TimeoutError):
        error = _late_read()
    elif not isinstance(error, TillgraphError):
        log.error("an operation failed", exc_info=error, extra={"trace": operation.trace})
    return told(error, operation.trace)


@contextlib.asynccontextmanager
async def _closing(source: AsyncIterable[Any]) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        if (close := getattr(source, "aclose", None)) is not None:
            await close()
