"""Kasane's OMS over SOAP. The one place where its faults become our errors."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from connectors.kasane_oms.batch import each
from connectors.kasane_oms.config import KasaneOmsConfig
from connectors.kasane_oms.mapping import CHANNELS, OmsMapping, total_found
from connectors.kasane_oms.pages import Found, order_page
from connectors.sdk.contact import email_address
from connectors.sdk.context import CallContext
from connectors.sdk.envelope import SoapFault, fits_xml
from connectors.sdk.soap import SoapClient
from connectors.sdk.source import SourceContext
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink, CustomerRecord
from schema.domain.errors import SourceError, Unavailable, Unsupported
from schema.domain.order import OrderPage, OrderPosition, OrderQuery, OrderRecord

_WSDL = Path(__file__).parent / "order_service.wsdl"
_ENDPOINT = "/OrderService"
_CODES = {channel: code for code, channel in CHANNELS.items()}


class KasaneOms:
    """The `OrderReader` and `CustomerReader` of Kasane's OMS.

    Concurrency: any number of callers; a cancelled call closes its connection.
    """

    Config: ClassVar[type[BaseModel]] = KasaneOmsConfig

    def __init__(self, config: KasaneOmsConfig, context: SourceContext) -> None:
        self._source = context.name
        self._branches = config.stores
        self._mapping = OmsMapping(
            source=context.name,
            zone=ZoneInfo(config.time_zone),
            region=config.region,
            branches={branch: code for code, branch in config.stores.items()},
        )
        key = {"x-api-key": config.api_key.get_secret_value()}
        self._http = context.http.client(config.base_url, context.limits, headers=key)
        self._soap = SoapClient(_WSDL, _ENDPOINT, self._http, context.limits, meaning=_meaning)

    async def probe(self, ctx: CallContext) -> None:
        """See `Connector.probe`."""
        await self._soap.call(ctx, "Ping")

    async def aclose(self) -> None:
        """See `Connector.aclose`."""
        await self._soap.aclose()
        await self._http.aclose()

    async def orders(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """See `OrderReader.orders`."""
        return await self._orders(ctx, "GetOrders", "id", ids)

    async def orders_by_number(
        self, ctx: CallContext, numbers: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """See `OrderReader.orders_by_number`."""
        return await self._orders(ctx, "FindOrdersByNumber", "number", numbers)

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
        conditions = self._conditions(query)
        if conditions is None:
            return OrderPage(())

        async def search(until: datetime | None, number: int, size: int) -> Found:
            bounds = [bound for bound in (until, query.placed_before) if bound is not None]
            asked = {**conditions, "page": number, "pageSize": size}
            if bounds:
                asked["placedTo"] = self._mapping.last_until(min(bounds))
            as_of = datetime.now(UTC)
            answer = await self._soap.call(ctx, "SearchOrders", **asked)
            orders = [self._mapping.order(record, as_of) for record in answer["order"]]
            return Found(orders, more=bool(orders) and number * size < total_found(answer))

        return await order_page(search, self._source, after=after, hint=hint, limit=limit)

    async def orders_of(
        self, ctx: CallContext, customers: Sequence[CustomerLink], limit: int
    ) -> Mapping[CustomerLink, Sequence[OrderRecord] | SourceError]:
        """See `OrderReader.orders_of`."""
        asked = {str(place): link for place, link in enumerate(customers) if self._keys(link)}
        if not asked:
            return {}
        as_of = datetime.now(UTC)
        lookups = [{"reference": place, **self._keys(link)} for place, link in asked.items()]
        answer = await self._soap.call(
            ctx, "GetOrdersOfCustomers", customer=lookups, newestPerCustomer=limit
        )

        def newest(group: Any) -> Sequence[OrderRecord]:
            orders = [self._mapping.order(record, as_of) for record in group["order"]]
            return sorted(orders, key=OrderPosition.of, reverse=True)

        found = each(answer["customer"], asked, lambda group: group.get("reference"), newest)
        return {asked[place]: it for place, it in found.items()}

    async def customers(
        self, ctx: CallContext, keys: Sequence[CustomerKey]
    ) -> Mapping[CustomerKey, CustomerRecord | SourceError]:
        """See `CustomerReader.customers`."""
        found: dict[CustomerKey, CustomerRecord | SourceError] = {
            key: Unsupported("the OMS looks customers up by number or e-mail")
            for key in keys
            if key.kind not in _LOOKUPS
        }
        for kind, (argument, key_of) in _LOOKUPS.items():
            values = _askable(key.value for key in keys if key.kind is kind)
            if not values:
                continue
            as_of = datetime.now(UTC)
            asked: dict[str, Any] = {argument: values}
            answer = await self._soap.call(ctx, "GetCustomers", **asked)
            read = partial(self._mapping.customer, as_of=as_of)
            records = each(answer["customer"], values, key_of, read)
            found.update((CustomerKey(kind, value), it) for value, it in records.items())
        return found

    async def _orders(
        self, ctx: CallContext, operation: str, key: str, values: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        asked: dict[str, Any] = {key: _askable(values)}
        if not asked[key]:
            return {}
        as_of = datetime.now(UTC)
        answer = await self._soap.call(ctx, operation, **asked)
        read = partial(self._mapping.order, as_of=as_of)
        return each(answer["order"], asked[key], lambda record: record.get(key), read)

    def _conditions(self, query: OrderQuery) -> dict[str, Any] | None:
        """The arguments of a search; None where nothing can be found."""
        found: dict[str, Any] = {}
        if query.channels is not None:
            found["channel"] = [_CODES[it] for it in query.channels if it in _CODES]
        if query.stores is not None:
            found["branch"] = [self._branches[it] for it in query.stores if it in self._branches]
        if query.customer is not None:
            found["customer"] = self._keys(query.customer)
        if not all(found.values()):
            return None
        found |= found.pop("customer", {})
        if query.placed_after is not None:
            found["placedFrom"] = self._mapping.first_after(query.placed_after)
        return found

    def _keys(self, link: CustomerLink) -> dict[str, str]:
        """By what the OMS may know a customer; where it is given both, either counts."""
        own = link.ref.id if link.ref and link.ref.name == self._source else None
        keys = {"customerNo": own, "email": email_address(link.email)}
        return {name: key for name, key in keys.items() if key and fits_xml(key)}


def _askable(keys: Iterable[str]) -> list[str]:
    """Each key once, without those that no SOAP system can know."""
    return [key for key in dict.fromkeys(keys) if fits_xml(key)]


def _email_of(record: Mapping[str, Any]) -> str | None:
    email = record.get("email")
    return email_address(email) if isinstance(email, str) else None


# By which argument of GetCustomers a key is asked for, and where the answer holds it.
_LOOKUPS: Mapping[CustomerKeyKind, tuple[str, Callable[[Mapping[str, Any]], Any]]] = {
    CustomerKeyKind.ID: ("customerNo", lambda record: record.get("customerNo")),
    CustomerKeyKind.EMAIL: ("email", _email_of),
}


def _meaning(fault: SoapFault) -> SourceError | None:
    # A Server fault is not the request's: it may succeed later (SOAP 1.1, section 4.4.1).
    if fault.code.partition(".")[0] == "Server":
        return Unavailable("the OMS answered with a fault of its own")
    return None
