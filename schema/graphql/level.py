"""Whole-level resolvers: one call for all parents of a level, never one by one."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import strawberry
from msgspec import Struct
from strawberry import Info

from schema.domain.errors import TillgraphError
from schema.graphql.cost import COST, Cost
from schema.graphql.nullability import SemanticNonNull

T = TypeVar("T")

LEVEL = "tillgraph_level"
"""Key in a Strawberry field's metadata under which its `WholeLevel` stands."""

NOT_EACH = "A whole-level resolver must answer once for each of its parents."

LevelResolver = Callable[..., Sequence[Any] | Awaitable[Sequence[Any]]]


class WholeLevel(Struct, frozen=True):
    """How a field is resolved for all parents of a level."""

    resolver: LevelResolver
    needs: tuple[str, ...] = ()
    carries: LevelResolver | None = None


def level_field(
    resolver: LevelResolver,
    *,
    description: str,
    null_is_error: bool = False,
    needs: Sequence[str] = (),
    carries: LevelResolver | None = None,
    cost: Cost | None = None,
) -> Any:
    """A field whose resolver receives all parents of the level.

    `resolver(parents, info, **arguments)` answers with a value, None or an exception for each
    parent, in their order, or promises to. The field's type is the class attribute's annotation.
    An executor that visits objects one by one calls it with one parent at a time.

    Args:
        resolver: Reads nothing that its parents, arguments and context do not tell: the same
            parent is asked for once, wherever in the answer it stands.
        description: For clients.
        null_is_error: The field is null only where there is an error.
        needs: The only attributes of its parents that the resolver reads, if that is worth saying:
            it may then be called before they have come, with objects that have no others.
        carries: Takes what `resolver` takes, and answers for each parent with an object that has
            attributes of the value to come (a list of them, for a list), or None. Fields of that
            value that need no more start together with it.
        cost: Where it is not one load for each parent, or not ten rows.
    """
    arguments = list(inspect.signature(resolver).parameters.values())[2:]
    if inspect.iscoroutinefunction(resolver):

        async def resolve_later(root: Any, info: Info[Any, None], **given: Any) -> Any:
            return _one(await resolver([root], info, **given))

        resolve: Callable[..., Any] = resolve_later
    else:

        def resolve_now(root: Any, info: Info[Any, None], **given: Any) -> Any:
            return _one(resolver([root], info, **given))

        resolve = resolve_now
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
        metadata={LEVEL: WholeLevel(resolver, tuple(needs), carries), COST: cost or Cost()},
        directives=[SemanticNonNull()] if null_is_error else (),
    )


def whole(found: Sequence[T | TillgraphError | None]) -> list[T] | TillgraphError:
    """A list without what is unknown; or its first error, since a shortened list would mislead."""
    failed = next((it for it in found if isinstance(it, TillgraphError)), None)
    return failed or [it for it in found if not (it is None or isinstance(it, TillgraphError))]


def _one(answers: Any) -> Any:
    if not isinstance(answers, Sequence) or len(answers) != 1:
        raise RuntimeError(NOT_EACH)
    if isinstance(answers[0], Exception):
        raise answers[0]
    return answers[0]
