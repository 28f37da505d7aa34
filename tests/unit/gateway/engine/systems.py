"""Systems in memory: they implement every port over plain lists, and fail on command."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel

from connectors.sdk.context import CallContext
from connectors.sdk.manifest import Limits, Manifest
from connectors.sdk.registry import ConnectorType
from connectors.sdk.source import SourceContext
from gateway.engine.routing import Entity, Route, Routes
from gateway.engine.source import Source
from schema.domain.customer import CustomerKey, CustomerLink, CustomerRecord
from schema.domain.errors import SourceError
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.money import Money
from schema.domain.order import (
    Channel,
    OrderPage,
    OrderPosition,
    OrderQuery,
    OrderRecord,
    OrderStatus,
)
from schema.domain.product import ProductRecord, VariantKey, VariantRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import Actor, RequestScope
from schema.domain.stock import IncomingRecord, StockRecord

K = TypeVar("K")
V = TypeVar("V")

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class NoSettings(BaseModel):
    """Nothing to configure."""


class MemorySystem:
    """Implements every reader of `connectors.sdk.ports`.

    `calls` are the calls that arrived, by method and keys. `failures` are taken one by one by the
    calls of a method; `failure` meets every call. `gate` holds calls back until it is set.
    Orders are paged by offset: `cap` rows a page at most, beginning `overlap` rows early; one that
    `seeks` finds by itself where to begin. Customers of the systems in `finds_by` are found by
    their reference.
    """

    Config: ClassVar[type[BaseModel]] = NoSettings

    def __init__(
        self, config: BaseModel | None = None, context: SourceContext | None = None
    ) -> None:
        self.calls: list[tuple[str, Sequence[Any]]] = []
        self.contexts: list[CallContext] = []
        self.failure: Exception | None = None
        self.failures: dict[str, list[Exception]] = {}
        self.gate: asyncio.Event | None = None
        self.running = self.most_running = 0
        self.is_closed = False
        self.customers_by: dict[CustomerKey, CustomerRecord | SourceError] = {}
        self.orders_kept: list[OrderRecord] = []
        self.refused: dict[str, SourceError] = {}
        self.variants_by: dict[VariantKey, VariantRecord | SourceError] = {}
        self.products_by: dict[str, ProductRecord | SourceError] = {}
        self.levels: dict[str, list[StockRecord] | SourceError] = {}
        self.deliveries: dict[str, list[IncomingRecord] | SourceError] = {}
        self.accounts: dict[CustomerLink, LoyaltyRecord | SourceError] = {}
        self.orders_by_link: dict[CustomerLink, list[OrderRecord] | SourceError] = {}
        self.finds_by: set[str] = set()
        self.cap, self.overlap, self.seeks = 1000, 0, False

    def finds_orders_by(self, ref: SourceRef) -> bool:
        """See `OrderReader.orders_of`."""
        return ref.name in self.finds_by

    def asked(self, method: str) -> list[Sequence[Any]]:
        """The keys of each call of a method."""
        return [keys for name, keys in self.calls if name == method]

    async def probe(self, ctx: CallContext) -> None:
        """See `Connector.probe`."""
        await self._call("probe", ctx, ())

    async def aclose(self) -> None:
        """See `Connector.aclose`."""
        self.is_closed = True

    async def customers(
        self, ctx: CallContext, keys: Sequence[CustomerKey]
    ) -> Mapping[CustomerKey, CustomerRecord | SourceError]:
        """See `CustomerReader.customers`."""
        return await self._of("customers", ctx, keys, self.customers_by)

    async def orders(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """See `OrderReader.orders`."""
        known = {it.ref.id: it for it in self.orders_kept}
        return await self._of("orders", ctx, ids, {**known, **self.refused})

    async def orders_by_number(
        self, ctx: CallContext, numbers: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """See `OrderReader.orders_by_number`."""
        known = {it.number: it for it in self.orders_kept}
        return await self._of("orders_by_number", ctx, numbers, {**known, **self.refused})

    async def order_page(
        self,
        ctx: CallContext,
        query: OrderQuery,
        *,
        after: OrderPosition | None,
        hint: str | None,
        limit: int,
    ) -> OrderPage:
        """See `OrderReader.order_page`."""
        await self._call("order_page", ctx, (after, hint, limit))
        rows = sorted(
            (it for it in self.orders_kept if _matches(it, query)),
            key=OrderPosition.of,
            reverse=True,
        )
        given = sum(after is not None and OrderPosition.of(it) >= after for it in rows)
        start = int(hint) if hint else given if self.seeks else 0
        start = max(0, min(start, given) - self.overlap)
        end = start + self.overlap + min(limit, self.cap)
        return OrderPage(tuple(rows[start:end]), str(end) if end < len(rows) else None)

    async def orders_of(
        self, ctx: CallContext, customers: Sequence[CustomerLink], limit: int
    ) -> Mapping[CustomerLink, Sequence[OrderRecord] | SourceError]:
        """See `OrderReader.orders_of`."""
        found = await self._of("orders_of", ctx, customers, self.orders_by_link)
        return {
            link: rows if isinstance(rows, SourceError) else rows[:limit]
            for link, rows in found.items()
        }

    async def variants(
        self, ctx: CallContext, keys: Sequence[VariantKey]
    ) -> Mapping[VariantKey, VariantRecord | SourceError]:
        """See `CatalogReader.variants`."""
        return await self._of("variants", ctx, keys, self.variants_by)

    async def products(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, ProductRecord | SourceError]:
        """See `CatalogReader.products`."""
        return await self._of("products", ctx, ids, self.products_by)

    async def stock_levels(
        self, ctx: CallContext, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Mapping[str, Sequence[StockRecord] | SourceError]:
        """See `StockReader.stock_levels`."""
        return _in_stores(await self._of("stock_levels", ctx, skus, self.levels), stores)

    async def incoming(
        self, ctx: CallContext, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Mapping[str, Sequence[IncomingRecord] | SourceError]:
        """See `IncomingReader.incoming`."""
        return _in_stores(await self._of("incoming", ctx, skus, self.deliveries), stores)

    async def loyalty(
        self, ctx: CallContext, customers: Sequence[CustomerLink]
    ) -> Mapping[CustomerLink, LoyaltyRecord | SourceError]:
        """See `LoyaltyReader.loyalty`."""
        return await self._of("loyalty", ctx, customers, self.accounts)

    async def _of(
        self, method: str, ctx: CallContext, keys: Sequence[K], known: Mapping[K, V]
    ) -> dict[K, V]:
        await self._call(method, ctx, keys)
        return {key: known[key] for key in keys if key in known}

    async def _call(self, method: str, ctx: CallContext, keys: Sequence[Any]) -> None:
        self.calls.append((method, keys))
        self.contexts.append(ctx)
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            await asyncio.sleep(0)
            if self.gate is not None:
                await self.gate.wait()
        finally:
            self.running -= 1
        if self.failures.get(method):
            raise self.failures[method].pop(0)
        if self.failure is not None:
            raise self.failure


def _matches(order: OrderRecord, query: OrderQuery) -> bool:
    return (
        (query.channels is None or order.channel in query.channels)
        and (query.stores is None or order.store in query.stores)
        and (query.customer is None or order.customer == query.customer)
        and (query.placed_after is None or order.placed_at > query.placed_after)
        and (query.placed_before is None or order.placed_at <= query.placed_before)
    )


def _in_stores(found: Mapping[str, Any], stores: Sequence[str] | None) -> dict[str, Any]:
    return {
        sku: rows
        if isinstance(rows, SourceError) or stores is None
        else [row for row in rows if row.store in stores]
        for sku, rows in found.items()
    }


KIND = ConnectorType(
    "memory",
    MemorySystem,
    NoSettings,
    Manifest(id="memory", version="1.0.0", title="In memory"),
    frozenset({"OrderReader"}),
)


def a_source(name: str, system: MemorySystem | None = None, **limits: Any) -> Source:
    """A configured system."""
    return Source(name, KIND, system or MemorySystem(), Limits(**limits))


def some_routes(entity: Entity, *shares: Source | Route) -> Routes:
    """The routes of one entity; a system alone feeds it everywhere."""
    return Routes({entity: [it if isinstance(it, Route) else Route(it) for it in shares]})


def a_scope(within_s: float = 5.0) -> RequestScope:
    """An operation with this many seconds left."""
    return RequestScope(Actor("till-1", "staff"), time.monotonic() + within_s, "trace")


def an_order(source: str, name: str, minute: int = 0, **fields: Any) -> OrderRecord:
    """An order placed some minutes before noon."""
    values: dict[str, Any] = {
        "ref": SourceRef(source, name),
        "as_of": NOON,
        "number": f"N-{name}",
        "channel": Channel.STORE,
        "placed_at": NOON - timedelta(minutes=minute),
        "status": OrderStatus.OPEN,
        "total": Money(1000, "JPY"),
        "paid": Money(0, "JPY"),
        "lines": (),
    }
    return OrderRecord(**(values | fields))


def a_customer(source: str, name: str, **fields: Any) -> CustomerRecord:
    """A customer."""
    return CustomerRecord(SourceRef(source, name), NOON, **fields)


async def until(is_so: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < end, "it never came so far"

        await asyncio.sleep(0.001)
