"""A request's loaders: what resolvers ask for one by one is fetched together."""

from collections.abc import Sequence

from tests.bench.stock import mapping
from tests.bench.stock.context import Context, Loader
from tests.bench.stock.types import Customer, Order, Product, ProductVariant, StockLevel
from tests.bench.stock.upstream import rows

_BATCH_MAX = 200


def loaders() -> Context:
    """New ones, which remember what one request has asked for."""
    return {
        "customers": Loader(_customers, max_batch_size=_BATCH_MAX),
        "orders_of": Loader(_orders_of, max_batch_size=_BATCH_MAX),
        "products": Loader(_products, max_batch_size=_BATCH_MAX),
        "stock": Loader(_stock, max_batch_size=_BATCH_MAX),
        "variants": Loader(_variants, max_batch_size=_BATCH_MAX),
    }


async def _customers(numbers: list[str]) -> Sequence[Customer | None]:
    found = await rows("/crm/customers", "customers", numbers=",".join(numbers))
    by_number = {str(row["customer_no"]): mapping.customer(row) for row in found}
    return [by_number.get(number) for number in numbers]


async def _orders_of(keys: list[tuple[str, int]]) -> Sequence[list[Order]]:
    by_key: dict[tuple[str, int], list[Order]] = {key: [] for key in keys}
    for limit in {limit for _, limit in keys}:
        numbers = ",".join(number for number, of in keys if of == limit)
        for row in await rows("/oms/orders", "orders", customers=numbers, limit=limit):
            by_key[str(row["customer_no"]), limit].append(mapping.order(row))
    return [by_key[key] for key in keys]


async def _products(groups: list[str]) -> Sequence[Product | None]:
    found = await rows("/catalogue/groups", "groups", numbers=",".join(groups))
    by_group = {str(row["group_no"]): mapping.product(row) for row in found}
    return [by_group.get(group) for group in groups]


async def _variants(skus: list[str]) -> Sequence[ProductVariant | None]:
    found = await rows("/catalogue/items", "items", skus=",".join(skus))
    by_sku = {row["sku"]: mapping.variant(row) for row in found}
    return [by_sku.get(sku) for sku in skus]


async def _stock(skus: list[str]) -> Sequence[list[StockLevel]]:
    by_sku: dict[str, list[StockLevel]] = {sku: [] for sku in skus}
    for row in await rows("/inventory/levels", "levels", skus=",".join(skus)):
        by_sku[row["sku"]].append(mapping.stock_level(row))
    return list(by_sku.values())
