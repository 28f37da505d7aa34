"""Coupons and consents of the CRM's customers."""

from collections import defaultdict
from collections.abc import Mapping
from zlib import crc32

from msgspec import Struct

_DAY_MS = 86_400_000
_EXPIRES_MS = 1_798_675_200_000  # the end of 2026
_CHANNELS = ("email", "sms", "post", "line")
_OFFERS = (
    ("誕生月クーポン", "10", None),
    ("送料無料", None, "550"),
    ("ご来店感謝", "5", None),
)


class Coupon(Struct):
    """A coupon: percents or yen off, whichever is set; a string either way."""

    code: str
    title: str
    percent_off: str | None
    amount_off: str | None
    expires_ms: int
    used_ms: int | None


class Consent(Struct):
    """Whether a customer may be written to over one channel."""

    granted: bool
    changed_ms: int


class Consents:
    """What customers have agreed to; until they say otherwise, what they ticked on joining."""

    def __init__(self) -> None:
        self._said: dict[str, dict[str, Consent]] = defaultdict(dict)

    def of(self, customer: str, joined_ms: int) -> dict[str, Consent]:
        """Every channel's, by its name."""
        ticked = _seed(customer)
        first = {
            channel: Consent(bool(ticked >> place & 1), joined_ms)
            for place, channel in enumerate(_CHANNELS)
        }
        return first | self._said[customer]

    def put(self, customer: str, granted: Mapping[str, bool], now_ms: int) -> None:
        """Note what a customer says of some channels; those not named stay."""
        said = {channel: Consent(yes, now_ms) for channel, yes in granted.items()}
        self._said[customer] |= said


def knows_channels(granted: Mapping[str, bool]) -> bool:
    """Whether every channel named is one that there is."""
    return set(granted) <= set(_CHANNELS)


def coupons(customer: str) -> list[Coupon]:
    """None to three coupons, some of them used."""
    seed = _seed(customer)
    return [
        Coupon(
            code=f"KSN{seed % 1_000_000:06d}{place}",
            title=title,
            percent_off=percent,
            amount_off=amount,
            expires_ms=_EXPIRES_MS,
            used_ms=_EXPIRES_MS - 90 * _DAY_MS if seed >> place & 4 else None,
        )
        for place, (title, percent, amount) in enumerate(_OFFERS[: seed % 4])
    ]


def _seed(customer: str) -> int:
    return crc32(customer.encode())
