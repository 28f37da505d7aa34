"""The reading methods of ports, each over a file's lookups."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any

from connectors.declarative.connector import DeclarativeConnector
from connectors.declarative.lookup import Search, cut, single
from connectors.declarative.sharing import each
from connectors.sdk.context import CallContext
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerRecord
from schema.domain.errors import SourceError, Unsupported
from schema.domain.order import OrderRecord
from schema.domain.product import ProductRecord, VariantKey, VariantKeyKind, VariantRecord
from schema.domain.reservation import ReservationRecord
from schema.domain.returns import ReturnRecord
from schema.domain.stock import IncomingRecord, StockRecord

_ID = attrgetter("ref.id")
_CUSTOMER_KEYS: Mapping[CustomerKeyKind, Callable[[Any], Any]] = {
    CustomerKeyKind.ID: _ID,
    CustomerKeyKind.EMAIL: attrgetter("email"),
    CustomerKeyKind.PHONE: attrgetter("phone"),
    CustomerKeyKind.MEMBERSHIP: attrgetter("membership"),
}
_VARIANT_KEYS: Mapping[VariantKeyKind, Callable[[Any], Any]] = {
    VariantKeyKind.SKU: attrgetter("sku"),
    VariantKeyKind.GTIN: attrgetter("gtin"),
}
_LAST = date.max
_FIRST = datetime.min.replace(tzinfo=UTC)


async def customers(
    connector: DeclarativeConnector, ctx: CallContext, keys: Sequence[CustomerKey]
) -> Mapping[CustomerKey, CustomerRecord | SourceError]:
    """See `CustomerReader.customers`. One search for each kind of key, all at the same time."""
    return await _by_kind(connector, ctx, "customers", keys, _CUSTOMER_KEYS)


async def variants(
    connector: DeclarativeConnector, ctx: CallContext, keys: Sequence[VariantKey]
) -> Mapping[VariantKey, VariantRecord | SourceError]:
    """See `CatalogReader.variants`. One search for each kind of key, all at the same time."""
    return await _by_kind(connector, ctx, "variants", keys, _VARIANT_KEYS)


async def orders(
    connector: DeclarativeConnector, ctx: CallContext, ids: Sequence[str]
) -> Mapping[str, OrderRecord | SourceError]:
    """See `OrderReader.orders`."""
    return single(await _search(connector, "orders", _ID).find(ctx, ids))


async def orders_by_number(
    connector: DeclarativeConnector, ctx: CallContext, numbers: Sequence[str]
) -> Mapping[str, OrderRecord | SourceError]:
    """See `OrderReader.orders_by_number`."""
    search = _search(connector, "orders_by_number", attrgetter("number"))
    return single(await search.find(ctx, numbers))


async def products(
    connector: DeclarativeConnector, ctx: CallContext, ids: Sequence[str]
) -> Mapping[str, ProductRecord | SourceError]:
    """See `CatalogReader.products`."""
    return single(await _search(connector, "products", _ID).find(ctx, ids))


async def reservations(
    connector: DeclarativeConnector, ctx: CallContext, ids: Sequence[str]
) -> Mapping[str, ReservationRecord | SourceError]:
    """See `ReservationReader.reservations`."""
    return single(await _search(connector, "reservations", _ID).find(ctx, ids))


async def returns_of(
    connector: DeclarativeConnector, ctx: CallContext, orders: Sequence[str]
) -> Mapping[str, Sequence[ReturnRecord] | SourceError]:
    """See `ReturnReader.returns_of`."""
    search = _search(connector, "returns_of", attrgetter("order.id"))
    found = await search.find(ctx, orders)
    newest = cut(found, lambda it: (it.created_at or _FIRST, it.ref), reverse=True)
    return {order: its for order, its in newest.items() if its}


async def stock_levels(
    connector: DeclarativeConnector,
    ctx: CallContext,
    skus: Sequence[str],
    stores: Sequence[str] | None,
) -> Mapping[str, Sequence[StockRecord] | SourceError]:
    """See `StockReader.stock_levels`."""
    return await _in_stores(connector, ctx, "stock_levels", skus, stores)


async def incoming(
    connector: DeclarativeConnector,
    ctx: CallContext,
    skus: Sequence[str],
    stores: Sequence[str] | None,
) -> Mapping[str, Sequence[IncomingRecord] | SourceError]:
    """See `IncomingReader.incoming`."""
    found = await _in_stores(connector, ctx, "incoming", skus, stores)
    return {sku: its for sku, its in found.items() if its}


async def _in_stores(
    connector: DeclarativeConnector,
    ctx: CallContext,
    method: str,
    skus: Sequence[str],
    stores: Sequence[str] | None,
) -> Mapping[str, Any]:
    lookup = getattr(connector.file.ports, method)
    theirs = connector.theirs(lookup.stores, stores)
    if theirs is not None and not theirs:
        return dict.fromkeys(skus, ())
    search = _search(connector, method, attrgetter("sku"))
    found = await search.find(ctx, skus, {"stores": theirs})
    wanted = None if stores is None else frozenset(stores)
    kept = {
        sku: its
        if isinstance(its, SourceError) or wanted is None
        else [it for it in its if it.store in wanted]
        for sku, its in found.items()
    }
    return cut(kept, lambda it: (it.store, getattr(it, "expected_on", None) or _LAST))


def _search(connector: DeclarativeConnector, method: str, key_of: Callable[[Any], Any]) -> Search:
    lookup = getattr(connector.file.ports, method)
    return Search(connector, lookup, connector.record_of(method), key_of)


async def _by_kind(
    connector: DeclarativeConnector,
    ctx: CallContext,
    method: str,
    keys: Sequence[Any],
    key_of: Mapping[Any, Callable[[Any], Any]],
) -> dict[Any, Any]:
    lookups = getattr(connector.file.ports, method)
    kinds: dict[Any, list[Any]] = {}
    for key in dict.fromkeys(keys):
        kinds.setdefault(key.kind, []).append(key)
    found: dict[Any, Any] = {}
    searches = {}
    for kind, some in kinds.items():
        lookup = getattr(lookups, kind.value)
        if lookup is None:
            found.update((key, Unsupported(f"no look-up by {kind.value}")) for key in some)
            continue
        folds = kind is CustomerKeyKind.EMAIL
        search = Search(connector, lookup, connector.record_of(method), key_of[kind], folds)
        searches[kind] = search.find(ctx, [key.value for key in some])
    for kind, answer in (await each(searches)).items():
        found.update(_of_kind(answer, kinds[kind]))
    return found


def _of_kind(answer: Any, keys: Sequence[Any]) -> dict[Any, Any]:
    """What one search answers to its keys; its failure is each one's."""
    if isinstance(answer, SourceError):
        return dict.fromkeys(keys, answer)
    records = single(answer)
    return {key: records[key.value] for key in keys if key.value in records}
