"""What tills' clocks show."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kasane_pos.clocks import Clocks, local_text

TOKYO, SINGAPORE, BERLIN = (
    ZoneInfo(name) for name in ("Asia/Tokyo", "Asia/Singapore", "Europe/Berlin")
)
MOMENT = datetime(2026, 11, 20, 9, 3, 11, 999_999, tzinfo=UTC)


def test_one_zone_shows_one_time() -> None:
    """In whole seconds, as tills do."""
    clocks = Clocks.of([TOKYO, TOKYO])

    assert "2026-11-20 18:03:11" == clocks.earliest(MOMENT) == clocks.latest(MOMENT)


def test_two_zones_show_two_times() -> None:
    """And what is settled is so in both."""
    clocks = Clocks.of([TOKYO, SINGAPORE])

    assert "2026-11-20 17:03:11" == clocks.earliest(MOMENT)
    assert "2026-11-20 18:03:11" == clocks.latest(MOMENT)
    local = datetime(2026, 11, 20, 18)  # noqa: DTZ001
    assert datetime(2026, 11, 20, 10, tzinfo=UTC) == clocks.settled(local)


def test_a_zone_that_changes_its_clocks_is_as_two() -> None:
    """Whatever the season, the time shown lies between."""
    assert Clocks(timedelta(hours=1), timedelta(hours=2)) == Clocks.of([BERLIN])


@pytest.mark.parametrize("moment", ["0001-01-01T00:00Z", "9999-12-31T23:59Z"])
def test_no_moment_is_too_far(moment: str) -> None:
    """A client may ask for any year; nothing was sold in those that are cut off."""
    shown = Clocks.of([TOKYO]).latest(datetime.fromisoformat(moment))

    assert shown in {"1970-01-01 09:00:00", "8999-01-01 09:00:00"}


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2039, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([TOKYO, SINGAPORE, BERLIN]),
)
def test_a_clock_never_shows_more_or_less(moment: datetime, zone: ZoneInfo) -> None:
    """The bounds hold for each of the stores, so nothing that is asked for lies outside."""
    clocks = Clocks.of([TOKYO, SINGAPORE, BERLIN])
    local = moment.astimezone(zone).replace(tzinfo=None)

    assert clocks.earliest(moment) <= local_text(local) <= clocks.latest(moment)
    assert moment <= clocks.settled(local)
