"""Stores, from the configuration: asked without waiting."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from schema.domain.store import GeoPoint, StoreRecord


class NearbyStore(Struct, frozen=True):
    """A store, and how far away it is; None when nobody asked from where."""

    store: StoreRecord
    distance_km: float | None = None


class Stores(Protocol):
    """What may be asked about stores."""

    def by_codes(self, codes: Sequence[str | None]) -> Sequence[StoreRecord | None]:
        """Return the store of each code; None for none."""
        ...

    def all(self, near: GeoPoint | None, radius_km: float | None) -> Sequence[NearbyStore]:
        """Return the stores within the radius, nearest first; without a point all, by code."""
        ...
