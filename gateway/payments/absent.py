"""What is answered about payments where the configuration takes none."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from gateway.payments.dues import due
from schema.domain.errors import InvalidRequest
from schema.domain.money import Money
from schema.domain.order import OrderRecord
from schema.domain.payment import PaymentRecord, RefundReason, RefundRecord, UserErrorRecord
from schema.domain.reference import SourceRef
from schema.domain.scope import RequestScope
from schema.ports.payment_lists import (
    PaymentList,
    PaymentLists,
    PaymentQuery,
    RefundList,
    RefundQuery,
)
from schema.ports.payments import PaymentIncrease, PaymentStart, ReaderKey

NOT_CONFIGURED: Final = UserErrorRecord(
    "PAYMENTS_NOT_CONFIGURED",
    "This gateway takes no payments: its configuration has no section `payments`.",
)


class NoPayments:
    """Implements `schema.ports.payments.Payments` without a provider: nothing is ever paid."""

    @property
    def lists(self) -> PaymentLists:
        """See `Payments.lists`."""
        return NoPaymentLists()

    async def start(self, scope: RequestScope, request: PaymentStart) -> UserErrorRecord:
        """See `Payments.start`."""
        return NOT_CONFIGURED

    async def retry(
        self, scope: RequestScope, payment: str, reader: ReaderKey | None
    ) -> UserErrorRecord:
        """See `Payments.retry`."""
        return NOT_CONFIGURED

    async def cancel(self, scope: RequestScope, payment: str) -> UserErrorRecord:
        """See `Payments.cancel`."""
        return NOT_CONFIGURED

    async def capture(
        self,
        scope: RequestScope,
        payment: str,
        amount: Money | None,
    ) -> UserErrorRecord:
        """See `Payments.capture`."""
        return NOT_CONFIGURED

    async def increase(self, scope: RequestScope, request: PaymentIncrease) -> UserErrorRecord:
        """See `Payments.increase`."""
        return NOT_CONFIGURED

    async def refund(
        self,
        scope: RequestScope,
        payment: str,
        amount: Money | None,
        idempotency_key: str,
        *,
        reason: RefundReason | None = None,
        reader: ReaderKey | None = None,
    ) -> UserErrorRecord:
        """See `Payments.refund`."""
        return NOT_CONFIGURED

    async def payments(
        self,
        scope: RequestScope,
        ids: Sequence[str],
    ) -> Sequence[PaymentRecord | None]:
        """See `Payments.payments`."""
        return [None] * len(ids)

    async def of_orders(
        self,
        scope: RequestScope,
        orders: Sequence[SourceRef],
    ) -> Sequence[Sequence[PaymentRecord]]:
        """See `Payments.of_orders`."""
        return [()] * len(orders)

    async def due(
        self,
        scope: RequestScope,
        orders: Sequence[OrderRecord],
    ) -> Sequence[Money | None]:
        """See `Payments.due`."""
        return [due(order, {}) for order in orders]

    async def refunds(
        self,
        scope: RequestScope,
        ids: Sequence[str],
    ) -> Sequence[RefundRecord | None]:
        """See `Payments.refunds`."""
        return [None] * len(ids)

    async def updates(self, scope: RequestScope, payment: str) -> AsyncIterator[PaymentRecord]:
        """See `Payments.updates`."""
        raise InvalidRequest("There is no such payment.")
        yield  # what makes this a generator


class NoPaymentLists:
    """Implements `schema.ports.payment_lists.PaymentLists` where there are no payments."""

    async def payments(
        self, scope: RequestScope, query: PaymentQuery, first: int, after: str | None
    ) -> PaymentList:
        """See `PaymentLists.payments`."""
        return PaymentList((), has_next=False)

    async def refunds(
        self, scope: RequestScope, query: RefundQuery, first: int, after: str | None
    ) -> RefundList:
        """See `PaymentLists.refunds`."""
        return RefundList((), has_next=False)

    async def refunds_of(
        self, scope: RequestScope, payments: Sequence[str]
    ) -> Sequence[Sequence[RefundRecord]]:
        """See `PaymentLists.refunds_of`."""
        return [()] * len(payments)
