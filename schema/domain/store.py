"""Stores, and where they are."""

from math import asin, cos, radians, sin, sqrt
from typing import Annotated

from msgspec import Meta, Struct

_EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


class GeoPoint(Struct, frozen=True):
    """A place on the earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float

    def distance_km(self, other: "GeoPoint") -> float:
        """Great-circle distance in kilometres (haversine formula)."""
        phi, psi = radians(self.latitude), radians(other.latitude)
        d_phi, d_lambda = psi - phi, radians(other.longitude - self.longitude)
        half = sin(d_phi / 2) ** 2 + cos(phi) * cos(psi) * sin(d_lambda / 2) ** 2
        return 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


class StoreRecord(Struct, frozen=True):
    """A store, from the gateway's configuration."""

    code: Annotated[str, Meta(description="The store's code, such as `ginza`.")]
    name: Annotated[str, Meta(description="What people call the store.")]
    time_zone: Annotated[str, Meta(description="IANA time zone, such as Asia/Tokyo.")]
    currency: str
    location: GeoPoint | None = None
