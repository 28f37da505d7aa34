"""Lists of orders, in every way of counting, while rows come and go."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.declarative.paging import Part, order_page
from connectors.declarative.paging_place import Counting, Paging, Place, Window
from schema.domain.errors import Rejected, SchemaDrift
from schema.domain.order import Channel, OrderPosition, OrderQuery
from tests.unit.connectors.declarative.listing import EVERYTHING, NOON, Listing, an_order

WAYS = {
    "page": Paging(Counting.PAGE, page_max=10),
    "fixed page": Paging(Counting.PAGE, page_max=6, is_fixed=True),
    "offset": Paging(Counting.OFFSET, page_max=10),
    "cursor": Paging(Counting.CURSOR, page_max=10),
    "keyset": Paging(Counting.KEYSET, page_max=10),
}
# Between two requests of pages that cannot overlap, rows may only move up.
OVERLAPPING = [way for way in WAYS if way != "fixed page"]
EACH = pytest.mark.parametrize("way", WAYS)


@EACH
@pytest.mark.parametrize("tells", ["nothing", "more", "total"])
@pytest.mark.parametrize("limit", [1, 4, 23])
async def test_a_walk_gives_every_order_once(way: str, tells: str, limit: int) -> None:
    """In the order of the graph, although a system sorts orders of one second otherwise."""
    listing = Listing(WAYS[way], [second // 3 for second in range(61)], tells=tells)
    expected = sorted(listing.orders, key=OrderPosition.of, reverse=True)

    assert [order.ref.id for order in expected] == await listing.walk(limit)


@pytest.mark.parametrize("way", OVERLAPPING)
@settings(max_examples=40, deadline=None)
@given(
    seconds=st.lists(st.integers(0, 25), max_size=70),
    limit=st.integers(1, 12),
    tells=st.sampled_from(["nothing", "more", "total"]),
    random=st.randoms(use_true_random=False),
)
async def test_a_list_that_changes_loses_nothing(
    way: str, seconds: list[int], limit: int, tells: str, random: Random
) -> None:
    """Whatever comes and goes between any two requests: what lasts is given, and once."""
    listing = Listing(WAYS[way], seconds, tells=tells)
    changes = iter(range(60))

    def change() -> None:
        for _ in range(random.choice([0, 0, 1, 2, 4])):
            if next(changes, None) is None:
                return
            if random.random() < 0.5:
                listing.insert(random.randint(0, 30))
            else:
                listing.remove(random.randint(0, 99))

    listing.change = change
    given_ids = await listing.walk(limit, random=random)

    assert len(set(given_ids)) == len(given_ids)
    assert set() == listing.lasting - set(given_ids)


@settings(max_examples=40, deadline=None)
@given(
    seconds=st.lists(st.integers(0, 25), max_size=70),
    limit=st.integers(1, 12),
    removals=st.lists(st.integers(0, 99), max_size=40),
)
async def test_pages_of_a_fixed_size_lose_nothing_to_removals(
    seconds: list[int], limit: int, removals: list[int]
) -> None:
    """What moves up over the border of a page is found where it has gone."""
    listing = Listing(WAYS["fixed page"], seconds)
    left = iter(removals)

    def change() -> None:
        if (place := next(left, None)) is not None:
            listing.remove(place)

    listing.change = change
    given_ids = await listing.walk(limit)

    assert len(set(given_ids)) == len(given_ids)
    assert set() == listing.lasting - set(given_ids)


@EACH
async def test_a_hint_saves_the_way_from_the_top(way: str) -> None:
    """A page far down costs no more requests than the first one."""
    listing = Listing(WAYS[way], range(500))
    after, hint = None, None
    for _ in range(40):
        listing.requests.clear()
        page = await listing.page(10, after=after, hint=hint)
        after, hint = OrderPosition.of(page.rows[-1]), page.hint

    assert len(listing.requests) <= 5


@EACH
@pytest.mark.parametrize(
    "hint",
    [
        "",
        "{}",
        "\ud800",
        "[" * 5_000,
        '[null,["2020-01-01T00:00:00Z","shop","1"],[999999999,null,null]]',
        '[null,["2020-01-01T00:00:00Z","shop","1"],[-1,"forged",null]]',
        '[null,["2020-01-01T00:00:00Z","shop","1"],[-1,"-1.1",null]]',
        '[null,["2020-01-01T00:00:00Z","shop","1"],[5,null,"2020-01-01T00:00:00Z"]]',
        '[null,["2020-01-01T00:00:00","shop","1"],[7,null,null]]',
    ],
)
async def test_a_hint_that_is_none_of_ours_loses_nothing(way: str, hint: str) -> None:
    """Cursors pass through clients' hands; the order given last is enough."""
    listing = Listing(WAYS[way], range(50))
    expected = sorted(listing.orders, key=OrderPosition.of, reverse=True)
    page = await listing.page(5, after=OrderPosition.of(expected[19]), hint=hint)

    assert expected[20:25] == list(page.rows)


@EACH
async def test_a_hint_from_farther_down_steps_back(way: str) -> None:
    """Nothing between the order given last and the hint's place is left out."""
    listing = Listing(WAYS[way], range(80))
    expected = sorted(listing.orders, key=OrderPosition.of, reverse=True)
    far = await listing.page(60)
    page = await listing.page(5, after=OrderPosition.of(expected[19]), hint=far.hint)

    assert expected[20:25] == list(page.rows)


@EACH
async def test_filters_are_applied_to_the_orders(way: str) -> None:
    """Also where the system has none of them: exclusive after, inclusive before."""
    listing = Listing(WAYS[way], range(40))
    listing.orders[20:20] = [
        an_order("0", at=listing.orders[20].placed_at, channel=Channel.STORE),
    ]
    query = OrderQuery(
        channels=[Channel.WEB],
        placed_after=NOON + timedelta(seconds=10),
        placed_before=NOON + timedelta(seconds=30),
    )
    page = await listing.page(100, query=query)

    assert list(range(30, 10, -1)) == [(it.placed_at - NOON).seconds for it in page.rows]
    assert page.hint is None


async def test_a_long_cursor_is_not_in_the_hint() -> None:
    """Clients' cursors are bounded; the list is then read from its top."""

    async def fetch(place: Place, _: Window) -> Part:
        at = len(place.cursor or "") // 2_000
        order = an_order(f"{at}", at=NOON - timedelta(seconds=at))
        return Part([order], cursor="x" * 2_000 * (at + 1))

    page = await order_page(fetch, WAYS["cursor"], EVERYTHING, after=None, hint=None, limit=2)

    assert page.hint is not None
    assert len(page.hint) < 300


@pytest.mark.parametrize("way", ["page", "offset", "cursor"])
async def test_a_system_that_repeats_itself_is_told_apart(way: str) -> None:
    """One that does not know the parameter gives the same rows for ever."""
    rows = [an_order(f"{at}", at=NOON - timedelta(seconds=at)) for at in range(20)]

    async def fetch(_: Place, window: Window) -> Part:
        return Part(rows[: window.size], cursor="again")

    with pytest.raises(SchemaDrift, match="expected more orders"):
        await order_page(fetch, WAYS[way], EVERYTHING, after=None, hint=None, limit=50)


async def test_a_list_in_another_order_is_drift() -> None:
    """Nothing can be told of what comes later."""
    rows = [an_order("1"), an_order("2", at=NOON + timedelta(seconds=1))]

    async def fetch(_: Place, __: Window) -> Part:
        return Part(rows)

    with pytest.raises(SchemaDrift, match="newest first"):
        await order_page(fetch, WAYS["page"], EVERYTHING, after=None, hint=None, limit=5)


async def test_more_orders_of_a_moment_than_a_page_holds() -> None:
    """A keyset goes on by page or offset; without either it says so and loses none."""
    listing = Listing(WAYS["keyset"], [3] + [2] * 40 + [1])

    assert 42 == len(await listing.walk(5))

    listing.paging = Paging(Counting.KEYSET, page_max=10, is_numbered=False)
    with pytest.raises(SchemaDrift, match="one moment"):
        await listing.walk(5)


async def test_a_keyset_alone_comes_to_the_end() -> None:
    """Where a request takes a time and nothing else."""
    paging = Paging(Counting.KEYSET, page_max=10, is_numbered=False)
    listing = Listing(paging, [second // 3 for second in range(61)])

    assert 61 == len(await listing.walk(7))


async def test_an_error_at_the_top_counts() -> None:
    """Only a place from a hint is given up for another."""

    async def fetch(_: Place, __: Window) -> Part:
        raise Rejected("no")

    with pytest.raises(Rejected):
        await order_page(fetch, WAYS["cursor"], EVERYTHING, after=None, hint=None, limit=5)


@pytest.mark.parametrize("way", ["page", "offset", "fixed page", "keyset"])
async def test_rows_that_move_up_between_two_parts_of_a_page(way: str) -> None:
    """Many are removed at the top; what has moved over the border is fetched after all."""
    listing = Listing(WAYS[way], range(60))
    removals = iter([5])

    def change() -> None:
        for _ in range(next(removals, 0)):
            listing.remove(0)

    listing.change = change
    page = await listing.page(30)

    assert list(range(59, 29, -1)) == [(it.placed_at - NOON).seconds for it in page.rows]
