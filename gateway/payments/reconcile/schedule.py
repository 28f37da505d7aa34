"""When the day's comparison is due."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct


class DailyAt(Struct, frozen=True):
    """A time of day on the retailer's clocks.

    Where clocks are put forward over it, it is as many minutes later; where they are put back over
    it, it is the first of the two.
    """

    at: time
    zone: ZoneInfo

    def last_before(self, now: datetime) -> datetime:
        """The latest such time that is not after `now`."""
        today = now.astimezone(self.zone).date()
        moment = datetime.combine(today, self.at, self.zone)
        if moment.timestamp() > now.timestamp():
            moment = datetime.combine(today - timedelta(days=1), self.at, self.zone)
        return moment
