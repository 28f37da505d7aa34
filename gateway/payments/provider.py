"""The payment provider, as the journal's keeper calls it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from connectors.sdk.context import CallContext
from connectors.sdk.ports import TerminalDriver
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
from gateway.payments.claims import ClaimLostError
from gateway.payments.journal import Attempt, Payment, Refund
from gateway.payments.keys import intent_key, refund_clear_key
from gateway.payments.timing import Timing
from schema.domain.errors import OutcomeUnknown, SourceError, Unavailable
from schema.domain.money import Money
from schema.domain.scope import Actor

T = TypeVar("T")

Watched = Callable[[Awaitable[Any]], Awaitable[Any]]
"""Awaits a call, and tells whoever keeps the systems' health what came of it."""

_ACTOR = Actor("tillgraph", "system")
_CALLS = 16  # at once, so that many payments taken up after a start do not flood the provider
_GRACE_S = 1.0  # a connector ends its calls by itself; one that does not is ended a little later

log = logging.getLogger(__name__)


class Provider:
    """Calls the driver with a deadline, under the journal's keys.

    Whatever a connector raises against its contract becomes `Unavailable` for a read and
    `OutcomeUnknown` for a write. Not one call is repeated here. While the process may not write,
    since another may have taken over what it works on, a write raises `ClaimLostError` instead.
    """

    def __init__(
        self,
        driver: TerminalDriver,
        name: str,
        timing: Timing,
        watched: Watched | None = None,
        may_write: Callable[[], bool] | None = None,
    ) -> None:
        self._driver = driver
        self._watched = watched or _unwatched
        self.name = name
        self._timing = timing
        self._places = asyncio.Semaphore(_CALLS)
        self._may_write = may_write or (lambda: True)

    def amount_rule(self, currency: str) -> AmountRule | None:
        """See `TerminalDriver.amount_rule`."""
        return self._driver.amount_rule(currency)

    def event(self, body: bytes, headers: Mapping[str, str]) -> ProviderEvent:
        """See `TerminalDriver.event`."""
        return self._driver.event(body, headers)

    async def readers(self, location: str | None, account: str | None) -> Sequence[ReaderState]:
        """See `TerminalDriver.readers`."""
        return await self._read("readers", lambda ctx: self._driver.readers(ctx, location, account))

    async def reader(self, payment: Payment) -> ReaderState:
        """What the payment's reader is doing. See `TerminalDriver.reader`."""
        return await self._read(
            payment.id, lambda ctx: self._driver.reader(ctx, payment.device, payment.account)
        )

    async def device(self, device: str, account: str | None) -> ReaderState:
        """What a reader is doing. See `TerminalDriver.reader`."""
        return await self._read(device, lambda ctx: self._driver.reader(ctx, device, account))

    async def intent(self, payment: Payment) -> IntentState:
        """The truth about the payment. See `TerminalDriver.intent`."""
        intent = _announced(payment)
        return await self._read(
            payment.id, lambda ctx: self._driver.intent(ctx, intent, payment.account)
        )

    async def create_intent(self, payment: Payment) -> IntentState:
        """Announce the payment. See `TerminalDriver.create_intent`."""
        request = IntentRequest(
            payment.amount,
            payment.capture_method,
            payment.id,
            payment.account,
            payment.methods,
            payment.incrementable,
        )
        return await self._write(
            payment.id,
            intent_key(payment.id),
            lambda ctx: self._driver.create_intent(ctx, request),
        )

    async def announced(self, payment: Payment) -> IntentState | None:
        """What the payment was announced as, if it was. See `TerminalDriver.intent_named`."""
        return await self._read(
            payment.id, lambda ctx: self._driver.intent_named(ctx, payment.id, payment.account)
        )

    async def process(self, payment: Payment, attempt: Attempt) -> ReaderState:
        """Send the payment to its reader. It may last. See `TerminalDriver.process`."""
        intent = _announced(payment)
        options = ReaderOptions(
            tip_eligible=payment.tip_eligible,
            skip_tipping=payment.tip_eligible is None,
            account=payment.account,
        )
        return await self._call(
            self._context(payment.id, self._timing.process_s, attempt.key),
            lambda ctx: self._driver.process(ctx, payment.device, intent, options),
        )

    async def clear(self, payment: Payment, attempt: Attempt) -> ReaderState:
        """Clear the payment's reader. See `TerminalDriver.cancel_action`."""
        return await self._write(
            payment.id,
            attempt.key,
            lambda ctx: self._driver.cancel_action(ctx, payment.device, payment.account),
        )

    async def cancel_intent(self, payment: Payment, attempt: Attempt) -> IntentState:
        """Give the payment up. See `TerminalDriver.cancel_intent`."""
        intent = _announced(payment)
        return await self._write(
            payment.id,
            attempt.key,
            lambda ctx: self._driver.cancel_intent(ctx, intent, payment.account),
        )

    async def increase(self, payment: Payment, amount: Money, attempt: Attempt) -> IntentState:
        """Hold more: `amount` in all. See `TerminalDriver.increase`."""
        intent = _announced(payment)
        return await self._write(
            payment.id,
            attempt.key,
            lambda ctx: self._driver.increase(ctx, intent, amount, payment.account),
        )

    async def capture(self, payment: Payment, attempt: Attempt) -> IntentState:
        """Take the money that is held. See `TerminalDriver.capture`."""
        intent = _announced(payment)
        return await self._write(
            payment.id,
            attempt.key,
            lambda ctx: self._driver.capture(ctx, intent, payment.capture_amount, payment.account),
        )

    async def stranger(self, intent: str, account: str | None) -> IntentState:
        """An intent that the journal does not know. See `TerminalDriver.intent`."""
        return await self._read(intent, lambda ctx: self._driver.intent(ctx, intent, account))

    async def refund(self, payment: Payment, refund: Refund) -> ProviderRefund:
        """Give money back. See `TerminalDriver.refund`."""
        request = _refund_of(payment, refund)
        return await self._write(
            payment.id, refund.id, lambda ctx: self._driver.refund(ctx, request)
        )

    async def refund_at_reader(self, payment: Payment, refund: Refund) -> ReaderState:
        """Ask for the card that paid. It may last. See `TerminalDriver.refund_at_reader`."""
        request, device = _refund_of(payment, refund), refund.device or ""
        return await self._call(
            self._context(payment.id, self._timing.process_s, refund.id),
            lambda ctx: self._driver.refund_at_reader(ctx, device, request),
        )

    async def refund_reader(self, payment: Payment, refund: Refund) -> ReaderState:
        """What the refund's reader is doing. See `TerminalDriver.reader`."""
        return await self.device(refund.device or "", payment.account)

    async def clear_refund(self, payment: Payment, refund: Refund, number: int) -> ReaderState:
        """Clear the refund's reader. See `TerminalDriver.cancel_action`."""
        device = refund.device or ""
        return await self._write(
            payment.id,
            refund_clear_key(refund.id, number),
            lambda ctx: self._driver.cancel_action(ctx, device, payment.account),
        )

    async def refunds(self, payment: Payment) -> Sequence[ProviderRefund]:
        """What was given back of the payment. See `TerminalDriver.refunds`."""
        intent = _announced(payment)
        return await self._read(
            payment.id, lambda ctx: self._driver.refunds(ctx, intent, payment.account)
        )

    async def _read(self, trace: str, ask: Callable[[CallContext], Awaitable[T]]) -> T:
        async with self._places:
            return await self._call(self._context(trace, self._timing.call_s, None), ask)

    async def _write(self, trace: str, key: str, ask: Callable[[CallContext], Awaitable[T]]) -> T:
        async with self._places:
            return await self._call(self._context(trace, self._timing.call_s, key), ask)

    def _context(self, trace: str, within_s: float, key: str | None) -> CallContext:
        return CallContext(time.monotonic() + within_s, _ACTOR, trace, "payment", key)

    async def _call(self, ctx: CallContext, ask: Callable[[CallContext], Awaitable[T]]) -> T:
        if ctx.idempotency_key and not self._may_write():
            raise ClaimLostError
        lost = OutcomeUnknown if ctx.idempotency_key else Unavailable
        try:
            async with asyncio.timeout(ctx.remaining_s + _GRACE_S):
                return await self._watched(ask(ctx))  # type: ignore[no-any-return]
        except SourceError as error:
            error.source = error.source or self.name
            raise
        except TimeoutError as error:
            raise lost("no answer in time", source=self.name) from error
        except Exception as error:
            log.exception("connector raised", extra={"source": self.name})
            raise lost(f"raised {type(error).__name__}", source=self.name) from error


async def _unwatched(call: Awaitable[Any]) -> Any:
    return await call


def _announced(payment: Payment) -> str:
    if payment.intent is None:
        raise ValueError("the payment has not been announced to the provider yet")
    return payment.intent


def _refund_of(payment: Payment, refund: Refund) -> RefundRequest:
    return RefundRequest(
        _announced(payment), refund.amount, refund.id, refund.reason, payment.account
    )
