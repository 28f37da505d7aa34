"""Values of every kind that a resolver may return, the wrong ones included."""

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from http import HTTPMethod, HTTPStatus
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    is_abstract_type,
    is_leaf_type,
)

from tests.unit.gateway.execution.differential.lists import Rows
from tests.unit.gateway.execution.differential.marks import EARLY, STYLE
from tests.unit.gateway.execution.differential.objects import SHARED, Whole
from tests.unit.gateway.execution.differential.shapes import Promise
from tests.unit.gateway.execution.differential.world import World

_LEAVES: Mapping[str, tuple[Any, ...]] = {
    "Int": (1, 0, -7, 2_000_000, 5, "12", True, 2.0, Decimal(5), HTTPStatus.OK),
    "String": ("", "tea", "é", "a", "b", 5, True, 1.5, Decimal("0.10"), HTTPMethod.GET),
    "Float": (0.5, -0.0, 1e300, 2.5, 3, "1.25", True, Decimal("0.1")),
    "Boolean": (True, False, True, False, 1, 0, 1.0),
    "ID": ("a", "b", "", 17, 2.0),
    "Odd": (0, 2, 3, 5, 6, 1),
    "Any": (1, "x", {"k": [1, None]}, [True], 0.5),
}
_WRONG: tuple[Any, ...] = (
    "text",
    b"bytes",
    7,
    2**40,
    float("nan"),
    object(),
    (),
    [None],
    ["x", 1],
    {},
    {"count": 1},
    Decimal("NaN"),
    int,
    len,
    frozenset({1}),
)


class Maker:
    """Makes the values of one run."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._is_early = world.schema.extensions[STYLE] == EARLY

    def answer(self, type_: Any, place: str) -> Any:
        """What a function answers: a value as below, or it raises, or a coroutine."""
        world = self.world
        if world.happens("awaits", f"{place}()"):
            return self.later(type_, place)
        if world.happens("raises", place):
            raise world.error(place)
        return self.value(type_, place)

    async def later(self, type_: Any, place: str) -> Any:
        """The same, once it has taken its time."""
        for _ in range(self.world.turns(f"{place}()")):
            await asyncio.sleep(0)
        if self.world.happens("raises", place):
            raise self.world.error(place)
        return self.settled(type_, place, 0)

    def value(self, type_: Any, place: str, eager: int = 0) -> Any:
        """A value, or a promise of it. `eager` counts the objects around that were made whole."""
        world = self.world
        if not world.happens("awaits", place):
            return self.settled(type_, place, eager)

        def make() -> Any:
            if world.happens("raises", f"{place}~"):
                raise world.error(place)
            return self.settled(type_, place, 0)

        return Promise(world.turns(place), make)

    def settled(self, type_: Any, place: str, eager: int) -> Any:
        """A value that is no promise; it may be an exception, or of another type."""
        world = self.world
        is_required = isinstance(type_, GraphQLNonNull)
        if world.happens("nulls", place) and not (is_required and world.number("rare", place) % 3):
            return Undefined if world.number("undefined", place) % 5 == 0 else None
        if world.happens("returned", place):
            return world.error(place)
        if world.happens("wrong", place) and not self._is_early:
            return world.pick("wrong?", place, _WRONG)
        return self._right(type_.of_type if is_required else type_, place, eager)

    def _right(self, type_: Any, place: str, eager: int) -> Any:
        if isinstance(type_, GraphQLList):
            return Rows(self, type_.of_type, place, eager).told()
        if isinstance(type_, GraphQLEnumType):
            return self.world.pick("leaf", place, [it.value for it in type_.values.values()])
        if is_leaf_type(type_):
            return self._leaf(type_.name, place)
        return self._object(type_, place, eager)

    def _object(self, type_: Any, place: str, eager: int) -> Any:
        world = self.world
        if is_abstract_type(type_):
            possible = sorted(world.schema.get_possible_types(type_), key=lambda it: it.name)
            type_ = world.pick("possible", place, possible)
        is_shared = world.happens("shared", place) or world.happens("same", place)
        if eager > SHARED or not is_shared:
            return Whole(self, type_, place, eager).told()
        # One of two objects that stand at many places, whoever meets it first.
        kept = f"{type_.name}#{world.number('which', place) % 2}"
        if kept not in world.kept:
            world.kept[kept] = Whole(self, type_, kept, SHARED).told()
        return world.kept[kept]

    def made(self, type_: Any, place: str) -> Any:
        """An object of the type."""
        return Whole(self, type_, place, 0).told()

    def _leaf(self, name: str, place: str) -> Any:
        options = _LEAVES[name]
        if not self.world.happens("mixed", place):
            options = options[:4]
        return self.world.pick("leaf", place, options)

    def function(self, type_: Any, place: str) -> Any:
        """A function that answers, or a coroutine function."""
        if self.world.number("async", place) % 3 == 0:

            async def promised(info: Any, **arguments: Any) -> Any:
                return await self.later(type_, f"{place}{arguments}")

            return promised

        def called(info: Any, **arguments: Any) -> Any:
            return self.answer(type_, f"{place}{arguments}")

        return called
