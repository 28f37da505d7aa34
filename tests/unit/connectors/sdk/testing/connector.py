"""The right connector of the kit's own shop, in parts that a wrong one can replace."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from msgspec import Struct
from pydantic import BaseModel, SecretStr

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpResponse, checked
from connectors.sdk.manifest import Limits
from connectors.sdk.manifest import Manifest as ManifestModel
from connectors.sdk.reading import one_of, read
from connectors.sdk.source import SourceContext
from schema.domain.customer import CustomerLink
from schema.domain.errors import OutcomeUnknown, SchemaDrift, SourceError, Unsupported
from schema.domain.money import Money
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
from schema.domain.reservation import ReservationRecord, ReservationRequest, ReservationState

_CHANNELS = {it.value: it for it in Channel}
_STATES = {it.value: it for it in ReservationState}


class ShopConfig(BaseModel):
    """Where the shop is."""

    base_url: str
    key: SecretStr


class _Order(Struct):
    id: str
    placed: datetime
    total: int
    channel: str
    store: str
    title: str
    email: str


class _Orders(Struct):
    orders: list[Any]


class _Page(_Orders):
    more: bool


class _Held(Struct):
    id: str
    state: str


class ShopConnector:
    """The `OrderReader` and `StockReserver` of the shop."""

    Config: ClassVar[type[BaseModel]] = ShopConfig
    Manifest: ClassVar[ManifestModel] = ManifestModel(
        id="shop",
        version="0.1.0",
        title="A shop",
        limits=Limits(batch_max=20, concurrency=4, rate_per_s=5.0, timeout_s=3.0),
        freshness_s={"orders": 5.0},
        personal_data=("order.customer.email",),
        idempotent_writes=("reserve",),
    )

    def __init__(self, config: ShopConfig, context: SourceContext) -> None:
        self.source = context.name
        headers = {"x-key": config.key.get_secret_value()}
        self.http = context.http.client(config.base_url, self.limits(context), headers=headers)

    def limits(self, context: SourceContext) -> Limits:
        """The limits to obey."""
        return context.limits

    async def ask(self, ctx: CallContext, path: str, params: Sequence[tuple[str, str]] = ()) -> Any:
        """Read JSON."""
        query = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in params)
        response = await self.http.request(ctx, "GET", f"{path}?{query}" if query else path)
        return checked(response).json()

    async def probe(self, ctx: CallContext) -> None:
        """See `Connector.probe`."""
        await self.ask(ctx, "/ping")

    async def aclose(self) -> None:
        """See `Connector.aclose`."""
        await self.http.aclose()

    async def orders(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """See `OrderReader.orders`."""
        if not ids:
            return {}
        content = await self.ask(ctx, "/orders", [("id", it) for it in dict.fromkeys(ids)])
        found = [self.order(it) for it in read(_Orders, content, where="orders").orders]
        if strays := [it for it in found if it.ref.id not in ids]:
            raise SchemaDrift(f"{len(strays)} orders were not asked for")
        return {it.ref.id: it for it in found}

    async def orders_by_number(
        self, ctx: CallContext, numbers: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """See `OrderReader.orders_by_number`."""
        return await self.orders(ctx, numbers)

    async def orders_of(
        self, ctx: CallContext, customers: Sequence[CustomerLink], limit: int
    ) -> Mapping[CustomerLink, Sequence[OrderRecord] | SourceError]:
        """See `OrderReader.orders_of`; the shop cannot."""
        if not customers:
            return {}
        raise Unsupported("the shop cannot look up by customer")

    async def order_page(
        self,
        ctx: CallContext,
        query: OrderQuery,
        *,
        after: OrderPosition | None,
        hint: str | None,
        limit: int,
    ) -> OrderPage:
        """See `OrderReader.order_page`. It asks on until enough rows pass the filters."""
        found: list[OrderRecord] = []
        place, more = after, True
        while more and len(found) < limit:
            content = await self.ask(ctx, "/list", self.place(place, hint, limit))
            page = read(_Page, content, where="list")
            rows = [self.order(it) for it in page.orders]
            found += [it for it in rows if self.passes(query, it)]
            more = page.more and bool(rows)
            place = OrderPosition.of(rows[-1]) if rows else place
        return OrderPage(tuple(found), "more" if more else None)

    def place(
        self, after: OrderPosition | None, hint: str | None, limit: int
    ) -> list[tuple[str, str]]:
        """From where on the list is asked for."""
        del hint
        count = ("count", str(limit))
        if after is None:
            return [count]
        return [count, ("placed", after.placed_at.isoformat()), ("after", after.ref.id)]

    def passes(self, query: OrderQuery, row: OrderRecord) -> bool:
        """Whether a row is asked for."""
        return (
            (query.channels is None or row.channel in query.channels)
            and (query.stores is None or row.store in query.stores)
            and (query.placed_after is None or row.placed_at > query.placed_after)
            and (query.placed_before is None or row.placed_at <= query.placed_before)
        )

    def order(self, row: Any) -> OrderRecord:
        """Read one order."""
        it = read(_Order, row, where="order")
        total = Money(it.total, "JPY")
        return OrderRecord(
            ref=SourceRef(self.source, it.id),
            as_of=datetime.now(UTC),
            number=it.id,
            channel=one_of(_CHANNELS, it.channel, field="order.channel"),
            placed_at=it.placed.astimezone(UTC),
            status=OrderStatus.OPEN,
            total=total,
            paid=total,
            lines=(OrderLineRecord("KS-1", 1, it.title, total, total),),
            customer=CustomerLink(email=it.email),
            store=it.store,
        )

    async def reserve(self, ctx: CallContext, request: ReservationRequest) -> ReservationRecord:
        """See `StockReserver.reserve`."""
        response = checked(await self.hold(ctx, request), write=True)
        try:
            held = read(_Held, response.json(), where="held")
            state = one_of(_STATES, held.state, field="held.state")
        except SchemaDrift as error:
            raise OutcomeUnknown(str(error)) from None
        return self.reservation(request, held.id, state)

    async def hold(self, ctx: CallContext, request: ReservationRequest) -> HttpResponse:
        """Send a reservation."""
        return await self.http.request(
            ctx,
            "POST",
            "/held",
            json={"reference": request.reference},
            headers={"idempotency-key": ctx.idempotency_key or ""},
            write=True,
        )

    def reservation(
        self, request: ReservationRequest, name: str, state: ReservationState
    ) -> ReservationRecord:
        """What is held."""
        return ReservationRecord(
            ref=SourceRef(self.source, name),
            as_of=datetime.now(UTC),
            state=state,
            store=request.store,
            lines=request.lines,
            until=request.until,
        )

    async def extend(
        self, ctx: CallContext, reservation: str, until: datetime
    ) -> ReservationRecord:
        """See `StockReserver.extend`; the shop cannot."""
        raise Unsupported("the shop cannot extend")

    async def release(self, ctx: CallContext, reservation: str) -> ReservationRecord:
        """See `StockReserver.release`; the shop cannot."""
        raise Unsupported("the shop cannot release")
