"""A shop whose systems are in memory, asked through the graph."""

from datetime import time as clock_time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from graphql import ExecutionResult, parse, validate

from gateway.engine.catalog import CatalogService
from gateway.engine.crosswalk import Crosswalk
from gateway.engine.customers import CustomerService
from gateway.engine.order_books import OrderBooks
from gateway.engine.orders import OrderService
from gateway.engine.routing import Entity, Route, Routes
from gateway.engine.sources import SourceDirectory
from gateway.engine.stock import StockService
from gateway.engine.stores import StoreDirectory
from gateway.execution import Executor
from gateway.http.fields import GraphFields
from gateway.payments.book_keeping import BookPlan, keep_books
from gateway.payments.reconcile.schedule import DailyAt
from gateway.payments.tasks.absent import NoReaderTasks
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerRecord
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.money import Money
from schema.domain.order import Channel, OrderLineRecord
from schema.domain.product import ProductRecord, VariantKey, VariantKeyKind, VariantRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope
from schema.domain.stock import StockRecord
from schema.domain.store import GeoPoint, StoreRecord
from schema.graphql.context import Context
from schema.graphql.schema import core, graph
from tests.unit.gateway.engine.systems import (
    NOON,
    MemorySystem,
    a_scope,
    a_source,
    an_order,
)
from tests.unit.gateway.payments.till import Till

if TYPE_CHECKING:
    from schema.ports.reader_tasks import ReaderTasks

STORES = (
    StoreRecord("ginza", "Ginza", "Asia/Tokyo", "JPY", GeoPoint(35.67, 139.76)),
    StoreRecord("umeda", "Umeda", "Asia/Tokyo", "JPY", GeoPoint(34.70, 135.50)),
)
LINE = OrderLineRecord("SKU-1", 2, "Shirt", Money(500, "JPY"), Money(1000, "JPY"))


class Shop:
    """POS and OMS with orders, a CRM, a warehouse; `till` takes the payments."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.pos, self.oms = MemorySystem(), MemorySystem()
        self.crm, self.wms = MemorySystem(), MemorySystem()
        self.crosswalk = Crosswalk()
        self.reader_tasks: ReaderTasks = NoReaderTasks()
        self.executor = Executor(GraphFields(graph()))
        self._sources = [
            a_source(name, getattr(self, name)) for name in ("pos", "oms", "crm", "wms")
        ]
        self._fill()

    def _fill(self) -> None:
        mari = CustomerRecord(
            SourceRef("crm", "c1"), NOON, "森 真理", "mari@example.com", None, "M1"
        )
        for key in (
            CustomerKey(CustomerKeyKind.ID, "c1"),
            CustomerKey(CustomerKeyKind.EMAIL, "mari@example.com"),
            CustomerKey(CustomerKeyKind.PHONE, "+81312345678"),
            CustomerKey(CustomerKeyKind.MEMBERSHIP, "M1"),
        ):
            self.crm.customers_by[key] = mari
        self.crm.accounts[mari.link] = LoyaltyRecord(SourceRef("crm", "l1"), NOON, 120, "Gold")
        self.pos.orders_kept = [
            an_order("pos", f"{n}", 2 * n, lines=(LINE,), customer=mari.link, store="ginza")
            for n in range(1, 26)
        ]
        self.oms.orders_kept = [
            an_order(
                "oms", f"{n}", 2 * n + 1, lines=(LINE,), channel=Channel.WEB, customer=mari.link
            )
            for n in range(1, 26)
        ]
        self.pos.orders_by_link[mari.link] = self.pos.orders_kept
        self.oms.orders_by_link[mari.link] = self.oms.orders_kept
        variant = VariantRecord(
            SourceRef("wms", "v1"), NOON, "SKU-1", "Shirt M", "p1", "4901234567894"
        )
        self.wms.variants_by[VariantKey(VariantKeyKind.SKU, "SKU-1")] = variant
        self.wms.variants_by[VariantKey(VariantKeyKind.GTIN, "4901234567894")] = variant
        product = ProductRecord(SourceRef("wms", "p1"), NOON, "Shirt", ("SKU-1",))
        self.wms.products_by["p1"] = product
        self.wms.levels["SKU-1"] = [
            StockRecord(SourceRef("wms", code), "SKU-1", code, NOON, on_hand, 1, 1)
            for code, on_hand in (("ginza", 5), ("umeda", 2))
        ]

    def context(self, scope: RequestScope | None = None) -> Context:
        """The context of one operation."""
        pos, oms, crm, wms = self._sources
        routes = Routes(
            {
                Entity.CUSTOMER: [Route(crm)],
                Entity.LOYALTY: [Route(crm)],
                Entity.ORDER: [
                    Route(pos, channels=frozenset({Channel.STORE})),
                    Route(oms, channels=frozenset({Channel.WEB})),
                ],
                Entity.CATALOG: [Route(wms)],
                Entity.STOCK: [Route(wms)],
            }
        )
        stores = StoreDirectory(STORES)
        return Context(
            scope=scope or a_scope(),
            ids=self.crosswalk,
            customers=CustomerService(routes, self.crosswalk),
            orders=OrderService(routes, self.crosswalk),
            catalog=CatalogService(routes, self.crosswalk),
            stock=StockService(routes, stores),
            stores=stores,
            payments=self.till.service,
            readers=self.till.service.readers,
            reader_tasks=self.reader_tasks,
            books=keep_books(
                self.till.journal,  # type: ignore[arg-type] # it is all that is asked for
                self.till.service,
                OrderBooks(dict, self.crosswalk),
                None,
                BookPlan(daily=DailyAt(clock_time(3), ZoneInfo("Asia/Tokyo"))),
            ),
            sources=SourceDirectory(self._sources),
        )

    async def answer(
        self, document: str, context: Context | None = None, **variables: Any
    ) -> ExecutionResult:
        """Run an operation."""
        parsed = parse(document)
        assert [] == validate(core(), parsed)

        result = self.executor.execute(
            core(), parsed, context_value=context or self.context(), variable_values=variables
        )
        found = result if isinstance(result, ExecutionResult) else await result
        assert isinstance(found, ExecutionResult)

        return found

    async def data(self, document: str, **variables: Any) -> Any:
        """Run an operation that nothing is wrong with, and return its data."""
        result = await self.answer(document, **variables)
        assert result.errors is None, result.errors

        return result.data

    def calls(self) -> dict[str, int]:
        """How many calls came, by system and method."""
        counts: dict[str, int] = {}
        for name in ("pos", "oms", "crm", "wms"):
            for method, _ in getattr(self, name).calls:
                counts[f"{name}.{method}"] = counts.get(f"{name}.{method}", 0) + 1
        return counts
