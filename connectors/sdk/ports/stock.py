"""Systems that count stock, expect it, and hold it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from connectors.sdk.ports.writing import write
from schema.domain.errors import SourceError
from schema.domain.reservation import ReservationRecord, ReservationRequest
from schema.domain.stock import IncomingRecord, StockRecord


@runtime_checkable
class StockReader(Protocol):
    """A system that counts stock."""

    async def stock_levels(
        self, ctx: CallContext, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Mapping[str, Sequence[StockRecord] | SourceError]:
        """Return each SKU's stock by store, ordered by store code, each store once.

        `stores` limits the answer to these store codes; None is every store that the system counts.
        A store that has never had the SKU is left out; a SKU unknown to the system is absent.
        """
        ...


@runtime_checkable
class IncomingReader(Protocol):
    """A system that knows deliveries on their way to stores."""

    async def incoming(
        self, ctx: CallContext, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Mapping[str, Sequence[IncomingRecord] | SourceError]:
        """Return each SKU's expected deliveries, ordered by store code and date; absent if none."""
        ...


@runtime_checkable
class ReservationReader(Protocol):
    """A system that tells what is held."""

    async def reservations(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, ReservationRecord | SourceError]:
        """Return the reservation of each id of the system's own, also of one that has ended."""
        ...


@runtime_checkable
class StockReserver(Protocol):
    """A system that holds stock. Of many who want the last k units, exactly k get one."""

    @write
    async def reserve(self, ctx: CallContext, request: ReservationRequest) -> ReservationRecord:
        """Hold every line in the store that is named, or nothing at all.

        Raises `Conflict` where a line has fewer units available, `NotFound` for a SKU or store that
        is unknown.
        """
        ...

    @write
    async def extend(
        self, ctx: CallContext, reservation: str, until: datetime
    ) -> ReservationRecord:
        """Hold until later (UTC), by the system's own id.

        Raises `NotFound`, and `Conflict` where the units are held no more.
        """
        ...

    @write
    async def release(self, ctx: CallContext, reservation: str) -> ReservationRecord:
        """Put the units back on sale, by the system's own id. One that has ended stays as it is.

        Raises `NotFound`, and `Conflict` where they have been taken.
        """
        ...
