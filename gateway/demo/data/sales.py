"""What Kasane sold, in its stores and elsewhere."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from gateway.demo.data.records import Customer, Line, Order, Store, Variant
from schema.domain.money import Money
from schema.domain.order import Channel, OrderStatus

T = TypeVar("T")

_COUNT = 12_000
_FIRST_DAY = date(2025, 5, 1)
_LAST_DAY = date(2026, 11, 20)
_LATEST = datetime(2026, 11, 20, 8, 59, tzinfo=UTC)  # 17:59 in Tokyo, when the data was taken
_OPENS_S, _CLOSES_S = 10 * 3_600, 21 * 3_600  # of the day, in the store's own zone

_CHANNELS = tuple(Channel)
_CHANNEL_SHARES = (60, 20, 10, 4, 2, 4)
_COLLECTED = 1 / 3
_MEMBERS = 0.5  # of the sales in stores
_TIED_EACH = 70  # of so many orders in a row, the second is placed in the first one's second

_SOLD = {
    OrderStatus.FULFILLED: 905,
    OrderStatus.OPEN: 20,
    OrderStatus.PARTIALLY_FULFILLED: 5,
    OrderStatus.PARTIALLY_RETURNED: 25,
    OrderStatus.RETURNED: 25,
    OrderStatus.CANCELED: 20,
}
_SENT = {
    OrderStatus.FULFILLED: 84,
    OrderStatus.PARTIALLY_RETURNED: 6,
    OrderStatus.RETURNED: 5,
    OrderStatus.CANCELED: 5,
}
_BEING_SENT = {
    OrderStatus.OPEN: 60,
    OrderStatus.PARTIALLY_FULFILLED: 15,
    OrderStatus.FULFILLED: 20,
    OrderStatus.CANCELED: 5,
}
_SENT_WITHIN = timedelta(days=10)
_LINE_SHARES = (45, 27, 15, 8, 5)  # orders of one line, two lines …
_QUANTITIES, _QUANTITY_SHARES = (1, 2, 3), (88, 10, 2)


class Market(Struct, frozen=True):
    """Who sells what to whom. `shown` are variants that the stores of the newest orders have."""

    stores: tuple[Store, ...]
    variants: tuple[Variant, ...]
    shown: tuple[Variant, ...]
    customers: tuple[Customer, ...]


class _Place(Struct, frozen=True):
    placed_at: datetime
    channel: Channel
    store: Store | None


def orders(random: Random, market: Market) -> tuple[Order, ...]:
    """Twelve thousand orders, oldest first; the newest are `newest`."""
    last = newest(random, market)
    places = [_place(random, market) for _ in range(_COUNT - len(last))]
    places.sort(key=lambda place: place.placed_at)
    members = [it for it in market.customers if it.membership]
    online = [it for it in market.customers if it.in_oms]
    made = [
        _order(
            random,
            place,
            _buyer(random, place.channel, members, online),
            _basket(random, market.variants, place.store),
        )
        for place in _tied(places)
    ]
    return _numbered([*made, *last])


def newest(random: Random, market: Market) -> list[Order]:
    """The newest orders: over both systems, by members, and three of them wait at Ginza's till."""
    stores = {store.code: store for store in market.stores}
    members = [it for it in market.customers if it.membership and it.in_oms]
    ginza, umeda = stores["ginza"], stores["umeda"]
    places = (
        (Channel.STORE, ginza, OrderStatus.OPEN),
        (Channel.STORE, umeda, OrderStatus.FULFILLED),
        (Channel.WEB, ginza, OrderStatus.OPEN),
        (Channel.STORE, ginza, OrderStatus.OPEN),
        (Channel.APP, None, OrderStatus.OPEN),
        (Channel.STORE, ginza, OrderStatus.OPEN),
    )
    return [
        _paid(
            _Place(_LATEST + timedelta(seconds=47 * count), channel, store),
            status,
            random.choice(members),
            _basket(random, market.shown, store),
        )
        for count, (channel, store, status) in enumerate(places, start=1)
    ]


def _place(random: Random, market: Market) -> _Place:
    channel = random.choices(_CHANNELS, _CHANNEL_SHARES)[0]
    sold = channel is Channel.STORE
    store = random.choice(market.stores) if sold or random.random() < _COLLECTED else None
    day = _FIRST_DAY + timedelta(days=random.randrange((_LAST_DAY - _FIRST_DAY).days + 1))
    second = random.randrange(_OPENS_S, _CLOSES_S) if sold else random.randrange(86_400)
    zone = ZoneInfo(store.time_zone if store and sold else "Asia/Tokyo")
    placed_at = (datetime.combine(day, time(), zone) + timedelta(seconds=second)).astimezone(UTC)
    return _Place(
        placed_at if placed_at <= _LATEST else placed_at - timedelta(days=1), channel, store
    )


def _tied(places: Sequence[_Place]) -> list[_Place]:
    """The same, but some share their second with the one before, whatever system has that."""
    tied = list(places)
    for at in range(_TIED_EACH, len(tied), _TIED_EACH):
        first, second = tied[at - 1 : at + 1]
        if _in_tokyo(first) and _in_tokyo(second):
            tied[at] = _Place(first.placed_at, second.channel, second.store)
    return tied


def _in_tokyo(place: _Place) -> bool:
    """Whether its hour is one in which any Japanese store sells."""
    hour = (place.placed_at + timedelta(hours=9)).hour
    abroad = place.store is not None and place.store.time_zone != "Asia/Tokyo"
    return not abroad and _OPENS_S <= hour * 3_600 < _CLOSES_S


def _buyer(
    random: Random, channel: Channel, members: Sequence[Customer], online: Sequence[Customer]
) -> Customer | None:
    """Some buy far more than others; half of those in stores show no card."""
    if channel is not Channel.STORE:
        return _skewed(random, online)
    return _skewed(random, members) if random.random() < _MEMBERS else None


def _skewed(random: Random, among: Sequence[T]) -> T:
    return among[int(len(among) * random.random() ** 2)]


def _basket(random: Random, variants: Sequence[Variant], store: Store | None) -> tuple[Line, ...]:
    currency = store.currency if store else "JPY"
    count = random.choices(range(1, 6), _LINE_SHARES)[0]
    return tuple(
        Line(
            variant=variant,
            quantity=random.choices(_QUANTITIES, _QUANTITY_SHARES)[0],
            unit_price=variant.prices[currency],
        )
        for variant in random.sample(variants, count)
    )


def _order(
    random: Random, place: _Place, customer: Customer | None, lines: tuple[Line, ...]
) -> Order:
    sold = place.channel is Channel.STORE
    recent = place.placed_at > _LATEST - _SENT_WITHIN
    shares = _SOLD if sold else _BEING_SENT if recent else _SENT
    status = random.choices(tuple(shares), tuple(shares.values()))[0]
    return _paid(place, status, customer, lines)


def _paid(
    place: _Place, status: OrderStatus, customer: Customer | None, lines: tuple[Line, ...]
) -> Order:
    """An order that is paid, unless it waits at a till. Its sequence follows."""
    parked = place.channel is Channel.STORE and status is OrderStatus.OPEN
    first, *rest = (line.total for line in lines)
    total = sum(rest, start=first)
    return Order(
        sequence=0,
        channel=place.channel,
        placed_at=place.placed_at,
        status=status,
        lines=lines,
        paid=Money(0, total.currency) if parked else total,
        customer=customer,
        store=place.store,
    )


def _numbered(found: Sequence[Order]) -> tuple[Order, ...]:
    """Each order with its sequence: in its store's till, or in the OMS."""
    counts: Counter[str] = Counter()
    numbered = []
    for order in found:
        sold = order.store if order.channel is Channel.STORE else None
        counter = sold.code if sold else "oms"
        counts[counter] += 1
        numbered.append(replace(order, sequence=counts[counter]))
    return tuple(numbered)
