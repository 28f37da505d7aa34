"""The reading methods of ports that are asked by customer."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from connectors.declarative.connector import DeclarativeConnector
from connectors.declarative.expression import found_by
from connectors.declarative.known import known_by
from connectors.declarative.lookup import Search, cut, single
from connectors.declarative.readers import customers
from connectors.declarative.sharing import each
from connectors.declarative.template import Values
from connectors.sdk.context import CallContext
from schema.domain.coupon import CouponRecord
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink
from schema.domain.errors import SourceError
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.order import OrderPosition, OrderRecord

# The surest key first.
_ORDER = (
    CustomerKeyKind.ID,
    CustomerKeyKind.MEMBERSHIP,
    CustomerKeyKind.EMAIL,
    CustomerKeyKind.PHONE,
)


async def orders_of(
    connector: DeclarativeConnector,
    ctx: CallContext,
    customers: Sequence[CustomerLink],
    limit: int,
) -> Mapping[CustomerLink, Sequence[OrderRecord] | SourceError]:
    """See `OrderReader.orders_of`."""
    found = await _of_links(connector, ctx, "orders_of", customers, {"limit": limit})
    return cut(found, OrderPosition.of, reverse=True, limit=limit)


async def loyalty(
    connector: DeclarativeConnector, ctx: CallContext, customers: Sequence[CustomerLink]
) -> Mapping[CustomerLink, LoyaltyRecord | SourceError]:
    """See `LoyaltyReader.loyalty`."""
    return single(await _of_links(connector, ctx, "loyalty", customers, {}))


async def coupons(
    connector: DeclarativeConnector, ctx: CallContext, customers: Sequence[CustomerLink]
) -> Mapping[CustomerLink, Sequence[CouponRecord] | SourceError]:
    """See `CouponReader.coupons`."""
    found = await _of_links(connector, ctx, "coupons", customers, {})
    return cut(found, attrgetter("code"))


async def _of_links(
    connector: DeclarativeConnector,
    ctx: CallContext,
    method: str,
    links: Sequence[CustomerLink],
    values: Values,
) -> dict[Any, Any]:
    """What is found under the best key of each customer."""
    lookups = getattr(connector.file.ports, method)
    if lookups.LINK is not None:
        return await _by_all(connector, ctx, method, links, values)
    kinds = [kind for kind in _ORDER if getattr(lookups, kind.value) is not None]
    keys, found = await _keys(connector, ctx, links, kinds, via=lookups.via_customers)
    searches = {
        kind: Search(
            connector,
            getattr(lookups, kind.value),
            connector.record_of(method),
            ignores_case=kind is CustomerKeyKind.EMAIL,
        ).find(ctx, [key.value for key in keys.values() if key.kind is kind], values)
        for kind in kinds
        if any(key.kind is kind for key in keys.values())
    }
    for kind, answer in (await each(searches)).items():
        for link, key in keys.items():
            if key.kind is not kind:
                continue
            if isinstance(answer, SourceError):
                found[link] = answer
            elif key.value in answer:
                found[link] = answer[key.value]
    return found


async def _by_all(
    connector: DeclarativeConnector,
    ctx: CallContext,
    method: str,
    links: Sequence[CustomerLink],
    values: Values,
) -> dict[Any, Any]:
    """What is found under all keys of each customer together."""
    lookup = getattr(connector.file.ports, method).LINK
    shaped = found_by(lookup.links)
    asked: dict[str, Any] = {}
    by_reference = {str(place): link for place, link in enumerate(dict.fromkeys(links))}
    for reference, link in by_reference.items():
        known = {"reference": reference, **known_by(connector, link)}
        for one in shaped([known]) or ():
            told = {name: value for name, value in one.items() if value is not None}
            if len(told) > 1:
                asked[reference] = told
    search = Search(
        connector,
        lookup,
        connector.record_of(method),
        written=lambda references: [asked[it] for it in references],
    )
    found = await search.find(ctx, list(asked), values)
    return {by_reference[reference]: it for reference, it in found.items()}


async def _keys(
    connector: DeclarativeConnector,
    ctx: CallContext,
    links: Sequence[CustomerLink],
    kinds: Sequence[CustomerKeyKind],
    *,
    via: bool,
) -> tuple[dict[CustomerLink, CustomerKey], dict[Any, Any]]:
    """By which key each customer is asked for, and the errors of those that could not be told."""
    keys: dict[CustomerLink, CustomerKey] = {}
    others: dict[CustomerLink, CustomerKey] = {}
    lookups = connector.file.ports.customers
    for link in dict.fromkeys(links):
        if key := _key(connector.customers_of, link, kinds):
            keys[link] = key
        elif via and (key := _key(connector.customers_of, link, _declared(lookups))):
            others[link] = key
    errors: dict[Any, Any] = {}
    if others:
        found = await customers(connector, ctx, list(dict.fromkeys(others.values())))
        for link, key in others.items():
            customer = found.get(key)
            if isinstance(customer, SourceError):
                errors[link] = customer
            elif customer is not None:
                keys[link] = CustomerKey(CustomerKeyKind.ID, customer.ref.id)
    return keys, errors


def _declared(lookups: Any) -> list[CustomerKeyKind]:
    return [kind for kind in _ORDER if getattr(lookups, kind.value, None) is not None]


def _key(source: str, link: CustomerLink, kinds: Sequence[CustomerKeyKind]) -> CustomerKey | None:
    """The best key that a link holds, of those that the system can be asked by."""
    own = link.ref.id if link.ref is not None and link.ref.name == source else None
    held = {
        CustomerKeyKind.ID: own,
        CustomerKeyKind.MEMBERSHIP: link.membership,
        CustomerKeyKind.EMAIL: link.email,
        CustomerKeyKind.PHONE: link.phone,
    }
    return next((CustomerKey(kind, value) for kind in kinds if (value := held[kind])), None)
