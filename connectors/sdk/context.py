"""What a connector is told about the call it serves."""

import time

from msgspec import Struct

from schema.domain.scope import Actor


class CallContext(Struct, frozen=True):
    """One call to one connector.

    `deadline` is in seconds of `time.monotonic`: past it nobody waits for the answer. Writes carry
    an `idempotency_key`: the same key twice is one effect. `actor` is who asks, never their token.
    `is_timed`: whoever calls ends the call at its deadline; a read needs no clock of its own.
    """

    deadline: float
    actor: Actor
    trace: str
    purpose: str = "serve"
    idempotency_key: str | None = None
    is_timed: bool = False

    @property
    def remaining_s(self) -> float:
        """Seconds until the deadline; never below zero."""
        return max(0.0, self.deadline - time.monotonic())
