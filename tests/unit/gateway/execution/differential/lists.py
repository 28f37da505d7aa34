"""Lists of every class that a resolver may return."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from tests.unit.gateway.execution.differential.shapes import OnlyAsyncIterable, OnlyIterable

if TYPE_CHECKING:
    from tests.unit.gateway.execution.differential.values import Maker

_LONG = (2, 3, 1, 4, 2, 0)
_SHORT = (2, 1, 2, 0)  # where whatever is beneath is made at once

BROKEN = "broke at"
"""How the message begins of an error that ends a list in its midst."""


class Rows:
    """The items of one list. They can be made again and again, and are the same."""

    def __init__(self, maker: "Maker", type_: Any, place: str, eager: int) -> None:
        self._maker = maker
        self._world = maker.world
        self._type = type_
        self._place = place
        self._eager = eager

    def told(self) -> Any:
        """The list, of one class or another."""
        world, place = self._world, self._place
        if not world.happens("streams", place):
            return list(self._items()) if world.number("list", place) % 4 else tuple(self._items())
        form = world.number("form", place) % 7
        if form == 0:
            return deque(self._items())
        if form == 1:
            return dict(enumerate(self._items())).values()
        # What can be iterated once has one value: who comes first takes it. Objects that keep
        # their attributes may be read twice, so they have none such.
        if form <= 3:
            return OnlyIterable(self._stream) if self._eager else self._stream()
        return OnlyAsyncIterable(self._slowly) if self._eager else self._slowly()

    def _items(self) -> Iterator[Any]:
        world, place = self._world, self._place
        made: list[Any] = []
        for index in range(world.pick("length", place, _SHORT if self._eager else _LONG)):
            if index and world.happens("shared", f"{place}.{index}"):
                yield made[0]
                continue
            made.append(self._maker.value(self._type, f"{place}.{index}", self._eager))
            yield made[-1]

    def _stream(self) -> Iterator[Any]:
        yield from self._items()
        if self._world.happens("raises", f"{self._place}:"):
            raise RuntimeError(f"{BROKEN} {self._place}")

    async def _slowly(self) -> AsyncIterator[Any]:
        for item in self._stream():
            for _ in range(self._world.turns(self._place)):
                await asyncio.sleep(0)
            yield item
