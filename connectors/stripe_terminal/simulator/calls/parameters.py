"""Parameters that several calls share."""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

NotNegative = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
# Text that is taken away again by an empty one.
Metadata = dict[str, str] | Literal[""]
Redisplay = Literal["always", "limited", "unspecified"]


def merged(present: dict[str, str], given: Metadata | None) -> dict[str, str]:
    """Metadata after an update: an empty value takes a name away, an empty text all of them."""
    if given is None:
        return present
    if not isinstance(given, Mapping):
        return {}
    return {name: text for name, text in (present | given).items() if text}
