"""Card payments on named readers."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from msgspec import Struct

from schema.domain.errors import TillgraphError
from schema.domain.money import Money
from schema.domain.order import OrderRecord
from schema.domain.payment import (
    CaptureMethod,
    PaymentRecord,
    RefundRecord,
    UserErrorRecord,
)
from schema.domain.reader import ReaderRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope


class ReaderKey(Struct, frozen=True):
    """A card reader as staff name it: the store's code, and what they call the reader there."""

    store: str
    name: str


class PaymentStart(Struct, frozen=True):
    """A payment to start: exactly one of `amount` and `order`, the order that it shall pay.

    `tip_eligible` is the amount that the reader suggests tips on; None asks for no tip. The same
    `idempotency_key` twice is one payment.
    """

    reader: ReaderKey
    idempotency_key: str
    amount: Money | None = None
    order: OrderRecord | None = None
    capture: CaptureMethod = CaptureMethod.AUTOMATIC
    tip_eligible: Money | None = None


class RefundReceipt(Struct, frozen=True):
    """A refund, and its payment as it stands with it."""

    refund: RefundRecord
    payment: PaymentRecord


class Payments(Protocol):
    """What may be asked and done about payments.

    Mutations answer within two seconds with the state that was reached; what they began goes on,
    whether or not anybody waits. A `UserErrorRecord` says that nothing was done, and why.
    """

    async def start(
        self, scope: RequestScope, request: PaymentStart
    ) -> PaymentRecord | UserErrorRecord:
        """Send a payment to a reader."""
        ...

    async def cancel(self, scope: RequestScope, payment: str) -> PaymentRecord | UserErrorRecord:
        """Call a payment off, or release the money it holds."""
        ...

    async def capture(
        self, scope: RequestScope, payment: str, amount: Money | None
    ) -> PaymentRecord | UserErrorRecord:
        """Take authorised money; None takes all of it, and what is not taken is released."""
        ...

    async def refund(
        self, scope: RequestScope, payment: str, amount: Money | None, idempotency_key: str
    ) -> RefundReceipt | UserErrorRecord:
        """Give captured money back to the card it came from; None gives back all that is left."""
        ...

    async def payments(
        self, scope: RequestScope, ids: Sequence[str]
    ) -> Sequence[PaymentRecord | None]:
        """Return the payment of each id; None for one that the actor may not see."""
        ...

    async def of_orders(
        self, scope: RequestScope, orders: Sequence[SourceRef]
    ) -> Sequence[Sequence[PaymentRecord]]:
        """Return each order's payments, newest first."""
        ...

    async def refunds(
        self, scope: RequestScope, ids: Sequence[str]
    ) -> Sequence[RefundRecord | None]:
        """Return the refund of each id; None for one that the actor may not see."""
        ...

    async def readers(
        self, scope: RequestScope, keys: Sequence[ReaderKey]
    ) -> Sequence[ReaderRecord | TillgraphError | None]:
        """Return the reader of each key, with the status that the provider last told."""
        ...

    def reader_names(self, store: str) -> tuple[str, ...]:
        """Return what the store's readers are called, sorted; none for an unknown store."""
        ...

    def updates(self, scope: RequestScope, payment: str) -> AsyncIterator[PaymentRecord]:
        """Follow a payment: its present state, then each change, until it is final.

        A reader that is slow misses states in between, never the last one.

        Raises:
            InvalidRequest: There is no such payment.
            NotPermitted: It belongs to a store that the actor may not see.
        """
        ...
