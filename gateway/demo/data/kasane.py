"""The whole of Kasane."""

from collections.abc import Sequence
from functools import cache
from random import Random

from gateway.demo.data.catalogue import products
from gateway.demo.data.people import customers
from gateway.demo.data.records import Retailer, Shelf, Variant
from gateway.demo.data.sales import Market, orders
from gateway.demo.data.shelves import deliveries, shelves
from gateway.demo.data.stores import STORES

_SEED = 20_261_120
_SHOWN = ("ginza", "umeda")


@cache
def kasane() -> Retailer:
    """The retailer, the same in every process. Takes a part of a second, once."""
    # Each part has a generator of its own, so that a change to one leaves the others as they are.
    goods = products(Random(f"{_SEED} products"))
    variants = tuple(variant for product in goods for variant in product.variants)
    people = customers(Random(f"{_SEED} customers"))
    kept = shelves(Random(f"{_SEED} shelves"), STORES, variants)
    market = Market(STORES, variants, _shown(variants, kept), people)
    return Retailer(
        stores=STORES,
        products=goods,
        customers=people,
        orders=orders(Random(f"{_SEED} orders"), market),
        shelves=kept,
        deliveries=deliveries(Random(f"{_SEED} deliveries"), STORES, variants),
    )


def _shown(variants: Sequence[Variant], kept: Sequence[Shelf]) -> tuple[Variant, ...]:
    """The variants that every store of `_SHOWN` has on its shelves."""
    found = {
        code: {shelf.variant.sku for shelf in kept if shelf.store.code == code} for code in _SHOWN
    }
    return tuple(it for it in variants if all(it.sku in skus for skus in found.values()))
