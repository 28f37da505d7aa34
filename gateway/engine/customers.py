"""Customers over every system that knows some."""

from collections.abc import Iterator, Sequence

from gateway.engine.crosswalk import Crosswalk
from gateway.engine.fanout import first_known, not_configured
from gateway.engine.routing import Entity, Routes
from gateway.engine.source import Source
from schema.domain.customer import CustomerKey, CustomerKeyKind, CustomerLink, CustomerRecord
from schema.domain.errors import TillgraphError, Unsupported
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope

Found = CustomerRecord | TillgraphError | None


class CustomerService:
    """Implements `schema.ports.customers.Customers`."""

    def __init__(self, routes: Routes, crosswalk: Crosswalk) -> None:
        self._routes = routes
        self._crosswalk = crosswalk

    async def by_key(self, scope: RequestScope, key: CustomerKey) -> CustomerRecord | None:
        """See `Customers.by_key`."""
        sources = [route.source for route in self._routes.of(Entity.CUSTOMER)]
        found = (await first_known(scope, sources, "customers", [key])).get(key)
        if isinstance(found, TillgraphError):
            raise found
        return found

    async def by_refs(self, scope: RequestScope, refs: Sequence[SourceRef]) -> Sequence[Found]:
        """See `Customers.by_refs`."""
        located = [self._crosswalk.locate("Customer", ref) for ref in refs]
        names = {route.source.name for route in self._routes.of(Entity.CUSTOMER)}
        found = await self.by_links(scope, [CustomerLink(ref=ref) for ref in located])
        return [
            one if ref.name in names else not_configured(ref)
            for ref, one in zip(located, found, strict=True)
        ]

    async def by_links(
        self, scope: RequestScope, links: Sequence[CustomerLink | None]
    ) -> Sequence[Found]:
        """See `Customers.by_links`.

        The systems are asked in the configuration's order, each by the best key of the link by
        which it can look, so that one customer is one record whichever order leads there.
        """
        found: dict[CustomerLink, Found] = {}
        for route in self._routes.of(Entity.CUSTOMER):
            unfound = [link for link in links if link and link not in found]
            found |= await _of_source(scope, route.source, unfound)
        return [found.get(link) if link else None for link in links]

    async def loyalty(
        self, scope: RequestScope, customers: Sequence[CustomerRecord]
    ) -> Sequence[LoyaltyRecord | TillgraphError | None]:
        """See `Customers.loyalty`."""
        links = [customer.link for customer in customers]
        sources = [route.source for route in self._routes.of(Entity.LOYALTY)]
        found = await first_known(scope, sources, "loyalty", links)
        return [found.get(link) for link in links]


async def _of_source(
    scope: RequestScope, source: Source, links: Sequence[CustomerLink]
) -> dict[CustomerLink, Found]:
    """What one system says of the links; a key by which it cannot look gives way to the next."""
    found: dict[CustomerLink, Found] = {}
    open_ = {link: _keys(link, source.name) for link in dict.fromkeys(links)}
    while asked := {link: key for link, keys in open_.items() if (key := next(keys, None))}:
        answers = await source.batch(scope, source.connector.customers, list(asked.values()))
        unsupported = {}
        for link, key in asked.items():
            answer = answers.get(key)
            if isinstance(answer, Unsupported):
                unsupported[link] = open_[link]
            elif answer is not None:
                found[link] = answer
        open_ = unsupported
    return found


def _keys(link: CustomerLink, source: str) -> Iterator[CustomerKey]:
    """The link's keys for one system, the surest first."""
    if link.ref and link.ref.name == source:
        yield CustomerKey(CustomerKeyKind.ID, link.ref.id)
    if link.membership:
        yield CustomerKey(CustomerKeyKind.MEMBERSHIP, link.membership)
    if link.email:
        yield CustomerKey(CustomerKeyKind.EMAIL, link.email)
    if link.phone:
        yield CustomerKey(CustomerKeyKind.PHONE, link.phone)
