"""Opaque ids, of the same form as the gateway's."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence


def opaque(*parts: object) -> str:
    """The id of a thing: its kind, and what finds it."""
    return urlsafe_b64encode("\x1f".join(map(str, parts)).encode()).decode().rstrip("=")


def parts_of(text: str) -> Sequence[str]:
    """What an id was made of."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split("\x1f")
