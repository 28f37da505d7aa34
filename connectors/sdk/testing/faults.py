"""What can go wrong with a system, and which error each of it must become."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from msgspec import Struct

from schema.domain.errors import OutcomeUnknown, RateLimited, SchemaDrift, SourceError, Unavailable

Kinds = tuple[type[SourceError], ...]

NOT_THERE: Kinds = (Unavailable,)
PAUSE: Kinds = (RateLimited,)
UNKNOWN_FORM: Kinds = (SchemaDrift,)
MAY_HAVE_HAPPENED: Kinds = (OutcomeUnknown,)


class Fault(Struct, frozen=True):
    """One way to fail. `reads` and `writes` are what a connector may answer with.

    A fault that `stalls` leaves the caller waiting, so that only a deadline ends its call.
    `retry_after_s` is the pause that the system asks for.
    """

    name: str
    what: str
    reads: Kinds
    writes: Kinds
    stalls: bool = False
    retry_after_s: float | None = None


class Faults(Protocol):
    """How one kind of system is made to fail."""

    @property
    def offered(self) -> tuple[Fault, ...]:
        """The faults that it can have."""
        ...

    @property
    def in_flight(self) -> int | None:
        """How many calls hold something of the system now; None where that cannot be told."""
        ...

    def injected(self, fault: Fault) -> AbstractAsyncContextManager[None]:
        """Have the fault while the block runs."""
        ...
