"""Who asks, and within which bounds."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field


class Actor(Struct, frozen=True):
    """Who is asking. `stores` limits a key to those store codes; None is every store."""

    name: str
    role: str
    stores: tuple[str, ...] | None = None


class SourceGap(Struct, frozen=True):
    """Rows of one system that a merged list lacks."""

    source: Annotated[str, Meta(description="The system whose rows are missing.")]
    code: Annotated[str, Meta(description="Why, as an error code.")]
    newest: Annotated[
        datetime | None,
        Meta(description="The range left open begins here (UTC); null is the newest there is."),
    ] = None
    oldest: Annotated[
        datetime | None,
        Meta(description="The range left open ends here (UTC); null is the oldest there is."),
    ] = None


class RequestScope(Struct):
    """What one operation carries on its way down.

    `deadline` is in seconds of the event loop's clock (`time.monotonic`). `gaps` gathers what
    systems left out, for the answer's `extensions.sources`.
    """

    actor: Actor
    deadline: float
    trace: str
    purpose: str = "serve"
    gaps: list[SourceGap] = field(default_factory=list)

    def note(self, gaps: Iterable[SourceGap]) -> None:
        """Remember gaps for the answer's extensions; one told twice counts once."""
        self.gaps.extend(gap for gap in gaps if gap not in self.gaps)
