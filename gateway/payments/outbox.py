"""What the orders' own systems are still to be told of money, and what they have been told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from schema.domain.payment_entry import PaymentEntry
from schema.domain.reference import SourceRef
from schema.domain.write_back import WriteBackState

BY_HAND = "by hand"
"""What an entry is recorded as that a person has seen to."""


class OutboxEntry(Struct, frozen=True, kw_only=True):
    """An entry for an order's own system, on record with the step that it tells of.

    Its `entry.reference` is unique, and the key under which the system is told. `tries` are counted
    before each call; `next_try_at` is when the next one is due, or when the one under way is given
    up. `is_doubtful` where a call may have had its effect without our knowing. `recorded_as` is the
    system's own name of the entry, where it gives one.
    """

    payment: str
    order: SourceRef
    entry: PaymentEntry
    created_at: datetime
    updated_at: datetime
    next_try_at: datetime
    state: WriteBackState = WriteBackState.PENDING
    tries: int = 0
    is_doubtful: bool = False
    last_error: str | None = None
    recorded_as: str | None = None

    @property
    def reference(self) -> str:
        """The id of our payment or refund; a failed refund's is marked."""
        return self.entry.reference


class OutboxLog(Protocol):
    """Entries for the orders' own systems.

    They come into being in the transaction of the step that they tell of: with a payment's step to
    PAID, with a refund's success, and with the failure of a refund that had succeeded. Tips are no
    part of what an order is told.
    """

    async def due_entries(self, now: datetime, limit: int) -> Sequence[OutboxEntry]:
        """Return the entries whose time has come, oldest first.

        An entry waits until those before it of the same payment are through.
        """
        ...

    async def take_entry(self, entry: OutboxEntry, until: datetime) -> OutboxEntry | None:
        """Count a try before it is made, and doubt it; until then no other process makes one.

        None where another process has been faster.
        """
        ...

    async def settle_entry(self, taken: OutboxEntry, settled: OutboxEntry) -> bool:
        """Record what came of a try; False where another process has taken the entry since."""
        ...

    async def entries(self, references: Sequence[str]) -> Mapping[str, OutboxEntry]:
        """Return the entry of each reference; unknown ones are absent."""
        ...

    async def unsent_entries(self, limit: int) -> Sequence[OutboxEntry]:
        """Return the entries that a system refuses or has not accepted yet, oldest first."""
        ...

    async def left_entries(self, after: str | None, limit: int) -> Sequence[OutboxEntry]:
        """Return the entries that are left to a person, by their references, from after one on.

        Those are the refused ones, and those of systems that take none.
        """
        ...

    async def send_again(self, reference: str, at: datetime) -> bool:
        """Let an entry that is left to a person be sent once more; False where there is none."""
        ...

    async def entered_by_hand(self, reference: str, at: datetime) -> bool:
        """Record that a person has seen to an entry that was left to one; False as before."""
        ...

    async def unsupported_entries(self) -> Mapping[str, int]:
        """Return how many entries each system would have that takes none, by its name."""
        ...
