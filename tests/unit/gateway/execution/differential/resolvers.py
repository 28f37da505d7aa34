"""Resolvers of every kind. All they answer comes from the run's `World`, their context."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from graphql import (
    GraphQLList,
    GraphQLResolveInfo,
    OperationType,
    default_field_resolver,
    get_nullable_type,
)
from graphql.pyutils import Path, inspect

from tests.unit.gateway.execution.differential.marks import EARLY, STYLE
from tests.unit.gateway.execution.differential.shapes import PLACE, Known, kind_of, place_of
from tests.unit.gateway.execution.differential.values import Maker

Info = GraphQLResolveInfo[Any]

LEVEL = "level"

WAYS = ("plain", "sync", "async", LEVEL, "attribute", "telling")
"""How a field is resolved: by default, by functions, or by one that says all it was told."""

TYPE_WAYS = ("default", "sync", "async")
"""How the type of an object is found."""


def resolver(way: str) -> Callable[..., Any] | None:
    """A field's own resolver."""
    return {
        "plain": None,
        "sync": _sync,
        "async": _async,
        LEVEL: _of_level,
        "attribute": _attribute,
        "telling": _telling,
    }[way]


def type_resolver(way: str) -> Callable[..., Any] | None:
    """An abstract type's own `resolve_type`."""
    return {"default": None, "sync": _type, "async": _type_async}[way]


def type_test(way: str, name: str) -> Callable[..., Any] | None:
    """An object type's `is_type_of`."""

    def test(value: Any, info: Info) -> Any:
        if isinstance(value, Known):
            return kind_of(value) == name
        return info.context.is_type_of(kind_of(value), place_of(value), name)

    async def test_async(value: Any, info: Info) -> Any:
        await asyncio.sleep(0)
        return test(value, info)

    return {"default": None, "sync": test, "async": test_async}[way]


def field_resolver(way: str) -> Callable[..., Any] | None:
    """What is given to the executor for fields without a resolver of their own."""
    return {"default": None, "sync": _marking}[way]


def answer_level(parents: Sequence[Any], info: Info, given: Mapping[str, Any]) -> Any:
    """What a whole level answers: a value or an exception for each parent, or a promise of them."""
    place = f"{info.parent_type}.{info.field_name}{dict(given)}"
    world, maker = info.context, Maker(info.context)

    def answers() -> list[Any]:
        if world.happens("raises", place):
            raise world.error(place)
        found: list[Any] = []
        for parent in parents:
            where = f"{place_of(parent)}/{place}"
            is_wrong = world.happens("raises", where)
            found.append(
                world.error(where) if is_wrong else maker.settled(info.return_type, where, 0)
            )
        return found

    async def promised() -> list[Any]:
        for _ in range(world.turns(place)):
            await asyncio.sleep(0)
        return answers()

    # One that begins early, and for nothing in the end, makes nobody wait who would not anyhow.
    is_promise = world.schema.extensions[STYLE] == EARLY or world.happens("awaits", place)
    return promised() if is_promise else answers()


def carried(parents: Sequence[Any], info: Info, given: Mapping[str, Any]) -> Any:
    """What is known of a level's values before they come. Not all of it turns out to be true."""
    world, maker = info.context, Maker(info.context)
    place = f"{info.parent_type}.{info.field_name}{dict(given)}"
    found: list[Any] = []
    for parent in parents:
        where = f"{place_of(parent)}/{place}"
        value = maker.settled(info.return_type, where, 0)
        values = value if isinstance(value, list) else [value]
        known = [it for one in values if (it := getattr(one, PLACE, None)) is not None]
        if world.number("guess", where) % 4 == 0:
            known = world.pick("guessed", where, ([], ["elsewhere"]))
        expected = [SimpleNamespace(**{PLACE: it}) for it in known]
        if isinstance(get_nullable_type(info.return_type), GraphQLList):
            found.append(expected)
        else:
            found.append(expected[0] if expected else None)
    return found


def noted(source: Any, info: Info, arguments: dict[str, Any]) -> str:
    """Note a call; returns its place."""
    world = info.context
    world.calls[tuple(info.path.as_list())] += 1
    if _has_effect(info):
        world.effects.append(f"{info.path.key} begins")
    return f"{place_of(source)}/{info.field_name}{arguments}"


def told(info: Info, arguments: dict[str, Any]) -> str:
    """All that a resolver is told beside its source."""
    names, path = [], info.path
    step: Path | None = path
    while step is not None:
        names.append(step.typename)
        step = step.prev
    operation = info.operation
    parts = (
        info.field_name,
        path.as_list(),
        names,
        info.parent_type,
        info.return_type,
        arguments,
        [node.loc and node.loc.start for node in info.field_nodes],
        operation.operation.value,
        operation.name and operation.name.value,
        info.variable_values.coerced,
        sorted(info.variable_values.sources),
        sorted(info.fragments),
        inspect(info.root_value),
        info.schema is info.context.schema,
        info.is_awaitable(info),
        info.abort_signal,
    )
    return "|".join(map(str, parts))


def _has_effect(info: Info) -> bool:
    return info.path.prev is None and info.operation.operation is OperationType.MUTATION


def _sync(source: Any, info: Info, **arguments: Any) -> Any:
    place = noted(source, info, arguments)
    return Maker(info.context).answer(info.return_type, place)


async def _async(source: Any, info: Info, **arguments: Any) -> Any:
    place = noted(source, info, arguments)
    try:
        return await Maker(info.context).later(info.return_type, place)
    finally:
        if _has_effect(info):
            info.context.effects.append(f"{info.path.key} ends")


def _of_level(source: Any, info: Info, **arguments: Any) -> Any:
    """The same as `answer_level`, for an executor that visits objects one by one."""
    answer = answer_level([source], info, arguments)

    async def first() -> Any:
        return (await answer)[0]

    return answer[0] if isinstance(answer, list) else first()


def _attribute(source: Any, info: Info, **_: Any) -> Any:
    return getattr(source, info.field_name)


def _telling(source: Any, info: Info, **arguments: Any) -> Any:
    noted(source, info, arguments)
    return told(info, arguments)


def _marking(source: Any, info: Info, **arguments: Any) -> Any:
    info.context.calls["default", *info.path.as_list()] += 1
    return default_field_resolver(source, info, **arguments)


def _type(value: Any, info: Info, abstract: Any) -> Any:
    return info.context.runtime_type(kind_of(value), place_of(value), abstract.name)


async def _type_async(value: Any, info: Info, abstract: Any) -> Any:
    await asyncio.sleep(0)
    return _type(value, info, abstract)
