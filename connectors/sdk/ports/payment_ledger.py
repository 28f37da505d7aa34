"""Payment providers whose books can be read."""

from datetime import datetime
from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from connectors.sdk.payment_ledger import EventPage, IntentPage, RefundPage


@runtime_checkable
class PaymentLedger(Protocol):
    """A payment provider whose payments and refunds can be listed, whoever has made them.

    `since` is when they were created (UTC, inclusive, to the second). `after` is a page's `next`.
    `account` is the provider's account; None is the default one.
    """

    async def intent_page(
        self, ctx: CallContext, since: datetime, account: str | None, after: str | None
    ) -> IntentPage:
        """Return payments that were created since, newest first."""
        ...

    async def refund_page(
        self, ctx: CallContext, since: datetime, account: str | None, after: str | None
    ) -> RefundPage:
        """Return refunds that were created since, newest first."""
        ...

    async def event_page(
        self, ctx: CallContext, since: datetime, account: str | None, after: str | None
    ) -> EventPage:
        """Return what was told since of money that was taken or given back, newest first.

        As far back as the provider keeps it, whether a message of it was sent, taken, or lost.
        """
        ...
