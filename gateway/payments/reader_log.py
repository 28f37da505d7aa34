"""What the journal holds of readers, and what it promises."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Protocol

from msgspec import Struct

from gateway.payments.leases import ReaderHeld


class Place(Struct, frozen=True):
    """Where readers stand: the provider's id of a store, and the account that owns them.

    `location` is None where the store has none that is known, and `account` for the default one.
    """

    location: str | None
    account: str | None


class ListedReader(Struct, frozen=True):
    """A reader as the provider lists it."""

    device: str
    label: str


class ErrandKind(Enum):
    """What may be done about a reader itself."""

    REGISTER = "REGISTER"
    RENAME = "RENAME"
    CLEAR = "CLEAR"


class ErrandOutcome(Enum):
    """What came of an errand. After `LOST` only looking tells whether it had an effect."""

    DONE = "DONE"
    REFUSED = "REFUSED"
    LOST = "LOST"


class ReaderErrand(Struct, frozen=True, kw_only=True):
    """One thing that somebody wanted of a reader, on record before the provider is called.

    Its id is the key under which the provider is asked. `reader` is the name that was given,
    `outcome` None until it is known, and `refusal` the code of the user error that was told.
    """

    id: str
    kind: ErrandKind
    actor: str
    store: str
    reader: str
    created_at: datetime
    updated_at: datetime
    idempotency_key: str | None = None
    request_hash: str | None = None
    device: str | None = None
    outcome: ErrandOutcome | None = None
    refusal: str | None = None


class ReaderLog(Protocol):
    """What the provider last told of readers, and what was done about them.

    Concurrency: as of `gateway.payments.journal.PaymentLog`.
    """

    async def reader_lists(self) -> Mapping[Place, Sequence[ListedReader]]:
        """Return the list of each place that has one, each ordered by device."""
        ...

    async def keep_reader_list(self, place: Place, readers: Sequence[ListedReader]) -> None:
        """Record a place's list instead of the one before."""
        ...

    async def begin_errand(self, errand: ReaderErrand) -> ReaderErrand:
        """Record a new errand; a key that is known already answers with its errand as it is."""
        ...

    async def errand_of(self, idempotency_key: str) -> ReaderErrand | None:
        """Return the errand of an idempotency key."""
        ...

    async def begin_clear(self, errand: ReaderErrand) -> ReaderErrand | ReaderHeld:
        """Record an errand that clears its device, and take the reader, in one transaction."""
        ...

    async def settle_errand(self, errand: ReaderErrand) -> None:
        """Record what came of an errand, and give back the reader if it has it."""
        ...

    async def unfinished_clears(self, until: datetime) -> Sequence[ReaderErrand]:
        """Return the errands that began by then, and have the reader that they clear still."""
        ...
