"""The benchmark's OMS."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import floor

import msgspec
from msgspec import Struct

from connectors.sdk.context import CallContext
from connectors.sdk.reading import one_of
from schema.domain.customer import CustomerLink
from schema.domain.errors import SourceError
from schema.domain.order import (
    Channel,
    OrderLineRecord,
    OrderPage,
    OrderPosition,
    OrderQuery,
    OrderRecord,
    OrderStatus,
)
from schema.domain.reference import SourceRef
from tests.bench.packages.bench_typed.system import System, manifest, money

_STATES = {
    10: OrderStatus.OPEN,
    30: OrderStatus.PARTIALLY_FULFILLED,
    40: OrderStatus.FULFILLED,
    60: OrderStatus.RETURNED,
}
_PREFIX = "SO-"
# The customer numbers are the CRM's.
_CRM = "crm"


class _Line(Struct):
    item_no: str
    label: str
    qty: int
    unit_price: str
    amount: str


class _Order(Struct):
    order_id: int
    order_no: str
    customer_no: int
    state: int
    placed: int
    currency: str
    total: str
    paid: str
    lines: list[_Line]


class _Answer(Struct):
    orders: list[_Order]


class TypedOms(System):
    """Orders of the web shop, newest first."""

    Manifest = manifest("oms", "The benchmark's OMS, in code")
    PROBE = ("/orders", {"limit": "1"})
    _decoder = msgspec.json.Decoder(_Answer)

    def finds_orders_by(self, ref: SourceRef) -> bool:
        """See `OrderReader.orders_of`."""
        return ref.name == _CRM

    async def orders(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """See `OrderReader.orders`."""
        known = [it for it in ids if it.isdecimal()]
        rows = await self._orders(ctx, {"ids": ",".join(known)}) if known else []
        return {row.ref.id: row for row in rows}

    async def orders_by_number(
        self, ctx: CallContext, numbers: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """See `OrderReader.orders_by_number`."""
        found = await self.orders(ctx, [it.removeprefix(_PREFIX) for it in numbers])
        return {it: found[id_] for it in numbers if (id_ := it.removeprefix(_PREFIX)) in found}

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
        before = after.placed_at if after else query.placed_before
        params = {"limit": str(limit)}
        if before is not None:
            params["before"] = str(floor(before.timestamp()))
        rows = await self._orders(ctx, params)
        is_end = len(rows) < limit
        return OrderPage(tuple(rows), None if is_end else "more")

    async def orders_of(
        self, ctx: CallContext, customers: Sequence[CustomerLink], limit: int
    ) -> Mapping[CustomerLink, Sequence[OrderRecord] | SourceError]:
        """See `OrderReader.orders_of`."""
        numbers = {it.ref.id: it for it in customers if it.ref and it.ref.name == _CRM}
        if not numbers:
            return {}
        params = {"customers": ",".join(numbers), "limit": str(limit)}
        found: dict[CustomerLink, list[OrderRecord]] = {link: [] for link in numbers.values()}
        for row in await self._orders(ctx, params):
            if row.customer and row.customer.ref:
                found[numbers[row.customer.ref.id]].append(row)
        return found

    async def _orders(self, ctx: CallContext, params: dict[str, str]) -> list[OrderRecord]:
        answer = await self.ask(ctx, "/orders", params, self._decoder)
        now = datetime.now(UTC)
        return [self._record(row, now) for row in answer.orders]

    def _record(self, row: _Order, now: datetime) -> OrderRecord:
        currency = row.currency
        return OrderRecord(
            SourceRef(self.source, str(row.order_id)),
            now,
            row.order_no,
            Channel.WEB,
            datetime.fromtimestamp(row.placed, UTC),
            one_of(_STATES, row.state, field="order.state"),  # type: ignore[arg-type]
            money(row.total, currency),
            money(row.paid, currency),
            tuple(
                [
                    OrderLineRecord(
                        it.item_no,
                        it.qty,
                        it.label,
                        money(it.unit_price, currency),
                        money(it.amount, currency),
                    )
                    for it in row.lines
                ]
            ),
            CustomerLink(SourceRef(_CRM, str(row.customer_no))),
        )
