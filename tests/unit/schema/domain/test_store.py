import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.domain.store import GeoPoint

PLACES = st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (GeoPoint(35.6717, 139.7650), GeoPoint(34.7024, 135.4959), 403),
        (GeoPoint(35.6717, 139.7650), GeoPoint(1.3039, 103.8318), 5314),
        (GeoPoint(0, 179.5), GeoPoint(0, -179.5), 111),
        (GeoPoint(90, 0), GeoPoint(-90, 0), 20015),
        (GeoPoint(0, 0), GeoPoint(0, 180), 20015),
    ],
)
def test_distances_that_are_known(one: GeoPoint, other: GeoPoint, km: int) -> None:
    """Ginza to Umeda and to Singapore, over the date line, from pole to pole, half around."""
    assert km == pytest.approx(one.distance_km(other), rel=0.005)


@given(PLACES, PLACES)
def test_distances_are_distances(one: GeoPoint, other: GeoPoint) -> None:
    """The same both ways, nothing to oneself, and never more than half around the earth."""
    there, back = one.distance_km(other), other.distance_km(one)

    assert there == pytest.approx(back, abs=1e-3)
    assert 0 == one.distance_km(one)
    assert 0 <= there < 20016
