"""The systems the gateway stands on."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Protocol

from msgspec import Meta, Struct


class SourceHealth(Enum):
    """What the last calls to a system showed."""

    UNASKED = "UNASKED"
    UP = "UP"
    DOWN = "DOWN"


class SourceStatus(Struct, frozen=True):
    """A system, as the gateway has met it since it started."""

    name: Annotated[str, Meta(description="The system's name in the configuration.")]
    connector: Annotated[str, Meta(description="The connector that speaks to it.")]
    state: Annotated[SourceHealth, Meta(description="What the last calls to it showed.")]
    latency_ms: Annotated[
        float | None,
        Meta(description="Milliseconds its last good answer took; null before the first."),
    ] = None
    since: Annotated[datetime | None, Meta(description="Since when it is in this state (UTC).")] = (
        None
    )


class Sources(Protocol):
    """What may be asked about the systems."""

    def status(self) -> Sequence[SourceStatus]:
        """Return every configured system, in the configuration's order. Asks none of them."""
        ...
