"""Where a merged list of orders goes on."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from schema.domain.errors import InvalidRequest
from schema.domain.order import OrderPosition

_LONGEST = 4_096  # characters


class Cursor(Struct, frozen=True, array_like=True):
    """The last row given, and for each system a hint where to go on.

    The position alone is enough; a hint only saves a system the search, and may be stale.
    """

    position: OrderPosition
    hints: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What a client passes as `after`."""
        text = _written(self)
        return text if len(text) <= _LONGEST else _written(Cursor(self.position))

    @staticmethod
    def parse(text: str) -> "Cursor":
        """Read a cursor that this list gave out.

        Raises:
            InvalidRequest: It is none of ours.
        """
        try:
            return _read(text)
        except (ValueError, OverflowError, msgspec.DecodeError) as error:
            raise InvalidRequest("`after` is no cursor of this list.") from error


def _written(cursor: Cursor) -> str:
    return urlsafe_b64encode(msgspec.msgpack.encode(cursor)).decode().rstrip("=")


def _read(text: str) -> Cursor:
    if len(text) > _LONGEST:
        raise ValueError("too long")
    raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    cursor = msgspec.msgpack.decode(raw, type=Cursor)
    placed_at = cursor.position.placed_at
    if placed_at.tzinfo is None:
        raise ValueError("no time zone")
    return replace(cursor, position=replace(cursor.position, placed_at=placed_at.astimezone(UTC)))
