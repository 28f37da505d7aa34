"""Stores, from the configuration."""

from collections.abc import Sequence

from schema.domain.store import GeoPoint, StoreRecord
from schema.ports.stores import NearbyStore


class StoreDirectory:
    """Implements `schema.ports.stores.Stores`."""

    def __init__(self, stores: Sequence[StoreRecord]) -> None:
        # A thing without a store has None for its code, and so no store.
        self._stores: dict[str | None, StoreRecord] = {
            store.code: store for store in sorted(stores, key=lambda it: it.code)
        }

    def by_codes(self, codes: Sequence[str | None]) -> Sequence[StoreRecord | None]:
        """See `Stores.by_codes`."""
        return list(map(self._stores.get, codes))

    def all(self, near: GeoPoint | None, radius_km: float | None) -> Sequence[NearbyStore]:
        """See `Stores.all`. A store without a place is left out when a point is given."""
        if near is None:
            return [NearbyStore(store) for store in self._stores.values()]
        found = [
            NearbyStore(store, distance)
            for store in self._stores.values()
            if store.location
            and (distance := round(near.distance_km(store.location), 3))
            <= (distance if radius_km is None else radius_km)
        ]
        return sorted(found, key=lambda it: (it.distance_km, it.store.code))
