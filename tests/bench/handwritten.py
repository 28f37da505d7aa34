"""The same answers without GraphQL: one function for each query, over the gateway's connectors.

What it costs is what the connectors, the server and the JSON cost; the rest is the gateway's own.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.registry import Registry
from connectors.sdk.source import SourceContext
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink, CustomerRecord
from schema.domain.money import Money
from schema.domain.order import OrderQuery, OrderRecord
from schema.domain.product import VariantKey, VariantKeyKind, VariantRecord
from schema.domain.reference import GlobalId, SourceRef
from schema.domain.scope import Actor
from schema.domain.stock import StockRecord
from tests.bench import workload
from tests.bench.configuration import SYSTEMS, TYPED, system_configuration
from tests.bench.retailer import BRANCHES

K = TypeVar("K")

Json = dict[str, Any]
Variables = Mapping[str, Any]

_ACTOR = Actor("shop", "shop")
_DEADLINE_S = 10
_STORES = {code: {"code": code, "name": code.title()} for code in BRANCHES}


class Systems(Struct, frozen=True):
    """The connectors, as the gateway makes them, and how many keys each takes in a call."""

    connectors: Mapping[str, Any]
    batch_max: Mapping[str, int]

    @classmethod
    def open(cls, estate: str) -> "Systems":
        """Make them, inside the running event loop."""
        registry, http = Registry.discover(), HttpClients()
        kinds = {name: registry.kind(f"{TYPED}{name}") for name in SYSTEMS.values()}
        return cls(
            {
                name: kind.cls(
                    kind.config.model_validate(system_configuration(name, estate)),
                    SourceContext(name, kind.manifest.limits, http),
                )
                for name, kind in kinds.items()
            },
            {name: kind.manifest.limits.batch_max for name, kind in kinds.items()},
        )

    async def batches(
        self, name: str, keys: Sequence[K], ask: Callable[[Sequence[K]], Awaitable[Any]]
    ) -> dict[K, Any]:
        """Ask a system for many keys, in as few calls as it takes."""
        size = self.batch_max[name]
        if len(keys) <= size:
            return dict(await ask(keys))
        parts = [keys[at : at + size] for at in range(0, len(keys), size)]
        found: dict[K, Any] = {}
        for answer in await asyncio.gather(*(ask(part) for part in parts)):
            found |= answer
        return found


class Request:
    """One request's calls."""

    def __init__(self, systems: Systems) -> None:
        self._systems = systems
        self._ctx = CallContext(time.monotonic() + _DEADLINE_S, _ACTOR, os.urandom(16).hex())

    async def customers(self, links: Sequence[CustomerLink | None]) -> Mapping[Any, CustomerRecord]:
        """The customers of links, each asked for once."""
        keys = [
            CustomerKey(CustomerKeyKind.ID, it)
            for it in dict.fromkeys(link.ref.id for link in links if link and link.ref)
        ]
        crm = self._systems.connectors["crm"]
        found = await self._systems.batches(
            "crm", keys, lambda part: crm.customers(self._ctx, part)
        )
        return {key.value: record for key, record in found.items()}

    async def customer(self, number: str) -> CustomerRecord | None:
        """One customer."""
        key = CustomerKey(CustomerKeyKind.ID, number)
        found = await self._systems.connectors["crm"].customers(self._ctx, [key])
        return found.get(key)  # type: ignore[no-any-return] # connectors are found at run time

    async def orders(self, first: int) -> Sequence[OrderRecord]:
        """The newest orders."""
        page = await self._systems.connectors["oms"].order_page(
            self._ctx, OrderQuery(), after=None, hint=None, limit=first
        )
        return page.rows[:first]  # type: ignore[no-any-return] # as above

    async def orders_of(self, link: CustomerLink, first: int) -> Sequence[OrderRecord]:
        """The newest orders of one customer."""
        found = await self._systems.connectors["oms"].orders_of(self._ctx, [link], first)
        return found.get(link, ())  # type: ignore[no-any-return] # as above

    async def variants(self, skus: Sequence[str]) -> Mapping[str, VariantRecord]:
        """The variants of SKUs."""
        keys = [VariantKey(VariantKeyKind.SKU, sku) for sku in skus]
        catalogue = self._systems.connectors["catalogue"]
        found = await self._systems.batches(
            "catalogue", keys, lambda part: catalogue.variants(self._ctx, part)
        )
        return {key.value: record for key, record in found.items()}

    async def products(self, ids: Sequence[str]) -> Mapping[str, Any]:
        """The products of ids."""
        catalogue = self._systems.connectors["catalogue"]
        return await self._systems.batches(
            "catalogue", ids, lambda part: catalogue.products(self._ctx, part)
        )

    async def stock(self, skus: Sequence[str]) -> Mapping[str, Sequence[StockRecord]]:
        """The counts of SKUs."""
        inventory = self._systems.connectors["inventory"]
        return await self._systems.batches(
            "inventory", skus, lambda part: inventory.stock_levels(self._ctx, part, None)
        )


async def joined(request: Request, _: Variables) -> Json:
    """See `workload.JOINED`."""
    orders = await request.orders(50)
    skus = list(dict.fromkeys(line.sku for order in orders for line in order.lines))
    customers, variants, stock = await asyncio.gather(
        request.customers([order.customer for order in orders]),
        request.variants(skus),
        request.stock(skus),
    )
    told = {key: _customer(record) for key, record in customers.items()}
    shown = {sku: _variant(variants[sku], stock[sku]) for sku in skus}
    return {
        "orders": {
            "nodes": [
                {
                    "id": _order_id(order),
                    "number": order.number,
                    "placedAt": order.placed_at,
                    "total": _money(order.total),
                    "customer": _of(told, order),
                    "lines": [
                        {"quantity": line.quantity, "variant": shown[line.sku]}
                        for line in order.lines
                    ],
                }
                for order in orders
            ]
        }
    }


async def point(request: Request, variables: Variables) -> Json:
    """See `workload.POINT`."""
    number = _native(variables["id"])
    customer, orders = await asyncio.gather(
        request.customer(number), request.orders_of(CustomerLink(SourceRef("crm", number)), 5)
    )
    if customer is None:
        return {"customer": None}
    nodes = [
        {"id": _order_id(order), "number": order.number, "total": _money(order.total)}
        for order in orders
    ]
    return {"customer": {**_customer(customer), "orders": {"nodes": nodes}}}


async def lookup(request: Request, variables: Variables) -> Json:
    """See `workload.LOOKUP`."""
    customer = await request.customer(_native(variables["id"]))
    return {"customer": None if customer is None else _customer(customer)}


async def typename(_request: Request, _: Variables) -> Json:
    """See `workload.TYPENAME`."""
    return {"__typename": "Query"}


async def wide(request: Request, variables: Variables) -> Json:
    """See `workload.WIDE`."""
    native = _native(variables["id"])
    product = (await request.products([native])).get(native)
    if product is None:
        return {"node": None}
    variants, stock = await asyncio.gather(
        request.variants(product.skus), request.stock(product.skus)
    )
    shown = [_variant(variants[sku], stock[sku]) for sku in product.skus]
    return {"node": {"title": product.title, "variants": shown}}


async def deep(request: Request, variables: Variables) -> Json:
    """See `workload.DEEP`."""
    number = _native(variables["id"])
    customer, orders = await asyncio.gather(
        request.customer(number), request.orders_of(CustomerLink(SourceRef("crm", number)), 5)
    )
    if customer is None:
        return {"customer": None}
    skus = list(dict.fromkeys(line.sku for order in orders for line in order.lines))
    variants, stock = await asyncio.gather(request.variants(skus), request.stock(skus))
    groups = list(dict.fromkeys(it.product for it in variants.values() if it.product))
    products = await request.products(groups)
    shown = {
        sku: {
            "title": it.title,
            "product": {"title": products[it.product].title} if it.product else None,
            "stock": [
                {"store": {"name": _STORES[level.store]["name"]}, "available": level.available}
                for level in stock[sku]
            ],
        }
        for sku, it in variants.items()
    }
    nodes = [
        {
            "number": order.number,
            "lines": [
                {"quantity": line.quantity, "variant": shown[line.sku]} for line in order.lines
            ],
        }
        for order in orders
    ]
    return {"customer": {"name": customer.name, "orders": {"nodes": nodes}}}


ANSWERS: Mapping[str, Callable[[Request, Variables], Awaitable[Json]]] = {
    workload.JOINED.text: joined,
    workload.POINT.text: point,
    workload.LOOKUP.text: lookup,
    workload.TYPENAME.text: typename,
    workload.WIDE.text: wide,
    workload.DEEP.text: deep,
}


def _of(told: Mapping[Any, Json], order: OrderRecord) -> Json | None:
    link = order.customer
    return told.get(link.ref.id) if link and link.ref else None


def _customer(record: CustomerRecord) -> Json:
    return {
        "id": GlobalId("Customer", (record.ref.name, record.ref.id)).text,
        "name": record.name,
        "email": record.email,
    }


def _variant(record: VariantRecord, levels: Sequence[StockRecord]) -> Json:
    return {
        "sku": record.sku,
        "title": record.title,
        "stock": [
            {"store": {"code": level.store}, "available": level.available} for level in levels
        ],
    }


def _order_id(order: OrderRecord) -> str:
    return GlobalId("Order", (order.ref.name, order.ref.id)).text


def _money(money: Money) -> Json:
    return {"amount": str(money.amount), "currency": money.currency}


def _native(text: str) -> str:
    """The system's own id in an id of the graph."""
    return GlobalId.parse(text).parts[-1]
