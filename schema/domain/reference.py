"""Where a record lives, and the ids that clients hold."""

import binascii
from base64 import urlsafe_b64decode
from typing import Annotated

from msgspec import Meta, Struct

from schema.domain.errors import InvalidRequest

_SEPARATOR = "\x1f"
_FOR_URLS = bytes.maketrans(b"+/", b"-_")


class SourceRef(Struct, frozen=True, order=True):
    """One record in one system."""

    name: Annotated[str, Meta(description="The system's name in the gateway's configuration.")]
    id: Annotated[str, Meta(description="The record's own id in that system.")]


class GlobalId(Struct, frozen=True):
    """What an opaque id stands for: a kind of node, and what finds it.

    `parts` is (source, native id) for things that one system owns, and the one business key (SKU,
    store code, payment id) for things that keep it wherever they live.
    """

    kind: str
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The opaque id that clients hold."""
        raw = _SEPARATOR.join((self.kind, *self.parts)).encode()
        written = binascii.b2a_base64(raw, newline=False).translate(_FOR_URLS)
        return written.rstrip(b"=").decode()

    @staticmethod
    def parse(text: str) -> "GlobalId":
        """Read an id that this graph gave out.

        Raises:
            InvalidRequest: It is none of ours.
        """
        try:
            raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode()
        except (UnicodeError, binascii.Error) as error:
            raise InvalidRequest("This is not an id that this graph gave out.") from error
        kind, *parts = raw.split(_SEPARATOR)
        if not parts or GlobalId(kind, tuple(parts)).text != text:
            raise InvalidRequest("This is not an id that this graph gave out.")
        return GlobalId(kind, tuple(parts))
