"""How far a list has been read: the hint by which it goes on."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from connectors.declarative.paging_place import TOP, Place
from schema.domain.order import OrderPosition
from schema.domain.reference import SourceRef

# A hint is a share of the cursor that clients hold, which has 4,096 characters for all systems.
_LONGEST = 1_024


class _Row(Struct, frozen=True, array_like=True):
    placed_at: Annotated[datetime, Meta(tz=True)]
    name: str
    id: str

    @classmethod
    def of(cls, position: OrderPosition) -> "_Row":
        return cls(position.placed_at, position.ref.name, position.ref.id)

    @property
    def position(self) -> OrderPosition:
        return OrderPosition(self.placed_at, SourceRef(self.name, self.id))


class _Mark(Struct, frozen=True, array_like=True):
    began: _Row | None
    reached: _Row
    place: Place


def written(began: OrderPosition | None, reached: OrderPosition, place: Place) -> str:
    """The hint of a list that began after one order, and has come to another at a place.

    A place whose cursor is too long is left out: the list is then read from its top.
    """
    row = _Row.of(began) if began else None
    text = _text(_Mark(row, _Row.of(reached), place))
    return text if len(text) <= _LONGEST else _text(_Mark(row, _Row.of(reached), TOP))


def resumed(after: OrderPosition | None, hint: str | None) -> tuple[OrderPosition | None, Place]:
    """After which order a list goes on, and a place that may lead there.

    The order in a hint counts only where the list is asked for with the same `after` as before. In
    any other case rows may have been inserted between the two, and `after` alone is right.
    """
    try:
        mark = msgspec.json.decode((hint or "null")[: 4 * _LONGEST], type=_Mark | None)
    except (msgspec.DecodeError, UnicodeError):
        return after, TOP
    if mark is None:
        return after, TOP
    if mark.began != (_Row.of(after) if after else None):
        return after, mark.place
    return mark.reached.position, mark.place


def _text(mark: _Mark) -> str:
    return msgspec.json.encode(mark).decode()
