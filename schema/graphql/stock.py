"""Stock by store, and where a thing can be had."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from schema.domain.stock import StockRecord
from schema.domain.store import StoreRecord
from schema.graphql.context import Info
from schema.graphql.cost import FREE
from schema.graphql.level import level_field
from schema.graphql.record import shows
from schema.graphql.source import SourceGap, SourceRef
from schema.graphql.store import Store
from schema.ports.stores import NearbyStore


async def _store(levels: Sequence[StockRecord], info: Info) -> Sequence[StoreRecord | None]:
    return info.context.stores.by_codes([level.store for level in levels])


@strawberry.type(description="Units of one variant in one store.")
@shows(StockRecord)
class StockLevel:
    """Shows `schema.domain.stock.StockRecord`."""

    store: Store | None = level_field(_store, description="The store.", cost=FREE)
    available: int = strawberry.field(
        description="Units that may be sold: on hand less committed and reserved, at least zero."
    )
    missing: list[SourceGap] = strawberry.field(
        description="The systems whose share of these figures is left out, such as incoming units."
    )

    ref: SourceRef = strawberry.field(name="source", description="The record that was read.")


@strawberry.type(description="Whether a variant can be had in a store.")
class StoreAvailability:
    """One store's answer."""

    store: Store | None = strawberry.field(description="The store.")
    available: bool = strawberry.field(description="Whether at least one unit may be sold there.")
    quantity: int = strawberry.field(description="Units that may be sold there.")
    as_of: datetime = strawberry.field(description="When the system counted (UTC).")
    ready_at: datetime | None = strawberry.field(
        description="When it could be collected (UTC); null where nobody promises a time."
    )
    distance_km: float | None = strawberry.field(
        description="Kilometres from the point asked for; null without one."
    )


def availability_in(
    around: Sequence[NearbyStore], levels: Sequence[StockRecord]
) -> list[StoreAvailability]:
    """Each store's answer, in the order of `around`; a store that has never had it is left out."""
    by_code = {level.store: level for level in levels}
    return [
        StoreAvailability(
            store=it.store,  # type: ignore[arg-type]
            available=level.available > 0,
            quantity=level.available,
            as_of=level.as_of,
            ready_at=None,
            distance_km=it.distance_km,
        )
        for it in around
        if (level := by_code.get(it.store.code)) is not None
    ]
