"""When the day's comparison is due, on the retailer's clocks."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from gateway.payments.reconcile.schedule import DailyAt

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("daily", "now", "expected"),
    [
        (DailyAt(time(3), TOKYO), (2026, 11, 30, 18, 0), (2026, 11, 30, 18, 0)),
        (DailyAt(time(3), TOKYO), (2026, 11, 30, 17, 59), (2026, 11, 29, 18, 0)),
        (DailyAt(time(3), TOKYO), (2026, 12, 1, 17, 59), (2026, 11, 30, 18, 0)),
        # Clocks go back from 3:00 to 2:00 on 25 October, and forward over 2:30 on 28 March.
        (DailyAt(time(2, 30), BERLIN), (2026, 10, 25, 12, 0), (2026, 10, 25, 0, 30)),
        (DailyAt(time(2, 30), BERLIN), (2027, 3, 28, 12, 0), (2027, 3, 28, 1, 30)),
    ],
)
def test_the_last_time(daily: DailyAt, now: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """The latest moment that is not to come, also where clocks are put forward or back."""
    found = daily.last_before(datetime(*now, tzinfo=UTC))  # type: ignore[misc, arg-type]

    assert datetime(*expected, tzinfo=UTC) == found.astimezone(UTC)  # type: ignore[misc, arg-type]
