"""What a connector may offer. It implements any subset; the registry learns which from the class.

Every reader is batch-first and follows one shape. The engine passes at most the manifest's
`batch_max` keys, without repeats, never none. In the answer a key that is absent is unknown to the
system; an error as its value is that record's alone; a raised error is the whole call's. Records
carry the source's configured name (`SourceContext.name`) in their `ref`.

Every method may raise, and nothing else:
    Unavailable, RateLimited: Nothing was learnt; the engine may ask again.
    SchemaDrift: The answer has a form that the mapping does not know.
    Rejected, Unsupported: Asking again will not help.
    NotFound, Conflict: Where the method says so.
    OutcomeUnknown: A write may have happened (writes only).

Writes (`connectors.sdk.ports.writing`) do one thing a call, since an idempotency key stands for one
effect. Each takes it from `ctx.idempotency_key`; a write that the manifest names in
`idempotent_writes` has that effect once and gives the same answer, however often it is repeated.
"""

from connectors.sdk.ports.catalog import CatalogReader
from connectors.sdk.ports.change import ChangeFeed, EventSource
from connectors.sdk.ports.customer import CustomerReader, CustomerWriter
from connectors.sdk.ports.loyalty import CouponReader, LoyaltyReader
from connectors.sdk.ports.order import OrderReader, OrderWriter
from connectors.sdk.ports.payment_ledger import PaymentLedger
from connectors.sdk.ports.reader_registry import ReaderRegistry
from connectors.sdk.ports.reader_task import ReaderTaskDriver
from connectors.sdk.ports.returns import ReturnReader, ReturnWriter
from connectors.sdk.ports.stock import IncomingReader, ReservationReader, StockReader, StockReserver
from connectors.sdk.ports.store import StoreReader
from connectors.sdk.ports.terminal import TerminalDriver

__all__ = [
    "CatalogReader",
    "ChangeFeed",
    "CouponReader",
    "CustomerReader",
    "CustomerWriter",
    "EventSource",
    "IncomingReader",
    "LoyaltyReader",
    "OrderReader",
    "OrderWriter",
    "PaymentLedger",
    "ReaderRegistry",
    "ReaderTaskDriver",
    "ReservationReader",
    "ReturnReader",
    "ReturnWriter",
    "StockReader",
    "StockReserver",
    "StoreReader",
    "TerminalDriver",
]
