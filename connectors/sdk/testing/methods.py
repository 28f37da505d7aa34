"""How the kit asks each method of the ports that reads by keys."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from connectors.sdk.context import CallContext
from schema.domain.coupon import CouponRecord
from schema.domain.customer import CustomerKey, CustomerLink, CustomerRecord
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.order import OrderRecord
from schema.domain.product import ProductRecord, VariantKey, VariantRecord
from schema.domain.reservation import ReservationRecord
from schema.domain.returns import ReturnRecord
from schema.domain.stock import IncomingRecord, StockRecord
from schema.domain.store import StoreRecord

Answer = Mapping[Any, Any]
Call = Callable[[Any, CallContext, Sequence[Any]], Awaitable[Answer]]

ORDERS_OF_EACH = 20
ORDERS_OF = "orders_of"
PAGE = "order_page"


class ReadMethod(Struct, frozen=True):
    """A method that answers keys with records, or with a sequence of them each where `many`."""

    name: str
    key: type
    record: type
    call: Call
    many: bool = False


def _plain(name: str) -> Call:
    async def call(connector: Any, ctx: CallContext, keys: Sequence[Any]) -> Answer:
        found: Answer = await getattr(connector, name)(ctx, keys)
        return found

    return call


def _with(name: str, argument: int | None) -> Call:
    async def call(connector: Any, ctx: CallContext, keys: Sequence[Any]) -> Answer:
        found: Answer = await getattr(connector, name)(ctx, keys, argument)
        return found

    return call


READS: Mapping[str, ReadMethod] = {
    it.name: it
    for it in (
        ReadMethod("coupons", CustomerLink, CouponRecord, _plain("coupons"), many=True),
        ReadMethod("customers", CustomerKey, CustomerRecord, _plain("customers")),
        ReadMethod("incoming", str, IncomingRecord, _with("incoming", None), many=True),
        ReadMethod("loyalty", CustomerLink, LoyaltyRecord, _plain("loyalty")),
        ReadMethod("orders", str, OrderRecord, _plain("orders")),
        ReadMethod("orders_by_number", str, OrderRecord, _plain("orders_by_number")),
        ReadMethod(
            ORDERS_OF, CustomerLink, OrderRecord, _with(ORDERS_OF, ORDERS_OF_EACH), many=True
        ),
        ReadMethod("products", str, ProductRecord, _plain("products")),
        ReadMethod("reservations", str, ReservationRecord, _plain("reservations")),
        ReadMethod("returns_of", str, ReturnRecord, _plain("returns_of"), many=True),
        ReadMethod("stock_levels", str, StockRecord, _with("stock_levels", None), many=True),
        ReadMethod("stores", str, StoreRecord, _plain("stores")),
        ReadMethod("variants", VariantKey, VariantRecord, _plain("variants")),
    )
}
