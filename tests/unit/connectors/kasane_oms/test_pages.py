"""Lists of orders, over page borders, ties, and orders that come and go meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.demo.oms.book import Search as Everything
from schema.domain.customer import CustomerLink
from schema.domain.errors import SchemaDrift
from schema.domain.order import (
    Channel,
    OrderPage,
    OrderPosition,
    OrderQuery,
    OrderRecord,
)
from schema.domain.reference import SourceRef
from tests.unit.connectors.kasane_oms.service import EVERYTHING, Service, call, first_page, walk

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


async def test_a_page_is_the_newest_orders(service: Service, oms: Any) -> None:
    """About as many as were asked for, newest first, in one call."""
    page = await first_page(oms, 10)

    assert 10 <= len(page.rows) <= 20
    assert sorted(page.rows, key=OrderPosition.of, reverse=True) == list(page.rows)
    assert page.hint is not None
    assert {"SearchOrders": 1} == service.calls


@pytest.mark.parametrize("limit", [37, 101])
async def test_a_walk_gives_every_order_once(service: Service, oms: Any, limit: int) -> None:
    """Ties over page borders included, also where a page is longer than the OMS's longest."""
    query = OrderQuery(placed_after=NOON - timedelta(days=120))
    rows = await walk(oms, limit, query)

    assert len(rows) > 5 * limit
    assert [
        entry.id
        for entry in service.book.search(Everything())
        if entry.order.placed_at > NOON - timedelta(days=120)
    ] == [row.ref.id for row in rows]


async def test_a_hint_leads_on_from_the_same_place(oms: Any) -> None:
    """A merge asks for page after page of one system before it knows where it will end."""
    after = OrderPosition.of((await first_page(oms, 5)).rows[-1])
    rows: dict[SourceRef, OrderRecord] = {}
    hint = None
    for _ in range(6):
        page = await oms.order_page(call(), EVERYTHING, after=after, hint=hint, limit=20)
        rows.update((row.ref, row) for row in page.rows if OrderPosition.of(row) < after)
        hint = page.hint
    straight = (await first_page(oms, 200)).rows

    past = [row.ref for row in straight if OrderPosition.of(row) < after]
    assert len(rows) >= 6 * 20
    assert past[: 6 * 20] == list(rows)[: 6 * 20]


@pytest.mark.parametrize("hint", ["", "{}", "[null,5,7]", '[null,"2020-01-01T00:00:00","1"]'])
async def test_a_hint_that_is_none_is_no_matter(oms: Any, hint: str) -> None:
    """Cursors pass through clients' hands; the position alone is enough."""
    first = await first_page(oms, 5)
    after = OrderPosition.of(first.rows[2])
    page = await oms.order_page(call(), EVERYTHING, after=after, hint=hint, limit=5)

    assert first.rows[3].ref in {row.ref for row in page.rows}


async def test_a_hint_from_another_place_steps_back(oms: Any) -> None:
    """What lies between `after` and the place that the hint tells is not left out."""
    first = await first_page(oms, 20)
    after = OrderPosition.of(first.rows[2])
    page = await oms.order_page(call(), EVERYTHING, after=after, hint=first.hint, limit=5)

    assert first.rows[3].ref in {row.ref for row in page.rows}


async def test_orders_placed_between_two_pages_lose_none(service: Service, oms: Any) -> None:
    """Page numbers shift under them: those in the past as those of this moment."""
    placed: list[str] = []
    query = OrderQuery(placed_after=NOON - timedelta(days=30))
    before = [row.ref.id for row in await walk(oms, 50, query)]

    async def between(page: OrderPage) -> None:
        if len(placed) < 20:
            placed.append(await service.place(page.rows[0]))
            placed.append(await service.place(page.rows[-1]))

    rows = [row.ref.id for row in await walk(oms, 10, query, between)]

    assert len(placed) == 20
    assert len(set(rows)) == len(rows)
    assert before == [it for it in rows if it not in placed]


async def test_more_ties_than_a_page_holds(service: Service, oms: Any) -> None:
    """A sale begins, and a hundred orders share a second."""
    newest = (await first_page(oms, 1)).rows[0]
    placed = {await service.place(newest) for _ in range(120)}
    query = OrderQuery(placed_after=newest.placed_at - timedelta(hours=6))
    rows = [row.ref.id for row in await walk(oms, 7, query)]

    assert placed < set(rows)
    assert len(set(rows)) == len(rows)


async def test_filters_are_the_systems_own(service: Service, oms: Any) -> None:
    """Channels and stores; codes that are not the OMS's let nothing through, without a call."""
    query = OrderQuery(channels=[Channel.APP, Channel.STORE], stores=["umeda", "nowhere"])
    rows = await walk(oms, 50, query)

    assert 5 < len(rows)
    assert {(Channel.APP, "umeda")} == {(row.channel, row.store) for row in rows}
    service.conduct.calls.clear()
    for nothing in (
        OrderQuery(channels=[Channel.STORE]),
        OrderQuery(channels=[]),
        OrderQuery(stores=["nowhere"]),
        OrderQuery(customer=CustomerLink(membership="M1", ref=SourceRef("crm", "C000148"))),
        OrderQuery(customer=CustomerLink(email="\x00@example.com")),
    ):
        assert OrderPage(()) == await first_page(oms, 5, nothing)
    assert {} == service.calls


@pytest.mark.parametrize(
    "link",
    [
        CustomerLink(ref=SourceRef("oms", "C000148")),
        CustomerLink(ref=SourceRef("crm", "4"), email="mayumi.shimizu148@example.com"),
    ],
)
async def test_a_customers_orders(service: Service, oms: Any, link: CustomerLink) -> None:
    """By the OMS's number or by e-mail, whatever else the link tells."""
    rows = await walk(oms, 2, OrderQuery(customer=link))

    assert [it.id for it in service.book.newest_of(["C000148"], 500)] == [it.ref.id for it in rows]
    assert OrderPage(()) == await first_page(
        oms, 2, OrderQuery(customer=CustomerLink(email="nobody@example.com"))
    )


async def test_times_bound_a_list(oms: Any) -> None:
    """`placed_after` is exclusive and `placed_before` inclusive, to the microsecond."""
    rows = [row for row in (await first_page(oms, 90)).rows if row.placed_at < NOON]
    newest, oldest = rows[0].placed_at, rows[40].placed_at
    inside = [row.ref for row in rows if oldest < row.placed_at <= newest]
    moment = timedelta(microseconds=1)

    for after, before in ((oldest, newest), (oldest + moment, newest + moment)):
        query = OrderQuery(placed_after=after, placed_before=before)
        assert inside == [row.ref for row in await walk(oms, 9, query)]
    query = OrderQuery(placed_after=oldest - moment, placed_before=newest - moment)
    assert [row.ref for row in rows if oldest <= row.placed_at < newest] == [
        row.ref for row in await walk(oms, 9, query)
    ]


async def test_the_ends_of_time_are_bounds_as_well(oms: Any) -> None:
    """A client may ask for anything."""
    ends = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    query = OrderQuery(placed_after=ends[0], placed_before=ends[1])

    assert (await first_page(oms, 5)).rows[0].ref == (await first_page(oms, 5, query)).rows[0].ref
    assert OrderPage(()) == await first_page(oms, 5, OrderQuery(placed_after=ends[1]))
    assert OrderPage(()) == await first_page(oms, 5, OrderQuery(placed_before=ends[0]))


async def test_a_count_that_is_none_is_drift(service: Service, oms: Any) -> None:
    """Without it nobody knows whether more rows follow."""
    service.altered = lambda body: body.replace(b":total>", b":total>x", 1)

    with pytest.raises(SchemaDrift, match="total"):
        await first_page(oms, 5)
