"""The k-way merge, over every way in which rows may lie and move."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from gateway.engine.crosswalk import Crosswalk
from gateway.engine.orders import OrderService
from gateway.engine.routing import Entity, Route
from schema.domain.errors import Unavailable
from schema.domain.order import OrderPosition, OrderQuery, OrderRecord
from schema.domain.scope import SourceGap
from tests.unit.gateway.engine.systems import (
    NOON,
    MemorySystem,
    a_scope,
    a_source,
    an_order,
    some_routes,
)

STORES = ("ginza", "umeda")
# Few moments, so that many orders are placed at the same one.
MINUTES = st.integers(0, 5)


class Change(Struct, frozen=True):
    """What happens in one system between two pages: an order more, or one less."""

    system: int
    minute: int
    store: str
    removes: bool


CHANGES = st.builds(Change, st.integers(0, 2), MINUTES, st.sampled_from(STORES), st.booleans())


@st.composite
def estates(draw: st.DrawFn) -> list[MemorySystem]:
    """One to three systems, each with its own orders, page length, overlap and skill."""
    found = []
    for name in ("pos", "oms", "old")[: draw(st.integers(1, 3))]:
        system = MemorySystem()
        rows = draw(st.lists(st.tuples(MINUTES, st.sampled_from(STORES)), max_size=12))
        system.orders_kept = [
            an_order(name, str(number), minute, store=store)
            for number, (minute, store) in enumerate(rows)
        ]
        system.cap = draw(st.integers(2, 6))
        system.overlap = draw(st.integers(0, 2))
        system.seeks = draw(st.booleans())
        found.append(system)
    return found


def a_service(estate: list[MemorySystem]) -> OrderService:
    """The first system owns one store alone, the second all the rest; the third owns nothing."""
    sources = [a_source(name, it) for name, it in zip(("pos", "oms", "old"), estate, strict=False)]
    first = Route(sources[0], stores=frozenset({"ginza"}) if len(sources) > 1 else None)
    return OrderService(some_routes(Entity.ORDER, first, *sources[1:]), Crosswalk())


def owned(estate: list[MemorySystem]) -> list[OrderRecord]:
    """What the list should hold, newest first."""
    alone = len(estate) == 1
    rows = [
        row
        for name, system in zip(("pos", "oms"), estate, strict=False)
        for row in system.orders_kept
        if alone or (row.store == "ginza") is (name == "pos")
    ]
    return sorted(rows, key=OrderPosition.of, reverse=True)


def apply(change: Change, estate: list[MemorySystem], number: int) -> None:
    """Let something happen in a system."""
    rows = estate[change.system % len(estate)].orders_kept
    name = ("pos", "oms", "old")[change.system % len(estate)]
    if change.removes:
        del rows[: bool(rows)]
    else:
        rows.append(an_order(name, f"new{number}", change.minute, store=change.store))


async def read_all(
    service: OrderService, size: int, between: Any = lambda: None
) -> list[OrderRecord]:
    """Page through the whole list."""
    seen: list[OrderRecord] = []
    cursor: str | None = None
    for _ in range(200):
        page = await service.page(a_scope(), OrderQuery(), size, cursor)
        assert () == page.missing

        seen += [edge.node for edge in page.edges]
        if not page.has_next:
            return seen
        cursor = page.edges[-1].cursor
        between()
    raise AssertionError("the list has no end")


@given(estates(), st.integers(1, 7))
@settings(max_examples=100)
async def test_no_row_is_lost_or_doubled(estate: list[MemorySystem], size: int) -> None:
    """Whatever the page size, ties, overlap and page lengths: the owners' rows, in order, once."""
    assert owned(estate) == await read_all(a_service(estate), size)


@given(estates(), st.integers(1, 4), st.lists(CHANGES, max_size=8))
@settings(max_examples=150)
async def test_what_changes_between_pages_moves_no_other_row(
    estate: list[MemorySystem], size: int, changes: list[Change]
) -> None:
    """Orders that come and go shift the systems' pages; all that stayed is seen once, in order."""
    before = {row.ref for row in owned(estate)}
    waiting = list(enumerate(changes))

    def between() -> None:
        if waiting:
            number, change = waiting.pop(0)
            apply(change, estate, number)

    seen = await read_all(a_service(estate), size, between)
    positions = [OrderPosition.of(row) for row in seen]
    stayed = before & {row.ref for row in owned(estate)}

    assert sorted(set(positions), reverse=True) == positions
    assert stayed <= {row.ref for row in seen}


@given(estates(), st.integers(1, 4), st.integers(0, 2), st.lists(st.booleans(), max_size=12))
@settings(max_examples=100)
async def test_rows_are_given_or_lie_in_a_gap(
    estate: list[MemorySystem], size: int, fragile: int, deaths: list[bool]
) -> None:
    """While one system dies and comes back, each row is seen once or lies in a told gap."""
    service, waiting = a_service(estate), list(deaths)
    system = estate[fragile % len(estate)]
    name = ("pos", "oms", "old")[fragile % len(estate)]
    seen: list[OrderRecord] = []
    gaps: list[SourceGap] = []
    cursor: str | None = None
    for _ in range(200):
        system.failure = Unavailable("gone") if waiting and waiting.pop(0) else None
        try:
            page = await service.page(a_scope(), OrderQuery(), size, cursor)
        except Unavailable:
            continue  # all are dead: the same page is asked for again
        seen += [edge.node for edge in page.edges]
        gaps += page.missing
        if not page.has_next:
            break
        cursor = page.edges[-1].cursor
    positions = [OrderPosition.of(row) for row in seen]
    left_out = [row for row in owned(estate) if row not in seen]

    assert sorted(set(positions), reverse=True) == positions
    assert all(row.ref.name == name and _in_a_gap(row, gaps) for row in left_out)


def _in_a_gap(row: OrderRecord, gaps: list[SourceGap]) -> bool:
    return any(
        (gap.newest or NOON) >= row.placed_at >= (gap.oldest or NOON - timedelta(days=1))
        for gap in gaps
    )
