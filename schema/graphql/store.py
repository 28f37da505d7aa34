"""Stores."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from schema.domain.errors import InvalidRequest, StoreUnknown, TillgraphError
from schema.domain.reader import ReaderRecord
from schema.domain.reference import GlobalId
from schema.domain.store import GeoPoint as GeoPointRecord
from schema.domain.store import StoreRecord
from schema.graphql.connection import PageInfo, page_size
from schema.graphql.context import Info
from schema.graphql.cost import COST, FREE, Cost
from schema.graphql.level import level_field, whole
from schema.graphql.node import ID_DESCRIPTION, Node
from schema.graphql.record import shown_as, shows
from schema.graphql.scalars import CurrencyCode
from schema.ports.payments import ReaderKey
from schema.ports.stores import NearbyStore, Stores

if TYPE_CHECKING:
    from schema.graphql.reader import Reader

_LATITUDE_MAX = 90.0
_LONGITUDE_MAX = 180.0


@strawberry.type(description="A place on the earth, in degrees (WGS 84).")
class Coordinates:
    """Shows `schema.domain.store.GeoPoint`."""

    latitude: float = strawberry.field(description="Degrees north.")
    longitude: float = strawberry.field(description="Degrees east.")


shown_as(GeoPointRecord, Coordinates)


@strawberry.input(description="A place on the earth, in degrees (WGS 84).")
class GeoPoint:
    """Becomes `schema.domain.store.GeoPoint`."""

    latitude: float = strawberry.field(description="Degrees north, from -90 to 90.")
    longitude: float = strawberry.field(description="Degrees east, from -180 to 180.")

    def record(self) -> GeoPointRecord:
        """The point as a record.

        Raises:
            InvalidRequest: It lies outside the earth's degrees.
        """
        if abs(self.latitude) > _LATITUDE_MAX or abs(self.longitude) > _LONGITUDE_MAX:
            raise InvalidRequest("Latitude goes from -90 to 90, longitude from -180 to 180.")
        return GeoPointRecord(self.latitude, self.longitude)


@strawberry.input(one_of=True, description="One key of a store.")
class StoreBy:
    """Exactly one of the keys."""

    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The store's id in this graph."
    )
    code: str | None = strawberry.field(
        default=strawberry.UNSET, description="The store's code, such as `ginza`."
    )

    def store(self, stores: Stores) -> StoreRecord | None:
        """The store asked for; None where the id is no store's.

        Raises:
            StoreUnknown: No store has the code.
        """
        if self.code:
            known_stores(stores, [self.code])
            return stores.by_codes([self.code])[0]
        found = GlobalId.parse(self.id or "")
        return stores.by_codes([found.parts[0]])[0] if found.kind == "Store" else None


async def _readers(
    stores: Sequence[StoreRecord], info: Info
) -> Sequence[list[ReaderRecord] | TillgraphError]:
    readers = info.context.readers
    keys = [[ReaderKey(it.code, name) for name in readers.names(it.code)] for it in stores]
    flat = [key for of_store in keys for key in of_store]
    found = iter(await readers.by_keys(info.context.scope, flat))
    return [whole([next(found) for _ in of_store]) for of_store in keys]


def _ids(stores: Sequence[StoreRecord], _: Info) -> Sequence[str]:
    return [GlobalId("Store", (it.code,)).text for it in stores]


@strawberry.type(description="A store.")
@shows(StoreRecord)
class Store(Node):
    """Shows `schema.domain.store.StoreRecord`."""

    id: strawberry.ID = level_field(_ids, description=ID_DESCRIPTION)
    currency: CurrencyCode = strawberry.field(description="The currency its tills take.")
    location: Coordinates | None = strawberry.field(description="Where it is.")
    readers: list[Annotated["Reader", strawberry.lazy("schema.graphql.reader")]] | None = (
        level_field(
            _readers,
            description="The card readers that stand in it, ordered by name.",
            null_is_error=True,
            cost=Cost(assumed=3),
        )
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: object) -> bool:
        """Whether the record is a store's."""
        return isinstance(value, StoreRecord)


@strawberry.type(description="A store in a list.")
class StoreEdge:
    """One row of `StoreConnection`."""

    cursor: str = strawberry.field(description="Pass it as `after` for the rows that follow.")
    node: Store = strawberry.field(description="The store.")
    distance_km: float | None = strawberry.field(
        description="Kilometres from the point asked for; null without one."
    )


@strawberry.type(description="Stores, nearest first; without a point, by code.")
class StoreConnection:
    """A part of the list."""

    edges: list[StoreEdge] = strawberry.field(description="The rows.")
    page_info: PageInfo = strawberry.field(description="Where the list goes on.")

    @strawberry.field(description="The stores themselves.", metadata={COST: FREE})
    def nodes(self) -> list[Store]:
        """Of every edge."""
        return [edge.node for edge in self.edges]


def known_stores(stores: Stores, codes: Sequence[str]) -> None:
    """Check codes that a client gave: a mistyped one would otherwise be a store without anything.

    Raises:
        StoreUnknown: No store has one of them.
    """
    if None in stores.by_codes(codes):
        there = ", ".join(it.store.code for it in stores.all(None, None)) or "none"
        raise StoreUnknown(f"There is no such store. There are: {there}.")


def store_connection(
    found: Sequence[NearbyStore], first: int | None, after: str | None
) -> StoreConnection:
    """Cut a part out of a list of stores; the cursor is the store's code.

    Raises:
        InvalidRequest: `first` is out of bounds, or `after` names no store of the list.
    """
    size = page_size(first)
    codes = [it.store.code for it in found]
    if after is not None and after not in codes:
        raise InvalidRequest("`after` is no cursor of this list.")
    start = 0 if after is None else codes.index(after) + 1
    part = found[start : start + size]
    edges = [
        StoreEdge(cursor=it.store.code, node=it.store, distance_km=it.distance_km)  # type: ignore[arg-type]
        for it in part
    ]
    return StoreConnection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=start + size < len(found),
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )
