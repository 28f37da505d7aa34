"""How far a list has been read: the hint by which it goes on."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from schema.domain.order import OrderPosition
from schema.domain.reference import SourceRef


class _Place(Struct, frozen=True, array_like=True):
    placed_at: Annotated[datetime, Meta(tz=True)]
    name: str
    id: str


class _Mark(Struct, frozen=True, array_like=True):
    began: _Place | None
    reached: _Place


def mark(began: OrderPosition | None, reached: OrderPosition) -> str:
    """The hint of a list that began after one order and has come to another."""
    return msgspec.json.encode(_Mark(_place(began) if began else None, _place(reached))).decode()


def resume(after: OrderPosition | None, hint: str | None) -> OrderPosition | None:
    """After which order to go on; None is the top.

    A hint counts only in the list that it was given in, which is asked with the same `after`. In
    another one a row may have been inserted between the two, and `after` alone is enough.
    """
    try:
        known = msgspec.json.decode(hint or "null", type=_Mark | None)
    except (msgspec.DecodeError, UnicodeError):
        return after
    if known is None or known.began != (_place(after) if after else None):
        return after
    place = known.reached
    return OrderPosition(place.placed_at, SourceRef(place.name, place.id))


def _place(position: OrderPosition) -> _Place:
    return _Place(position.placed_at, position.ref.name, position.ref.id)
