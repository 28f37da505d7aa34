import pytest

from gateway.engine.stores import StoreDirectory
from schema.domain.store import GeoPoint, StoreRecord
from schema.ports.stores import NearbyStore, Stores

GINZA, SHIBUYA, UMEDA = (
    GeoPoint(35.6717, 139.7650),
    GeoPoint(35.6580, 139.7016),
    GeoPoint(34.7024, 135.4959),
)


def a_store(code: str, place: GeoPoint | None) -> StoreRecord:
    """A store."""
    return StoreRecord(code, code.title(), "Asia/Tokyo", "JPY", place)


STORES: Stores = StoreDirectory(
    [
        a_store("umeda", UMEDA),
        a_store("shibuya", SHIBUYA),
        a_store("popup", None),
        a_store("ginza", GINZA),
        a_store("annex", GINZA),
    ]
)


def test_stores_are_found_by_code() -> None:
    """In the order asked; unknown and none are none."""
    found = STORES.by_codes(["umeda", None, "nowhere", "ginza", "umeda"])

    assert ["umeda", None, None, "ginza", "umeda"] == [it.code if it else None for it in found]


def test_without_a_point_all_by_code() -> None:
    """No distance is told, and a store without a place is there."""
    found = STORES.all(None, 1.0)

    assert ["annex", "ginza", "popup", "shibuya", "umeda"] == [it.store.code for it in found]
    assert {None} == {it.distance_km for it in found}


@pytest.mark.parametrize(
    ("radius", "codes"),
    [
        (None, ["annex", "ginza", "shibuya", "umeda"]),
        (10, ["annex", "ginza", "shibuya"]),
        (5.0, ["annex", "ginza"]),
        (0, ["annex", "ginza"]),
        (-1, []),
    ],
)
def test_the_nearest_come_first(radius: float | None, codes: list[str]) -> None:
    """Within the radius, its edge included; at the same distance by code."""
    assert codes == [it.store.code for it in STORES.all(GINZA, radius)]


def test_distances_are_told_to_the_metre() -> None:
    """From Ginza to Shibuya it is 5.9 km."""
    found = STORES.all(GINZA, 10)[-1]

    assert NearbyStore(a_store("shibuya", SHIBUYA), 5.927) == found
