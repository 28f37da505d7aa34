"""What became of one execution, as far as anybody outside can tell."""

import asyncio
import gc
import warnings
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from graphql import DocumentNode, ExecutionResult, GraphQLError

from tests.unit.gateway.execution.differential.case import Case, Request

T = TypeVar("T")
Begin = Callable[[], ExecutionResult | Awaitable[ExecutionResult]]
Execute = Callable[..., ExecutionResult | Awaitable[ExecutionResult]]
Keys = tuple[str | int, ...]

_TURNS = 2_000


@dataclass(frozen=True, order=True)
class Error:
    """An error as a client is told it."""

    message: str
    locations: tuple[tuple[int, int], ...]
    path: Keys | None
    extensions: str

    @classmethod
    def of(cls, error: GraphQLError) -> "Error":
        """An error in a form to be compared."""
        return cls(
            error.message,
            tuple((it.line, it.column) for it in error.locations or ()),
            None if error.path is None else tuple(error.path),
            repr(error.extensions),
        )


@dataclass
class Outcome:
    """An execution's result, what it did on the way, and what it left behind."""

    promised: bool
    data: Any = None
    errors: Sequence[Error] = ()
    raised: str | None = None
    calls: Counter[Keys] = field(default_factory=Counter)
    effects: Sequence[str] = ()
    complaints: Sequence[str] = ()


def run(
    execute: Execute,
    case: Case,
    request: Request,
    loop: asyncio.AbstractEventLoop,
    document: DocumentNode | None = None,
) -> Outcome:
    """Execute one request of a case."""
    world = case.world(request)
    arguments = case.arguments(request, world)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")

        begin = partial(execute, case.schema, document or case.document, **arguments)
        outcome = finished(begin, loop, in_loop=case.in_loop)
        gc.collect(0)  # what nobody awaited is told when it is thrown away
    outcome.calls = world.calls
    outcome.effects = world.effects
    outcome.complaints = [*outcome.complaints, *(str(it.message) for it in caught)]
    return outcome


def run_together(execute: Execute, case: Case, loop: asyncio.AbstractEventLoop) -> list[Outcome]:
    """Execute all requests of a case at once, in one event loop."""
    worlds = [case.world(request) for request in case.requests]
    begins = [
        partial(execute, case.schema, case.document, **case.arguments(request, world))
        for request, world in zip(case.requests, worlds, strict=True)
    ]

    async def together() -> list[Outcome | BaseException]:
        return await asyncio.gather(*map(_outcome, begins), return_exceptions=True)

    found = []
    for outcome, world in zip(loop.run_until_complete(_alone(together)), worlds, strict=True):
        told = _raised(outcome) if isinstance(outcome, BaseException) else outcome
        told.calls, told.effects = world.calls, world.effects
        found.append(told)
    return found


def finished(
    begin: Begin,
    loop: asyncio.AbstractEventLoop,
    *,
    in_loop: bool = True,
    alone: bool = True,
) -> Outcome:
    """Bring an execution to its end. `alone`: wait for whatever goes on in the loop behind it."""
    complaints: list[str] = []
    loop.set_exception_handler(lambda _, context: complaints.append(str(context["message"])))
    try:
        begun = begin if in_loop else partial(_given, begin())
        work = partial(_outcome, begun)
        outcome = loop.run_until_complete(_alone(work) if alone else work())
    except Exception as error:  # noqa: BLE001 - whatever it is, the other must raise it too
        outcome = _raised(error)
    outcome.complaints = complaints
    return outcome


async def _outcome(begin: Begin) -> Outcome:
    result = begin()
    promised = isinstance(result, Awaitable)
    if isinstance(result, Awaitable):
        result = await result
    return Outcome(promised, result.data, [Error.of(it) for it in result.errors or ()])


async def _alone(work: Callable[[], Awaitable[T]]) -> T:
    try:
        return await work()
    finally:
        await _quiet()


def _given(result: T) -> T:
    return result


def _raised(error: BaseException) -> Outcome:
    return Outcome(promised=False, raised=f"{type(error).__name__}: {error}")


async def _quiet() -> None:
    """Wait until no other task is left."""
    for _ in range(_TURNS):
        if len(asyncio.all_tasks()) == 1:
            return
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    raise RuntimeError(f"tasks that never end: {left}")
