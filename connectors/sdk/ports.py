"""What a connector may offer. It implements any subset; the registry learns which from the class.

Every reader is batch-first and follows one shape. The engine passes at most the manifest's
`batch_max` keys, without repeats, never none. In the answer a key that is absent is unknown to the
system; an error as its value is that record's alone; a raised error is the whole call's. Records
carry the source's configured name (`SourceContext.name`) in their `ref`.

Every method may raise, and nothing else:
    Unavailable, RateLimited: Nothing was learnt; the engine may ask again.
    SchemaDrift: The answer has a form that the mapping does not know.
    Rejected, Unsupported: Asking again will not help.
    OutcomeUnknown: A write may have happened (writes only).
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from connectors.sdk.terminal import (
    IntentRequest,
    IntentState,
    ProviderEvent,
    ProviderRefund,
    ReaderOptions,
    ReaderState,
)
from schema.domain.customer import CustomerKey, CustomerLink, CustomerRecord
from schema.domain.errors import SourceError
from schema.domain.loyalty import LoyaltyRecord
from schema.domain.money import Money
from schema.domain.order import OrderPage, OrderPosition, OrderQuery, OrderRecord
from schema.domain.product import ProductRecord, VariantKey, VariantRecord
from schema.domain.stock import IncomingRecord, StockRecord


@runtime_checkable
class CustomerReader(Protocol):
    """A system that knows customers."""

    async def customers(
        self, ctx: CallContext, keys: Sequence[CustomerKey]
    ) -> Mapping[CustomerKey, CustomerRecord | SourceError]:
        """Return the customer of each key; keys may be of several kinds in one call.

        A kind that the system cannot look up by answers `Unsupported` for that key.
        """
        ...


@runtime_checkable
class OrderReader(Protocol):
    """A system that knows orders."""

    async def orders(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """Return the order of each id of the system's own."""
        ...

    async def orders_by_number(
        self, ctx: CallContext, numbers: Sequence[str]
    ) -> Mapping[str, OrderRecord | SourceError]:
        """Return the order of each number as printed on receipt or confirmation."""
        ...

    async def order_page(
        self,
        ctx: CallContext,
        query: OrderQuery,
        *,
        after: OrderPosition | None,
        hint: str | None,
        limit: int,
    ) -> OrderPage:
        """Return orders newest first, from the one that follows `after` on.

        Shape: the page may begin earlier than asked (the engine drops what is not past `after`),
        but never later: rows may be inserted and removed between two calls, so where `hint` no
        longer leads to `after`, step back. About `limit` rows; fewer only at the end, when `hint`
        is None. Filters of the query that the system lacks are applied by the mapping.
        """
        ...

    async def orders_of(
        self, ctx: CallContext, customers: Sequence[CustomerLink], limit: int
    ) -> Mapping[CustomerLink, Sequence[OrderRecord] | SourceError]:
        """Return the newest `limit` orders of each customer, newest first.

        A customer of whom the link tells nothing that the system knows is absent.
        """
        ...


@runtime_checkable
class CatalogReader(Protocol):
    """A system that knows products and variants."""

    async def variants(
        self, ctx: CallContext, keys: Sequence[VariantKey]
    ) -> Mapping[VariantKey, VariantRecord | SourceError]:
        """Return the variant of each SKU or GTIN."""
        ...

    async def products(
        self, ctx: CallContext, ids: Sequence[str]
    ) -> Mapping[str, ProductRecord | SourceError]:
        """Return the product of each id of the system's own."""
        ...


@runtime_checkable
class StockReader(Protocol):
    """A system that counts stock."""

    async def stock_levels(
        self, ctx: CallContext, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Mapping[str, Sequence[StockRecord] | SourceError]:
        """Return each SKU's stock by store, ordered by store code, each store once.

        `stores` limits the answer to these store codes; None is every store that the system counts.
        A store that has never had the SKU is left out; a SKU unknown to the system is absent.
        """
        ...


@runtime_checkable
class IncomingReader(Protocol):
    """A system that knows deliveries on their way to stores."""

    async def incoming(
        self, ctx: CallContext, skus: Sequence[str], stores: Sequence[str] | None
    ) -> Mapping[str, Sequence[IncomingRecord] | SourceError]:
        """Return each SKU's expected deliveries, ordered by store code and date; absent if none."""
        ...


@runtime_checkable
class LoyaltyReader(Protocol):
    """A system that keeps loyalty accounts."""

    async def loyalty(
        self, ctx: CallContext, customers: Sequence[CustomerLink]
    ) -> Mapping[CustomerLink, LoyaltyRecord | SourceError]:
        """Return each customer's account; absent where the customer has none."""
        ...


@runtime_checkable
class TerminalDriver(Protocol):
    """A payment provider whose readers are driven from a server.

    Writes take `ctx.idempotency_key`; repeating one under the same key has one effect and gives the
    same answer, errors included. `account` is the provider's account that owns the reader; None is
    the default one. Amounts are in minor units.
    """

    async def readers(
        self, ctx: CallContext, location: str | None, account: str | None
    ) -> Sequence[ReaderState]:
        """Return every reader of a location, or of all, ordered by id."""
        ...

    async def reader(self, ctx: CallContext, reader: str, account: str | None) -> ReaderState:
        """Return one reader and what it is doing. Raises `NotFound`."""
        ...

    async def create_intent(self, ctx: CallContext, request: IntentRequest) -> IntentState:
        """Announce a payment. No money moves."""
        ...

    async def intent(self, ctx: CallContext, intent: str, account: str | None) -> IntentState:
        """Return the truth about a payment. Raises `NotFound`."""
        ...

    async def process(
        self, ctx: CallContext, reader: str, intent: str, options: ReaderOptions
    ) -> ReaderState:
        """Send a payment to a reader. It replaces one that waits there without a card.

        Raises `OutcomeUnknown` when the reader may have received it, `Conflict` when it is busy.
        """
        ...

    async def cancel_action(
        self, ctx: CallContext, reader: str, account: str | None
    ) -> ReaderState:
        """Clear the reader, whatever it shows. Raises `Conflict` while it authorises."""
        ...

    async def cancel_intent(
        self, ctx: CallContext, intent: str, account: str | None
    ) -> IntentState:
        """Give a payment up. Raises `Conflict` when it is already captured."""
        ...

    async def capture(
        self, ctx: CallContext, intent: str, amount: Money | None, account: str | None
    ) -> IntentState:
        """Take authorised money; None takes all of it."""
        ...

    async def refund(
        self, ctx: CallContext, intent: str, amount: Money, account: str | None
    ) -> ProviderRefund:
        """Give captured money back to the card it came from."""
        ...

    def event(self, body: bytes, headers: Mapping[str, str]) -> ProviderEvent:
        """Verify a webhook's raw bytes and read it; header names are in lower case.

        Raises `Rejected` unless it is genuine and recent.
        """
        ...
