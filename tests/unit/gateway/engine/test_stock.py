from typing import Any

from gateway.engine.routing import Entity, Route, Routes
from gateway.engine.stock import StockService
from gateway.engine.stores import StoreDirectory
from schema.domain.errors import SchemaDrift, Unavailable
from schema.domain.reference import SourceRef
from schema.domain.scope import SourceGap
from schema.domain.stock import IncomingRecord, StockRecord
from schema.domain.store import StoreRecord
from schema.ports.stock import Stock
from tests.unit.gateway.engine.systems import NOON, MemorySystem, a_scope, a_source

STORES = StoreDirectory(
    [StoreRecord(code, code.title(), "Asia/Tokyo", "JPY") for code in ("umeda", "ginza", "namba")]
)


def a_count(store: str, on_hand: int, **fields: Any) -> StockRecord:
    """What the warehouse counts of SKU `a`."""
    return StockRecord(SourceRef("wms", f"a-{store}"), "a", store, NOON, on_hand, **fields)


def a_delivery(store: str, quantity: int) -> IncomingRecord:
    """SKU `a` on its way."""
    return IncomingRecord(SourceRef("trucks", f"t-{store}"), "a", store, NOON, quantity)


def some_stock(counting: list[Route], coming: list[Route] | None = None) -> Stock:
    """Stock over these systems."""
    routes = Routes({Entity.STOCK: counting, Entity.INCOMING: coming or []})
    return StockService(routes, STORES)


async def test_each_store_s_stock_with_what_is_on_its_way() -> None:
    """By store code; several deliveries add up; a store that has none but expects some shows it."""
    wms, trucks = MemorySystem(), MemorySystem()
    wms.levels = {"a": [a_count("umeda", 5), a_count("ginza", 3, committed=1)], "b": []}
    trucks.deliveries = {
        "a": [a_delivery("ginza", 2), a_delivery("ginza", 4), a_delivery("namba", 7)]
    }
    stock = some_stock([Route(a_source("wms", wms))], [Route(a_source("trucks", trucks))])
    scope = a_scope()
    levels = await stock.levels(scope, ["a", "b", "c", "a"], None)
    arriving = StockRecord(SourceRef("trucks", "t-namba"), "a", "namba", NOON, 0, incoming=7)

    assert [
        [a_count("ginza", 3, committed=1, incoming=6), arriving, a_count("umeda", 5)],
        [],
        [],
    ] == levels[:3]
    assert levels[0] == levels[3]
    assert [["a", "b", "c"]] == wms.asked("stock_levels")
    assert [] == scope.gaps


async def test_stores_are_asked_of_those_who_count_there() -> None:
    """Two systems, each for its own stores, and a store that nobody counts is left out."""
    wms, shop = MemorySystem(), MemorySystem()
    wms.levels = {"a": [a_count("ginza", 3), a_count("umeda", 9)]}
    shop.levels = {"a": [a_count("umeda", 1), a_count("ginza", 9)]}
    stock = some_stock(
        [
            Route(a_source("wms", wms), stores=frozenset({"ginza"})),
            Route(a_source("shop", shop), stores=frozenset({"umeda"})),
        ]
    )

    assert [[a_count("ginza", 3), a_count("umeda", 1)]] == await stock.levels(
        a_scope(), ["a"], None
    )
    assert [[a_count("umeda", 1)]] == await stock.levels(a_scope(), ["a"], ["umeda", "namba"])
    assert [[]] == await stock.levels(a_scope(), ["a"], ["namba"])
    assert [[]] == await some_stock([]).levels(a_scope(), ["a"], None)


async def test_a_failed_systems_stores_are_left_out() -> None:
    """What could not be counted is not shown as nothing, also where a delivery is expected."""
    wms, shop, trucks = MemorySystem(), MemorySystem(), MemorySystem()
    wms.failure = Unavailable("gone")
    shop.levels = {"a": [a_count("umeda", 1)]}
    trucks.deliveries = {"a": [a_delivery("ginza", 2), a_delivery("umeda", 4)]}
    stock = some_stock(
        [
            Route(a_source("wms", wms), stores=frozenset({"ginza"})),
            Route(a_source("shop", shop), stores=frozenset({"umeda"})),
        ],
        [Route(a_source("trucks", trucks))],
    )
    scope = a_scope()

    assert [[a_count("umeda", 1, incoming=4)]] == await stock.levels(scope, ["a"], None)
    assert [SourceGap("wms", "SOURCE_UNAVAILABLE")] == scope.gaps


async def test_where_nothing_is_left_the_answer_is_the_error() -> None:
    """A SKU that is wrong in its system hurts no other; a dead system hurts them all.

    Their errors say so: nothing is told that would lack a part.
    """
    wms = MemorySystem()
    wms.levels = {"a": SchemaDrift("quantity"), "b": [a_count("ginza", 3)]}
    stock = some_stock([Route(a_source("wms", wms))])
    wrong, right = await stock.levels(a_scope(), ["a", "b"], None)
    wms.failure = Unavailable("gone")
    scope = a_scope()
    dead = await stock.levels(scope, ["a", "b"], None)

    assert isinstance(wrong, SchemaDrift)
    assert [a_count("ginza", 3)] == right
    assert [Unavailable, Unavailable] == [type(it) for it in dead]
    assert [] == scope.gaps


async def test_unknown_deliveries_are_named_where_they_are_missed() -> None:
    """Only the stores of the system that failed, and the counts stand."""
    wms, trucks, ships = MemorySystem(), MemorySystem(), MemorySystem()
    wms.levels = {"a": [a_count("ginza", 3), a_count("umeda", 5)]}
    trucks.failure = Unavailable("gone")
    ships.deliveries = {"a": [a_delivery("umeda", 4)]}
    stock = some_stock(
        [Route(a_source("wms", wms))],
        [
            Route(a_source("trucks", trucks), stores=frozenset({"ginza", "namba"})),
            Route(a_source("ships", ships), stores=frozenset({"umeda"})),
        ],
    )
    gap = SourceGap("trucks", "SOURCE_UNAVAILABLE")
    scope = a_scope()

    assert [
        [a_count("ginza", 3, missing=(gap,)), a_count("umeda", 5, incoming=4)]
    ] == await stock.levels(scope, ["a"], None)
    assert [gap] == scope.gaps


def test_what_may_be_sold() -> None:
    """On hand, less what is committed and reserved; never below zero."""
    assert 2 == a_count("ginza", 5, committed=1, reserved=2).available
    assert 0 == a_count("ginza", 1, committed=3).available
