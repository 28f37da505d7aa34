"""Orders over every system that keeps some."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from connectors.sdk.context import CallContext
from gateway.engine.crosswalk import Crosswalk
from gateway.engine.cursor import Cursor
from gateway.engine.fanout import ask_each, by_refs, together
from gateway.engine.order_merge import Lane, Merge
from gateway.engine.routing import Entity, Routes
from gateway.engine.source import Source
from schema.domain.customer import CustomerLink, CustomerRecord, ExpectedCustomer
from schema.domain.errors import SourceError, TillgraphError, Unsupported
from schema.domain.order import Channel, OrderPosition, OrderQuery, OrderRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope, SourceGap
from schema.ports.orders import OrderEdge, OrderList


class OrderService:
    """Implements `schema.ports.orders.Orders`."""

    def __init__(self, routes: Routes, crosswalk: Crosswalk) -> None:
        self._routes = routes
        self._crosswalk = crosswalk

    async def by_refs(
        self, scope: RequestScope, refs: Sequence[SourceRef | None]
    ) -> Sequence[OrderRecord | TillgraphError | None]:
        """See `Orders.by_refs`."""
        located = [self._crosswalk.locate("Order", ref) if ref else None for ref in refs]
        return await by_refs(
            scope, lambda name: self._routes.source(Entity.ORDER, name), "orders", located
        )

    async def by_number(self, scope: RequestScope, number: str) -> OrderRecord | None:
        """See `Orders.by_number`."""
        shares = {route.source: [number] for route in self._routes.of(Entity.ORDER)}
        answers = await ask_each(scope, shares, "orders_by_number")
        found = [answer.get(number) for answer in answers.values()]
        for order in found:
            if isinstance(order, OrderRecord) and self._routes.is_owner(order):
                return order
        failures = [it for it in found if isinstance(it, SourceError)]
        # A system that cannot look by number says nothing, unless no other could either.
        failed = [it for it in failures if not isinstance(it, Unsupported)]
        if failed or (failures and len(failures) == len(found)):
            raise (failed or failures)[0]
        return None

    async def page(
        self, scope: RequestScope, query: OrderQuery, first: int, after: str | None
    ) -> OrderList:
        """See `Orders.page`."""
        cursor = Cursor.parse(after) if after is not None else None
        position = cursor.position if cursor else None
        lanes = [
            Lane(
                source,
                self._routes,
                query,
                position,
                cursor.hints.get(source.name) if cursor else None,
            )
            for source in self._sources(query)
        ]
        merge = Merge(lanes)
        rows = await merge.run(scope, first + 1)
        if merge.failure:
            raise merge.failure
        given, has_next = rows[:first], len(rows) > first or merge.has_more
        newest = position.placed_at if position else query.placed_before
        oldest = given[-1].placed_at if given and has_next else query.placed_after
        gaps = merge.gaps(newest, oldest)
        scope.note(gaps)
        edges = [OrderEdge(row, partial(_cursor_after, row)) for row in given]
        if given:
            edges[-1] = OrderEdge(given[-1], partial(_last_cursor, merge, given))
        return OrderList(tuple(edges), has_next, gaps)

    async def of_customers(
        self,
        scope: RequestScope,
        customers: Sequence[CustomerRecord | ExpectedCustomer],
        first: int,
        after: str | None,
        channels: Sequence[Channel] | None,
    ) -> Sequence[OrderList | TillgraphError]:
        """See `Orders.of_customers`.

        The first part is one batch per system; a further one, or one that a filter leaves short,
        is a page of its own.
        """
        links = [customer.link for customer in customers]
        queries = {link: OrderQuery(channels=channels, customer=link) for link in links}
        found: dict[CustomerLink, OrderList | TillgraphError | None] = {}
        if after is None:
            found = await self._newest(scope, queries, first)
        rest = [link for link in queries if found.get(link) is None]
        parts = await together(
            [self._page_or_error(scope, queries[link], first, after) for link in rest]
        )
        answers = {**found, **dict(zip(rest, parts, strict=True))}
        return [answers[link] for link in links]  # type: ignore[misc] # the rest is filled

    def expected_customer(self, ref: SourceRef) -> ExpectedCustomer | None:
        """See `Orders.expected_customer`."""
        customer = ExpectedCustomer(self._crosswalk.locate("Customer", ref))
        sources = self._sources(OrderQuery(customer=customer.link))
        finds = all(source.finds_orders_by(customer.ref) for source in sources)
        return customer if finds else None

    async def _newest(
        self, scope: RequestScope, queries: Mapping[CustomerLink, OrderQuery], first: int
    ) -> dict[CustomerLink, OrderList | TillgraphError | None]:
        """The first part of each customer's list; None where the rows at hand do not suffice."""
        sources = dict.fromkeys(it for query in queries.values() for it in self._sources(query))
        answers = await together(
            [
                source.batch(scope, partial(_orders_of, source, first + 1), list(queries))
                for source in sources
            ]
        )
        return {
            link: self._combined(scope, link, query, answers, first)
            for link, query in queries.items()
        }

    def _combined(
        self,
        scope: RequestScope,
        link: CustomerLink,
        query: OrderQuery,
        answers: Sequence[Mapping[CustomerLink, Any]],
        first: int,
    ) -> OrderList | TillgraphError | None:
        rows: list[OrderRecord] = []
        failures: list[SourceError] = []
        horizon = None
        for answer in answers:
            found = answer.get(link, ())
            if isinstance(found, SourceError):
                failures.append(found)
                continue
            if len(found) > first:  # there may be more, at this moment too
                horizon = max(found[-1].placed_at, horizon or found[-1].placed_at)
            rows += [row for row in found if self._fits(row, query)]
        if failures and len(failures) == len(answers):
            return failures[0]
        rows.sort(key=OrderPosition.of, reverse=True)
        given, has_next = rows[:first], len(rows) > first
        if horizon and not (has_next and given and given[-1].placed_at > horizon):
            return None
        oldest = given[-1].placed_at if given and has_next else None
        gaps = tuple(SourceGap(it.source or "", it.code, None, oldest) for it in failures)
        scope.note(gaps)
        edges = [OrderEdge(row, partial(_cursor_after, row)) for row in given]
        return OrderList(tuple(edges), has_next, gaps)

    async def _page_or_error(
        self, scope: RequestScope, query: OrderQuery, first: int, after: str | None
    ) -> OrderList | TillgraphError:
        try:
            return await self.page(scope, query, first, after)
        except TillgraphError as error:
            return error

    def _sources(self, query: OrderQuery) -> Sequence[Source]:
        routes = self._routes.of(Entity.ORDER)
        return list(dict.fromkeys(it.source for it in routes if it.may_answer(query)))

    def _fits(self, row: OrderRecord, query: OrderQuery) -> bool:
        in_channel = query.channels is None or row.channel in query.channels
        return in_channel and self._routes.is_owner(row)


def _cursor_after(row: OrderRecord) -> str:
    return Cursor(OrderPosition.of(row)).text


def _last_cursor(merge: Merge, given: Sequence[OrderRecord]) -> str:
    """The one that clients use also knows where each system goes on."""
    return Cursor(OrderPosition.of(given[-1]), merge.hints(given)).text


async def _orders_of(
    source: Source, limit: int, ctx: CallContext, links: Sequence[CustomerLink]
) -> Mapping[CustomerLink, Sequence[OrderRecord] | SourceError]:
    answer: Mapping[CustomerLink, Sequence[OrderRecord] | SourceError]
    answer = await source.connector.orders_of(ctx, links, limit)
    return answer
