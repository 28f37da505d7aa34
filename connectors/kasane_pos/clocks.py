"""Between the tills' clocks, which know no zone, and UTC."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import Self

from msgspec import Struct

# Far outside of what any till has sold, and far enough inside of what can be computed with.
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(8999, 1, 1, tzinfo=UTC)

# The days that tell by how much a zone's clocks are ahead of UTC, in summer and in winter.
_DAYS = [
    datetime(year, month, 1, tzinfo=UTC) for year in range(2000, 2040) for month in range(1, 13)
]


class Clocks(Struct, frozen=True):
    """How far the clocks of some stores are ahead of UTC: at least `west`, and at most `east`.

    The POS orders sales by what the clocks showed, which between zones is not the order of time: a
    sale at 18:30 in Singapore is later than one at 19:00 in Tokyo, and yet comes after it.
    """

    west: timedelta
    east: timedelta

    @classmethod
    def of(cls, zones: Iterable[tzinfo]) -> Self:
        """The clocks of one zone or more."""
        offsets = set[timedelta]().union(*map(_offsets, zones))
        return cls(min(offsets), max(offsets))

    def earliest(self, moment: datetime) -> str:
        """The least that one of the clocks shows at the moment, as the POS writes it."""
        return _text(moment, self.west)

    def latest(self, moment: datetime) -> str:
        """The most that one of the clocks shows at the moment, as the POS writes it."""
        return _text(moment, self.east)

    def settled(self, local: datetime) -> datetime:
        """What was sold after this moment (UTC) stands above `local` in the POS's order."""
        return (local - self.west).replace(tzinfo=UTC)


def local_text(local: datetime) -> str:
    """A time on a till's clock, as the POS writes it."""
    return f"{local:%Y-%m-%d %H:%M:%S}"


@cache
def _offsets(zone: tzinfo) -> frozenset[timedelta]:
    return frozenset(day.astimezone(zone).utcoffset() or timedelta() for day in _DAYS)


def _text(moment: datetime, offset: timedelta) -> str:
    bounded = min(max(moment, _FIRST), _LAST).astimezone(UTC)
    return local_text(bounded.replace(tzinfo=None) + offset)
