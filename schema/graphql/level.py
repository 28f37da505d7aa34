"""Whole-level resolvers: one call for all parents of a level, never one by one."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import strawberry
from strawberry import Info

from schema.domain.errors import TillgraphError
from schema.graphql.nullability import SemanticNonNull

T = TypeVar("T")

LEVEL = "tillgraph_level"
"""Key in a Strawberry field's metadata under which its whole-level resolver stands."""

LevelResolver = Callable[..., Awaitable[Sequence[Any]]]


def level_field(resolver: LevelResolver, *, description: str, null_is_error: bool = False) -> Any:
    """A field whose resolver receives all parents of the level.

    `resolver(parents, info, **arguments)` answers with a value, None or an exception for each
    parent, in their order. The field's type is the class attribute's annotation. An executor that
    visits objects one by one is served too: what it asks for in one turn of the event loop is
    gathered. `null_is_error` says that the field is null only where there is an error.
    """
    arguments = list(inspect.signature(resolver).parameters.values())[2:]

    async def resolve(root: Any, info: Info[Any, None], **given: Any) -> Any:
        return await info.context.levels.load(resolver, root, info, given)

    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    resolve.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter("root", positional),
            inspect.Parameter("info", positional, annotation=Info),
            *(it.replace(kind=inspect.Parameter.KEYWORD_ONLY) for it in arguments),
        ]
    )
    resolve.__annotations__ = {"info": Info, **{it.name: it.annotation for it in arguments}}
    resolve.__module__ = resolver.__module__
    return strawberry.field(
        resolver=resolve,
        description=description,
        metadata={LEVEL: resolver},
        directives=[SemanticNonNull()] if null_is_error else (),
    )


def whole(found: Sequence[T | TillgraphError | None]) -> list[T] | TillgraphError:
    """A list without what is unknown; or its first error, since a shortened list would mislead."""
    failed = next((it for it in found if isinstance(it, TillgraphError)), None)
    return failed or [it for it in found if not (it is None or isinstance(it, TillgraphError))]


class Levels:
    """Gathers the parents of one level for an executor that asks one by one.

    One for each operation.
    """

    def __init__(self) -> None:
        self._waiting: dict[tuple[LevelResolver, int], _Batch] = {}

    def load(
        self, resolver: LevelResolver, parent: Any, info: Info[Any, None], arguments: dict[str, Any]
    ) -> asyncio.Future[Any]:
        """Promise one parent's answer; the call is made when this turn of the loop is over."""
        # The same node of the document means the same arguments, wherever a fragment is used.
        key = (resolver, id(info._raw_info.field_nodes[0]))  # noqa: SLF001
        batch = self._waiting.get(key)
        if batch is None:
            batch = self._waiting[key] = _Batch(resolver, info, arguments)
            loop = asyncio.get_running_loop()
            loop.call_soon(loop.call_soon, self._start, key)
        return batch.add(parent)

    def _start(self, key: tuple[LevelResolver, int]) -> None:
        batch = self._waiting.pop(key)
        batch.task = asyncio.get_running_loop().create_task(batch.run())


class _Batch:
    def __init__(
        self, resolver: LevelResolver, info: Info[Any, None], arguments: dict[str, Any]
    ) -> None:
        self.task: asyncio.Task[None] | None = None
        self._resolver = resolver
        self._info = info
        self._arguments = arguments
        self._parents: list[Any] = []
        self._futures: list[asyncio.Future[Any]] = []

    def add(self, parent: Any) -> asyncio.Future[Any]:
        future = asyncio.get_running_loop().create_future()
        # The batch outlives a caller that no longer waits; a caller keeps the batch's task alive.
        future.add_done_callback(lambda _: self.task)
        self._parents.append(parent)
        self._futures.append(future)
        return future

    async def run(self) -> None:
        try:
            answers = await self._resolver(self._parents, self._info, **self._arguments)
        except Exception as error:  # noqa: BLE001 - it is each parent's, and raised there
            answers = [error] * len(self._parents)
        if len(answers) != len(self._parents):
            wrong = f"{self._resolver.__name__}: {len(answers)} for {len(self._parents)}"
            answers = [RuntimeError(wrong)] * len(self._parents)
        for future, answer in zip(self._futures, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
