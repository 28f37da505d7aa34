"""Finds nodes of any kind by their ids, each kind in one go."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from schema.domain.product import VariantKey, VariantKeyKind
from schema.domain.reference import GlobalId, SourceRef
from schema.graphql.context import Context
from schema.ports.payments import ReaderKey

Parts = tuple[str, ...]
Find = Callable[[Context, Sequence[Parts]], Awaitable[Sequence[Any]]]


async def identified(context: Context, ids: Sequence[str]) -> list[Any]:
    """Return the thing of each id, in their order: None where it is unknown, or the error.

    Raises:
        InvalidRequest: One of them is no id that this graph gave out.
    """
    wanted = [GlobalId.parse(text) for text in ids]
    kinds: dict[str, list[Parts]] = {}
    for it in dict.fromkeys(wanted):
        if len(it.parts) == _PARTS.get(it.kind):
            kinds.setdefault(it.kind, []).append(it.parts)
    answers = await asyncio.gather(*(_FINDERS[kind](context, of) for kind, of in kinds.items()))
    found = {
        GlobalId(kind, parts): thing
        for (kind, of), things in zip(kinds.items(), answers, strict=True)
        for parts, thing in zip(of, things, strict=True)
    }
    return [found.get(it) for it in wanted]


async def _customers(context: Context, ids: Sequence[Parts]) -> Sequence[Any]:
    return await context.customers.by_refs(context.scope, [SourceRef(*parts) for parts in ids])


async def _orders(context: Context, ids: Sequence[Parts]) -> Sequence[Any]:
    return await context.orders.by_refs(context.scope, [SourceRef(*parts) for parts in ids])


async def _products(context: Context, ids: Sequence[Parts]) -> Sequence[Any]:
    return await context.catalog.products(context.scope, [SourceRef(*parts) for parts in ids])


async def _variants(context: Context, ids: Sequence[Parts]) -> Sequence[Any]:
    keys = [VariantKey(VariantKeyKind.SKU, parts[0]) for parts in ids]
    return await context.catalog.variants(context.scope, keys)


async def _stores(context: Context, ids: Sequence[Parts]) -> Sequence[Any]:
    return context.stores.by_codes([parts[0] for parts in ids])


async def _readers(context: Context, ids: Sequence[Parts]) -> Sequence[Any]:
    return await context.readers.by_keys(context.scope, [ReaderKey(*parts) for parts in ids])


async def _payments(context: Context, ids: Sequence[Parts]) -> Sequence[Any]:
    return await context.payments.payments(context.scope, [parts[0] for parts in ids])


async def _reader_tasks(context: Context, ids: Sequence[Parts]) -> Sequence[Any]:
    return await context.reader_tasks.tasks(context.scope, [parts[0] for parts in ids])


async def _refunds(context: Context, ids: Sequence[Parts]) -> Sequence[Any]:
    return await context.payments.refunds(context.scope, [parts[0] for parts in ids])


_FINDERS: Mapping[str, Find] = {
    "Customer": _customers,
    "Order": _orders,
    "Product": _products,
    "ProductVariant": _variants,
    "Store": _stores,
    "Reader": _readers,
    "Payment": _payments,
    "ReaderTask": _reader_tasks,
    "Refund": _refunds,
}
# How many parts an id of the kind has: (source, native id) or (store, name), or one business key.
_PARTS: Mapping[str, int] = {
    "Customer": 2,
    "Order": 2,
    "Product": 2,
    "ProductVariant": 1,
    "Store": 1,
    "Reader": 2,
    "Payment": 1,
    "ReaderTask": 1,
    "Refund": 1,
}
