"""Card payments on named readers."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from msgspec import Struct

from schema.domain.money import Money
from schema.domain.order import OrderRecord
from schema.domain.payment import (
    CaptureMethod,
    PaymentRecord,
    RefundReason,
    RefundRecord,
    UserErrorRecord,
)
from schema.domain.payment_method import PaymentMethodKind
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope
from schema.ports.payment_lists import PaymentLists


class ReaderKey(Struct, frozen=True):
    """A card reader as staff name it: the store's code, and what they call the reader there."""

    store: str
    name: str


class PaymentStart(Struct, frozen=True):
    """A payment to start: exactly one of `amount` and `order`, the order that it shall pay.

    `part` is how much of the order it shall pay; None is all that is due. `methods` are what the
    customer may pay with. An `incrementable` hold may grow later (`Payments.increase`).
    `tip_eligible` is the amount that the reader suggests tips on; None asks for no tip. The same
    `idempotency_key` twice is one payment.
    """

    reader: ReaderKey
    idempotency_key: str
    amount: Money | None = None
    order: OrderRecord | None = None
    capture: CaptureMethod = CaptureMethod.AUTOMATIC
    tip_eligible: Money | None = None
    part: Money | None = None
    methods: tuple[PaymentMethodKind, ...] = (PaymentMethodKind.CARD,)
    incrementable: bool = False


class PaymentIncrease(Struct, frozen=True):
    """More money to hold. `amount` is what the payment shall be of in all, tips aside.

    `order` is the one that the payment pays, as its own system tells it now. The same
    `idempotency_key` twice is one request.
    """

    payment: str
    amount: Money
    idempotency_key: str
    order: OrderRecord | None = None


class RefundStart(Struct, frozen=True):
    """Captured money to give back; no `amount` is all that is left.

    `reader` is where the card is asked for, which only some kinds of cards want.
    """

    payment: str
    idempotency_key: str
    amount: Money | None = None
    reason: RefundReason | None = None
    reader: ReaderKey | None = None


class RefundReceipt(Struct, frozen=True):
    """A refund, and its payment as it stands with it."""

    refund: RefundRecord
    payment: PaymentRecord


class Payments(Protocol):
    """What may be asked and done about payments.

    Mutations answer within two seconds with the state that was reached; what they began goes on,
    whether or not anybody waits. A `UserErrorRecord` says that nothing was done, and why.
    """

    @property
    def lists(self) -> PaymentLists:
        """Lists of payments and of refunds."""
        ...

    async def start(
        self, scope: RequestScope, request: PaymentStart
    ) -> PaymentRecord | UserErrorRecord:
        """Send a payment to a reader."""
        ...

    async def retry(
        self, scope: RequestScope, payment: str, reader: ReaderKey | None
    ) -> PaymentRecord | UserErrorRecord:
        """Ask for another card after one was refused, at another reader of the store if need be."""
        ...

    async def cancel(self, scope: RequestScope, payment: str) -> PaymentRecord | UserErrorRecord:
        """Call a payment off, or release the money it holds."""
        ...

    async def capture(
        self, scope: RequestScope, payment: str, amount: Money | None
    ) -> PaymentRecord | UserErrorRecord:
        """Take authorised money; None takes all of it, and what is not taken is released."""
        ...

    async def increase(
        self, scope: RequestScope, request: PaymentIncrease
    ) -> PaymentRecord | UserErrorRecord:
        """Hold more money. A refusal leaves what is held, and is the payment's `failure`."""
        ...

    async def refund(
        self,
        scope: RequestScope,
        payment: str,
        amount: Money | None,
        idempotency_key: str,
        *,
        reason: RefundReason | None = None,
        reader: ReaderKey | None = None,
    ) -> RefundReceipt | UserErrorRecord:
        """Give captured money back to the card it came from; None gives back all that is left.

        `reader` is where the card is asked for, which only some kinds of cards want.
        """
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

    async def due(
        self, scope: RequestScope, orders: Sequence[OrderRecord]
    ) -> Sequence[Money | None]:
        """Return what is left to be paid of each order; None where it counts in two currencies.

        That is what its own system says, less what our payments took, tips aside, or are about to
        take, whoever may see them.
        """
        ...

    async def refunds(
        self, scope: RequestScope, ids: Sequence[str]
    ) -> Sequence[RefundRecord | None]:
        """Return the refund of each id; None for one that the actor may not see."""
        ...

    def updates(self, scope: RequestScope, payment: str) -> AsyncIterator[PaymentRecord]:
        """Follow a payment: its present state, then each change, until it is final.

        A reader that is slow misses states in between, never the last one.

        Raises:
            InvalidRequest: There is no such payment.
            NotPermitted: It belongs to a store that the actor may not see.
        """
        ...
