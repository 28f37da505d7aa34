"""What befalls those who take part in a story, and what comes of it."""

from typing import Literal

from msgspec import Struct

from tests.killing.books import Findings
from tests.killing.moments import Moment

Victim = Literal["gateway", "postgres", "simulator"]


class Fate(Struct, frozen=True, kw_only=True):
    """Who dies when.

    The first gateway dies at the first moment, the one that follows it at the second, and so on;
    the one after the last of them lives. Where two run side by side, only the first dies, and the
    other takes over. Another `victim` dies once, at the first moment, and the gateway lives.

    `loses` is a call of the first gateway whose request or answer is lost. `without` is a safeguard
    that is taken away; what is not right within `patience_s` is wrong. So many `processes` share
    the journal.
    """

    dies_at: tuple[Moment, ...] = ()
    victim: Victim = "gateway"
    loses: Moment | None = None
    without: str | None = None
    patience_s: float = 60.0
    processes: int = 1


class Outcome(Struct, frozen=True, kw_only=True):
    """What has come of a story. `moments` are those of its first gateway.

    `resolved_s` passed from the last death to the moment at which the books were right.
    """

    findings: Findings
    kills: int
    resolved_s: float
    moments: tuple[Moment, ...] = ()
    wrongs: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        return self.findings.is_right and not self.wrongs
