"""Who has a reader. The provider lets a second payment replace the first, so the lock is ours."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from gateway.payments.subject import Subject


class Lease(Struct, frozen=True):
    """A reader, given to one holder. `fence` is higher than that of every holder before."""

    device: str
    holder: Subject
    actor: str
    since: datetime
    fence: int


class ReaderHeld(Struct, frozen=True):
    """The reader has another holder that is not through yet."""

    holder: Subject
    actor: str
    since: datetime


class LeaseLostError(Exception):
    """The reader has been given to another holder."""


class LeaseLog(Protocol):
    """Leases, to be read. They are taken and given back together with their holder's own row.

    A holder's log does so in its own transaction, by `gateway.storage.leases`.
    """

    async def leases(self, devices: Sequence[str]) -> Mapping[str, Lease]:
        """Return the lease of each reader; those that nobody has are absent."""
        ...

    async def holder(self, device: str) -> str | None:
        """Return the payment that has the reader."""
        ...
