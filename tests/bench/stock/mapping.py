"""From the systems' rows to the graph's types."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import strawberry

from tests.bench.retailer import BRANCHES
from tests.bench.stock.identity import opaque
from tests.bench.stock.scalars import CurrencyCode
from tests.bench.stock.types import (
    Customer,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Product,
    ProductVariant,
    StockLevel,
    Store,
)
from tests.bench.stock.upstream import Row

_STATES = {
    10: OrderStatus.OPEN,
    30: OrderStatus.PARTIALLY_FULFILLED,
    40: OrderStatus.FULFILLED,
    60: OrderStatus.RETURNED,
}


def _id(*parts: object) -> strawberry.ID:
    return strawberry.ID(opaque(*parts))


_STORES: Mapping[str, Store] = {
    branch: Store(id=_id("Store", code), code=code, name=code.title())
    for code, branch in BRANCHES.items()
}


def customer(row: Row) -> Customer:
    """A customer of the CRM."""
    number = str(row["customer_no"])
    return Customer(
        id=_id("Customer", "crm", number),
        name=f"{row['first_name']} {row['last_name']}",
        email=row["mail"].strip().lower(),
        number=number,
    )


def order(row: Row) -> Order:
    """An order of the OMS."""
    currency = row["currency"]
    return Order(
        id=_id("Order", "oms", row["order_id"]),
        number=row["order_no"],
        placed_at=datetime.fromtimestamp(row["placed"], UTC),
        status=_STATES[row["state"]],
        total=_money(row["total"], currency),
        lines=[_line(line, currency) for line in row["lines"]],
        customer_no=str(row["customer_no"]),
    )


def variant(row: Row) -> ProductVariant:
    """An item of the catalogue."""
    return ProductVariant(
        id=_id("ProductVariant", row["sku"]),
        sku=row["sku"],
        title=row["label"],
        gtin=row["ean"],
        price=_money(row["list_price"], row["currency"]),
        group=str(row["group_no"]),
    )


def product(row: Row) -> Product:
    """A group of the catalogue."""
    return Product(
        id=_id("Product", "catalogue", row["group_no"]), title=row["label"], skus=row["items"]
    )


def stock_level(row: Row) -> StockLevel:
    """A count of the inventory."""
    on_hand, committed, reserved = (
        int(Decimal(row[name])) for name in ("on_hand", "allocated", "held")
    )
    return StockLevel(
        as_of=datetime.fromisoformat(row["counted_at"]),
        on_hand=on_hand,
        committed=committed,
        reserved=reserved,
        available=max(0, on_hand - committed - reserved),
        store=_STORES[row["branch"]],
    )


def _line(row: Mapping[str, Any], currency: str) -> OrderLine:
    return OrderLine(
        quantity=row["qty"],
        title=row["label"],
        unit_price=_money(row["unit_price"], currency),
        total=_money(row["amount"], currency),
        sku=row["item_no"],
    )


def _money(amount: str, currency: str) -> Money:
    return Money(amount=Decimal(amount), currency=CurrencyCode(currency))
