"""Payment providers whose readers are driven from a server."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from connectors.sdk.context import CallContext
from connectors.sdk.ports.writing import write
from connectors.sdk.terminal import (
    AmountRule,
    IntentRequest,
    IntentState,
    ProviderEvent,
    ProviderRefund,
    ReaderOptions,
    ReaderState,
    RefundRequest,
)
from schema.domain.money import Money


@runtime_checkable
class TerminalDriver(Protocol):
    """A payment provider whose readers are driven from a server.

    Writes take `ctx.idempotency_key`; repeating one under the same key has one effect and gives the
    same answer, errors included. `account` is the provider's account that owns the reader; None is
    the default one. Amounts are in minor units.
    """

    def amount_rule(self, currency: str) -> AmountRule | None:
        """Which amounts of a currency can be taken; None where none can. Asks nobody."""
        ...

    async def readers(
        self, ctx: CallContext, location: str | None, account: str | None
    ) -> Sequence[ReaderState]:
        """Return every reader of a location, or of all, ordered by id."""
        ...

    async def reader(self, ctx: CallContext, reader: str, account: str | None) -> ReaderState:
        """Return one reader and what it is doing. Raises `NotFound`."""
        ...

    @write
    async def create_intent(self, ctx: CallContext, request: IntentRequest) -> IntentState:
        """Announce a payment. No money moves."""
        ...

    async def intent(self, ctx: CallContext, intent: str, account: str | None) -> IntentState:
        """Return the truth about a payment. Raises `NotFound`."""
        ...

    async def intent_named(
        self, ctx: CallContext, reference: str, account: str | None
    ) -> IntentState | None:
        """Return the payment that was announced under a reference of ours; None if there is none.

        One that was announced within the last hour may be missed.
        """
        ...

    @write
    async def process(
        self, ctx: CallContext, reader: str, intent: str, options: ReaderOptions
    ) -> ReaderState:
        """Send a payment to a reader. It replaces one that waits there without a card.

        Raises `OutcomeUnknown` when the reader may have received it, `Conflict` when it is busy.
        """
        ...

    @write
    async def cancel_action(
        self, ctx: CallContext, reader: str, account: str | None
    ) -> ReaderState:
        """Clear the reader, whatever it shows. Raises `Conflict` while it authorises."""
        ...

    @write
    async def cancel_intent(
        self, ctx: CallContext, intent: str, account: str | None
    ) -> IntentState:
        """Give a payment up. Raises `Conflict` when it is already captured."""
        ...

    @write
    async def increase(
        self, ctx: CallContext, intent: str, amount: Money, account: str | None
    ) -> IntentState:
        """Hold more money: `amount` in all. A refusal leaves what is held.

        Raises `Rejected` where the issuer or the card's network does not allow it.
        """
        ...

    @write
    async def capture(
        self, ctx: CallContext, intent: str, amount: Money | None, account: str | None
    ) -> IntentState:
        """Take authorised money; None takes all of it."""
        ...

    @write
    async def refund(self, ctx: CallContext, request: RefundRequest) -> ProviderRefund:
        """Give captured money back to the card it came from."""
        ...

    @write
    async def refund_at_reader(
        self, ctx: CallContext, reader: str, request: RefundRequest
    ) -> ReaderState:
        """Ask at a reader for the card that paid; the money is given back once it is shown.

        Raises `OutcomeUnknown` when the reader may have received it, `Conflict` when it is busy.
        """
        ...

    async def refunds(
        self, ctx: CallContext, intent: str, account: str | None
    ) -> Sequence[ProviderRefund]:
        """Return what was given back of a payment, by whomever, oldest first."""
        ...

    def event(self, body: bytes, headers: Mapping[str, str]) -> ProviderEvent:
        """Verify a webhook's raw bytes and read it; header names are in lower case.

        Raises `Rejected` unless it is genuine and recent.
        """
        ...
