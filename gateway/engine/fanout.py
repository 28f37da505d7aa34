"""Asks several systems for their shares of one list of keys."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from connectors.sdk.context import CallContext
from gateway.engine.source import Source
from schema.domain.errors import SourceError, Unavailable, Unsupported
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope

K = TypeVar("K")
V = TypeVar("V")

Ask = Callable[[CallContext, Sequence[K]], Awaitable[Mapping[K, V | SourceError]]]


async def together(calls: Sequence[Awaitable[V]]) -> Sequence[V]:
    """Await several calls at the same time; a single one needs no task of its own."""
    return [await calls[0]] if len(calls) == 1 else await asyncio.gather(*calls)


async def ask_each(
    scope: RequestScope, shares: Mapping[Source, Sequence[K]], port: str
) -> Mapping[Source, Mapping[K, Any]]:
    """Ask every system for its own keys at the same time; `port` is the connector's method.

    Shape: as `Source.batch`, for each system.
    """
    sources = list(shares)
    answers = await together(
        [it.batch(scope, getattr(it.connector, port), shares[it]) for it in sources]
    )
    return dict(zip(sources, answers, strict=True))


async def first_known(
    scope: RequestScope, sources: Sequence[Source], port: str, keys: Sequence[K]
) -> Mapping[K, Any]:
    """Ask the systems one after the other for the keys that none before has known.

    A key whose answer is an error stays so: another system's record of the same thing might be
    another's, or an older one. A system that cannot look it up at all is passed over; that error
    stands only where no system could look.
    """
    if len(sources) == 1:
        return await sources[0].batch(scope, getattr(sources[0].connector, port), keys)
    found: dict[K, Any] = {}
    sought: set[K] = set()
    unsought: dict[K, Unsupported] = {}
    for source in sources:
        keys = [key for key in keys if key not in found]
        answer = await source.batch(scope, getattr(source.connector, port), keys)
        for key in keys:
            value = answer.get(key)
            if isinstance(value, Unsupported):
                unsought[key] = value
                continue
            sought.add(key)
            if value is not None:
                found[key] = value
    return {key: error for key, error in unsought.items() if key not in sought} | found


async def by_refs(
    scope: RequestScope,
    find: Callable[[str], Source | None],
    port: str,
    refs: Sequence[SourceRef | None],
) -> Sequence[Any]:
    """Answer references of several systems, in their order; `find` gives the system of a name.

    A reference to a system that is configured no more is an error, not an unknown record.
    """
    shares: dict[Source, list[str]] = {}
    for ref in refs:
        source = find(ref.name) if ref else None
        if source and ref:
            shares.setdefault(source, []).append(ref.id)
    answers = await ask_each(scope, shares, port)
    by_name = {source.name: answer for source, answer in answers.items()}
    return [_one(ref, by_name) for ref in refs]


def not_configured(ref: SourceRef) -> Unavailable:
    """The error of a reference to a system that feeds the entity no more."""
    return Unavailable("the system is not configured for this", source=ref.name)


def _one(ref: SourceRef | None, by_name: Mapping[str, Mapping[str, Any]]) -> Any:
    if ref is None:
        return None
    if ref.name not in by_name:
        return not_configured(ref)
    return by_name[ref.name].get(ref.id)
