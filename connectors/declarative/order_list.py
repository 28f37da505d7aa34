"""The list of a system's orders."""

from datetime import UTC, datetime
from typing import Any

from connectors.declarative.connector import DeclarativeConnector
from connectors.declarative.known import known_by
from connectors.declarative.paging import Part
from connectors.declarative.paging import order_page as walked
from connectors.declarative.paging_answer import PageAnswer
from connectors.declarative.paging_place import Place, Window
from connectors.declarative.paging_request import (
    paging_of,
    place_values,
    placeholders,
    rounded_up,
)
from connectors.sdk.context import CallContext
from schema.domain.order import OrderPage, OrderPosition, OrderQuery


async def order_page(
    connector: DeclarativeConnector,
    ctx: CallContext,
    query: OrderQuery,
    *,
    after: OrderPosition | None,
    hint: str | None,
    limit: int,
) -> OrderPage:
    """See `OrderReader.order_page`."""
    part: Any = connector.file.ports.order_page
    filters = _filters(connector, query)
    if filters is None:
        return OrderPage(())
    read, rows = connector.record("order"), connector.rows(part)
    times = part.filters.times
    written = connector.time_writer(times)
    told = PageAnswer(part.paging, part.request)

    async def fetch(place: Place, window: Window) -> Part:
        bounds = [it for it in (place.before, query.placed_before) if it is not None]
        values = {
            **filters,
            **place_values(part.paging, place, window),
            "before": written(rounded_up(min(bounds), times)) if bounds else None,
            "after": written(query.placed_after) if query.placed_after else None,
        }
        as_of = datetime.now(UTC)
        answer = await connector.wire.ask(ctx, part.request, values)
        orders = [read(row, as_of) for row in rows(answer.content)]
        if part.paging is None:
            orders.sort(key=OrderPosition.of, reverse=True)
            return Part(orders, more=False)
        return Part(
            orders, cursor=told.cursor(answer), more=told.more(answer), total=told.total(answer)
        )

    paging = paging_of(part.paging, part.request)
    return await walked(fetch, paging, query, after=after, hint=hint, limit=limit)


def _filters(connector: DeclarativeConnector, query: OrderQuery) -> dict[str, Any] | None:
    """The values of the query's filters; None where the system can have nothing of it."""
    part: Any = connector.file.ports.order_page
    records: Any = connector.file.records
    filters, record = part.filters, records.order
    stores, channels = query.stores, None
    if query.stores is not None and filters.stores is not None:
        own = connector.config_map(filters.stores)
        stores = [own[store] for store in query.stores if store in own]
    if query.channels is not None:
        ours = {channel.value for channel in query.channels}
        channels = sorted(ours)
        if filters.channels is not None:
            words = connector.enum(filters.channels)
            channels = [word for word, channel in words.items() if channel in ours]
        if record.channel.value is not None and record.channel.value not in ours:
            return None
    keys = known_by(connector, query.customer)
    # Where the system is asked by some keys, a customer with none of them is nobody to it.
    usable = placeholders(part.request) & keys.keys() or keys.keys()
    known = [key for name, key in keys.items() if key and name in usable]
    lists = [stores, channels, None if query.customer is None else known]
    nowhere = query.stores is not None and record.store is None
    nobody = query.customer is not None and record.customer is None
    if nowhere or nobody or any(it is not None and not it for it in lists):
        return None
    return {
        **keys,
        "stores": None if stores is None else list(stores),
        "no_stores": stores is None,
        "channels": channels,
        "no_channels": channels is None,
    }
