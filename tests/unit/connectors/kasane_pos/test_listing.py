"""Lists that are read to the end, over the sample POS's own order of sales."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kasane_pos.clocks import Clocks
from connectors.kasane_pos.listing import Choice, Fetch, Params, newest, newest_of_all
from connectors.kasane_pos.mapping import Origin, SalePage, Till, sale_page
from gateway.demo.data.records import Order
from gateway.demo.pos.ledger import Choice as LedgerChoice
from gateway.demo.pos.ledger import Ledger
from gateway.demo.pos.sale import sales
from schema.domain.errors import SchemaDrift
from schema.domain.order import OrderPosition, OrderRecord
from tests.unit.gateway.demo.pos.shop import (
    GINZA,
    NOON,
    ORCHARD,
    UMEDA,
    a_member,
    a_retailer,
    an_order,
)

ORIGIN = Origin(
    source="pos",
    tills={
        f"{store.number:04d}": Till(store.code, ZoneInfo(store.time_zone), store.currency)
        for store in (GINZA, UMEDA, ORCHARD)
    },
    as_of=NOON,
)
CLOCKS = Clocks.of(till.zone for till in ORIGIN.tills.values())
EVERYTHING = Choice(tuple(ORIGIN.tills), CLOCKS)
BY_ZONE = (
    Choice(("0101", "0302"), Clocks.of([ZoneInfo("Asia/Tokyo")])),
    Choice(("0901",), Clocks.of([ZoneInfo("Asia/Singapore")])),
)


class Shop:
    """Sales, and a way to their list that counts how often it was gone."""

    def __init__(self, *orders: Order) -> None:
        self.ledger = Ledger(sales(a_retailer(*orders)))
        self.asked: list[Params] = []

    async def fetch(self, params: Params) -> SalePage:
        """Answer as the POS does over HTTP."""
        self.asked.append(dict(params))
        told = LedgerChoice(
            stores=frozenset(str(params["store"]).split(",")),
            member=str(params["member"]) if "member" in params else None,
            since=str(params.get("from", "")),
            until=str(params.get("to", "~")),
        )
        rows, more = self.ledger.page(told, int(params["page"]), int(params["per_page"]))
        content: Any = msgspec.to_builtins({"nxt": "Y" if more else "N", "rows": rows})
        return sale_page(content, ORIGIN)


def _all(orders: Sequence[Order]) -> list[tuple[datetime, str]]:
    """What was sold, in the order that is promised."""
    places = [
        (order.placed_at, f"{order.store.number:04d}-{order.sequence:06d}")
        for order in orders
        if order.store
    ]
    return sorted(places, reverse=True)


def _places(orders: Sequence[OrderRecord]) -> list[tuple[datetime, str]]:
    return [(order.placed_at, order.number) for order in orders]


def _numbered(spots: Sequence[tuple[Any, int]]) -> list[Order]:
    return [
        an_order(number, seconds=second, store=store)
        for number, (store, second) in enumerate(spots, start=1)
    ]


async def _walk(fetch: Fetch, some: Sequence[Choice], limit: int) -> list[tuple[datetime, str]]:
    """All there is, part after part."""
    found: list[OrderRecord] = []
    more, after = True, None
    while more:
        choices = [msgspec.structs.replace(choice, after=after) for choice in some]
        rows, more = await newest_of_all(fetch, choices, limit)
        assert not more or limit == len(rows)
        found += rows
        after = OrderPosition.of(rows[-1]) if rows else after
    return _places(found)


# Few seconds, so that many are shared, and an hour more or less, so that zones lie in each other.
SPOTS = st.tuples(
    st.sampled_from([GINZA, UMEDA, ORCHARD]),
    st.integers(0, 3).flatmap(lambda second: st.sampled_from([second, second + 3600])),
)
WAYS = st.sampled_from([(EVERYTHING,), BY_ZONE])  # of reading the same list


@given(st.lists(SPOTS, max_size=60), WAYS, st.integers(1, 12))
async def test_no_sale_is_lost_or_doubled(
    spots: list[tuple[Any, int]], way: Sequence[Choice], limit: int
) -> None:
    """Over two zones and shared seconds, whatever the size of a part, in the order of time."""
    orders = _numbered(spots)

    assert _all(orders) == await _walk(Shop(*orders).fetch, way, limit)


@given(
    st.lists(SPOTS, min_size=1, max_size=40),
    st.lists(SPOTS, min_size=1, max_size=40),
    WAYS,
    st.integers(1, 12),
)
async def test_what_tills_upload_in_between_moves_nothing(
    before: list[tuple[Any, int]],
    after: list[tuple[Any, int]],
    way: Sequence[Choice],
    limit: int,
) -> None:
    """Each sale of before is given once, though new ones come between any two pages."""
    orders = _numbered([*before, *after])
    shop = Shop(*orders[: len(before)])
    late = list(sales(a_retailer(*orders[len(before) :])))

    async def fetch(params: Params) -> SalePage:
        page = await shop.fetch(params)
        if late:
            shop.ledger.put(late.pop())
        return page

    found = await _walk(fetch, way, limit)

    assert len(found) == len(set(found))
    assert found == sorted(found, reverse=True)
    assert set() == set(_all(orders[: len(before)])) - set(found)


@given(st.lists(SPOTS, max_size=30), st.integers(-1, 3605), st.integers(-1, 3605))
async def test_bounds_are_kept_to_the_second(
    spots: list[tuple[Any, int]], oldest: int, latest: int
) -> None:
    """The older one is exclusive, the newer one inclusive, in UTC and not by any clock."""
    orders = _numbered(spots)
    bounds = (NOON + timedelta(seconds=oldest), NOON + timedelta(seconds=latest))
    choice = msgspec.structs.replace(EVERYTHING, oldest=bounds[0], newest=bounds[1])

    rows, more = await newest(Shop(*orders).fetch, choice, 100)

    assert [it for it in _all(orders) if bounds[0] < it[0] <= bounds[1]] == _places(rows)
    assert not more


async def test_one_call_does_for_one_part_of_a_zone() -> None:
    """However many sales an hour has, the first part and every further one."""
    orders = [an_order(number, seconds=number) for number in range(1, 101)]
    shop = Shop(*orders)
    zone = BY_ZONE[0]
    first, _ = await newest(shop.fetch, zone, 20)
    after = OrderPosition.of(first[-1])
    second, _ = await newest(shop.fetch, msgspec.structs.replace(zone, after=after), 20)

    assert _all(orders)[:40] == _places([*first, *second])
    assert 2 == len(shop.asked)


async def test_a_second_that_fills_pages_is_read_through() -> None:
    """Only there the page's number counts; then the time does again."""
    orders = [an_order(number, seconds=number // 120) for number in range(1, 250)]
    shop = Shop(*orders)

    rows, more = await newest(shop.fetch, EVERYTHING, 230)

    assert _all(orders)[:230] == _places(rows)
    assert more
    assert max(int(params["page"]) for params in shop.asked) > 1
    assert {50} == {params["per_page"] for params in shop.asked}


@pytest.mark.parametrize("limit", [1, 50])
async def test_a_pos_that_repeats_itself_is_found_out(limit: int) -> None:
    """One that passes over filters or page numbers, or has more but tells nothing."""
    shop = Shop(*(an_order(number) for number in range(1, 100)))
    first: Params = {"store": "0101", "per_page": 9, "page": 1}

    async def same(_: Params) -> SalePage:
        return await shop.fetch(first)

    async def nothing(_: Params) -> SalePage:
        return SalePage((), None, more=True)

    for fetch in (same, nothing):
        with pytest.raises(SchemaDrift, match=r"^list.nxt"):
            await newest(fetch, EVERYTHING, limit)


async def test_sales_of_another_member_are_never_given() -> None:
    """A POS that passes over the filter would show one customer what another bought."""
    choice = msgspec.structs.replace(EVERYTHING, member="M00000002")
    for customer in (a_member(), None):
        shop = Shop(an_order(customer=customer))

        async def unfiltered(params: Params, shop: Shop = shop) -> SalePage:
            return await shop.fetch({name: it for name, it in params.items() if name != "member"})

        with pytest.raises(SchemaDrift, match=r"mbr_no: expected the member that was asked for$"):
            await newest(unfiltered, choice, 10)


def test_bounds_of_the_far_past_and_future_are_written() -> None:
    """Any year that a client may give."""
    choice = Choice(
        ("0101",),
        CLOCKS,
        newest=datetime.max.replace(tzinfo=UTC),
        oldest=datetime.min.replace(tzinfo=UTC),
    )

    assert {"store", "to", "from"} == set(choice.params)
