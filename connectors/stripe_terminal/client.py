"""Stripe Terminal, driven from a server. The one place where Stripe's errors become ours."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote

import stripe
from pydantic import BaseModel

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClient
from connectors.sdk.source import SourceContext
from connectors.sdk.terminal import (
    METHOD_UNAVAILABLE,
    AmountRule,
    IntentRequest,
    IntentState,
    ProviderEvent,
    ProviderRefund,
    ReaderOptions,
    ReaderState,
    RefundRequest,
)
from connectors.stripe_terminal import mapping
from connectors.stripe_terminal.amounts import amount_rule
from connectors.stripe_terminal.answers import answered, content_of, rows_of
from connectors.stripe_terminal.config import StripeTerminalConfig
from connectors.stripe_terminal.ledger import StripeLedger
from connectors.stripe_terminal.method_types import allowed_types, lacking_types
from connectors.stripe_terminal.reader_registry import StripeReaderRegistry
from connectors.stripe_terminal.reader_tasks import StripeReaderTasks
from connectors.stripe_terminal.transport import StripeTransport
from connectors.stripe_terminal.webhook import verified_event
from schema.domain.errors import Rejected
from schema.domain.money import Money
from schema.domain.payment import CaptureMethod

T = TypeVar("T")

_READERS = "/v1/terminal/readers"
_PAGE = 100  # the most that one list call gives
_CAPTURE = {CaptureMethod.AUTOMATIC: "automatic", CaptureMethod.MANUAL: "manual"}
_EXPAND = ["latest_charge"]


class StripeTerminal(StripeLedger, StripeReaderRegistry, StripeReaderTasks):
    """The `TerminalDriver` and `ReaderTaskDriver` of Stripe.

    Nothing is retried here: the journal decides.

    Concurrency: any number of callers. A cancelled call stops waiting; Stripe's work goes on.
    """

    Config: ClassVar[type[BaseModel]] = StripeTerminalConfig
    _http: HttpClient | None = None

    def __init__(self, config: StripeTerminalConfig, context: SourceContext) -> None:
        self._config = config
        self._context = context

    @cached_property
    def _stripe(self) -> stripe.StripeClient:
        """Made at the first call, in the loop that serves."""
        address = self._config.api_base
        self._http = self._context.http.client(address, self._context.limits)
        return stripe.StripeClient(
            self._config.api_key.get_secret_value(),
            base_addresses={"api": address},
            http_client=StripeTransport(self._http, address),
            max_network_retries=0,
        )

    async def probe(self, ctx: CallContext) -> None:
        """See `Connector.probe`."""
        options = self._reading(None)
        await answered(ctx, lambda: self._plain("get", _READERS, {"limit": 1}, options), rows_of)

    async def aclose(self) -> None:
        """See `Connector.aclose`."""
        if self._http is not None:
            await self._http.aclose()

    def amount_rule(self, currency: str) -> AmountRule | None:
        """See `TerminalDriver.amount_rule`."""
        return amount_rule(currency)

    async def readers(
        self, ctx: CallContext, location: str | None, account: str | None
    ) -> Sequence[ReaderState]:
        """See `TerminalDriver.readers`."""
        params, options = {"location": location} if location else {}, self._reading(account)
        found = await answered(
            ctx,
            lambda: self._listed(_READERS, params, options),
            lambda rows: [mapping.reader_state(row) for row in rows],
        )
        return sorted(found, key=lambda reader: reader.id)

    async def reader(self, ctx: CallContext, reader: str, account: str | None) -> ReaderState:
        """See `TerminalDriver.reader`."""
        path, options = _path("terminal/readers", reader), self._reading(account)
        return await answered(ctx, lambda: self._plain("get", path, {}, options), _reader)

    async def create_intent(self, ctx: CallContext, request: IntentRequest) -> IntentState:
        """See `TerminalDriver.create_intent`.

        Raises:
            Rejected: The account does not take all that was asked for; no money moves.
        """
        params: stripe.params.PaymentIntentCreateParams = {
            "amount": request.amount.minor,
            "currency": request.amount.currency.lower(),
            "capture_method": _CAPTURE[request.capture],
            "allowed_payment_method_types": allowed_types(request),
            "metadata": {mapping.PAYMENT: request.reference},
            "expand": _EXPAND,
        }
        if request.incrementable:
            params["payment_method_options"] = {
                "card_present": {"request_incremental_authorization_support": True}
            }
        options = self._writing(ctx, request.account)
        content = await answered(
            ctx,
            lambda: self._plain("post", "/v1/payment_intents", params, options),
            content_of,
            write=True,
        )
        if lacking := lacking_types(request, content):
            # Stripe leaves out without a word what the account or the currency does not have.
            raise Rejected(f"Stripe leaves out {', '.join(lacking)}", reason=METHOD_UNAVAILABLE)
        return mapping.intent_state(content)

    async def intent(self, ctx: CallContext, intent: str, account: str | None) -> IntentState:
        """See `TerminalDriver.intent`."""
        path, options = _path("payment_intents", intent), self._reading(account)
        params = {"expand": _EXPAND}
        return await answered(ctx, lambda: self._plain("get", path, params, options), _intent)

    async def process(
        self, ctx: CallContext, reader: str, intent: str, options: ReaderOptions
    ) -> ReaderState:
        """See `TerminalDriver.process`."""
        config: stripe.params.terminal.ReaderProcessPaymentIntentParamsProcessConfig = {
            "enable_customer_cancellation": options.customer_cancellation,
            "skip_tipping": options.skip_tipping,
        }
        if options.tip_eligible is not None and not options.skip_tipping:
            config["tipping"] = {"amount_eligible": options.tip_eligible.minor}
        path = f"{_path('terminal/readers', reader)}/process_payment_intent"
        params = {"payment_intent": intent, "process_config": config}
        request = self._writing(ctx, options.account)
        return await answered(
            ctx, lambda: self._plain("post", path, params, request), _reader, write=True
        )

    async def cancel_action(
        self, ctx: CallContext, reader: str, account: str | None
    ) -> ReaderState:
        """See `TerminalDriver.cancel_action`."""
        options = self._writing(ctx, account)
        cancel = self._stripe.v1.terminal.readers.cancel_action_async
        return await answered(ctx, lambda: cancel(reader, options=options), _reader, write=True)

    async def cancel_intent(
        self, ctx: CallContext, intent: str, account: str | None
    ) -> IntentState:
        """See `TerminalDriver.cancel_intent`."""
        options = self._writing(ctx, account)
        cancel = self._stripe.v1.payment_intents.cancel_async
        return await answered(
            ctx, lambda: cancel(intent, {"expand": _EXPAND}, options), _intent, write=True
        )

    async def increase(
        self, ctx: CallContext, intent: str, amount: Money, account: str | None
    ) -> IntentState:
        """See `TerminalDriver.increase`."""
        params: stripe.params.PaymentIntentIncrementAuthorizationParams = {
            "amount": amount.minor,
            "expand": _EXPAND,
        }
        options = self._writing(ctx, account)
        increment = self._stripe.v1.payment_intents.increment_authorization_async
        return await answered(ctx, lambda: increment(intent, params, options), _intent, write=True)

    async def capture(
        self, ctx: CallContext, intent: str, amount: Money | None, account: str | None
    ) -> IntentState:
        """See `TerminalDriver.capture`."""
        params: stripe.params.PaymentIntentCaptureParams = {"expand": _EXPAND}
        if amount is not None:
            params["amount_to_capture"] = amount.minor
        options = self._writing(ctx, account)
        capture = self._stripe.v1.payment_intents.capture_async
        return await answered(ctx, lambda: capture(intent, params, options), _intent, write=True)

    async def refund(self, ctx: CallContext, request: RefundRequest) -> ProviderRefund:
        """See `TerminalDriver.refund`."""
        params: stripe.params.RefundCreateParams = {
            "payment_intent": request.intent,
            "amount": request.amount.minor,
            "metadata": {mapping.REFUND: request.reference},
        }
        if request.reason is not None:
            params["reason"] = request.reason.value
        options = self._writing(ctx, request.account)
        create = self._stripe.v1.refunds.create_async
        return await answered(ctx, lambda: create(params, options), _refund, write=True)

    async def refund_at_reader(
        self, ctx: CallContext, reader: str, request: RefundRequest
    ) -> ReaderState:
        """See `TerminalDriver.refund_at_reader`. Stripe takes no reason there."""
        params: stripe.params.terminal.ReaderRefundPaymentParams = {
            "payment_intent": request.intent,
            "amount": request.amount.minor,
            "metadata": {mapping.REFUND: request.reference},
            "refund_payment_config": {"enable_customer_cancellation": True},
        }
        options = self._writing(ctx, request.account)
        refund = self._stripe.v1.terminal.readers.refund_payment_async
        return await answered(ctx, lambda: refund(reader, params, options), _reader, write=True)

    async def refunds(
        self, ctx: CallContext, intent: str, account: str | None
    ) -> Sequence[ProviderRefund]:
        """See `TerminalDriver.refunds`. Stripe gives the newest first."""
        params, options = {"payment_intent": intent}, self._reading(account)
        return await answered(
            ctx,
            lambda: self._listed("/v1/refunds", params, options),
            lambda rows: [mapping.refund_state(row) for row in reversed(rows)],
        )

    def event(self, body: bytes, headers: Mapping[str, str]) -> ProviderEvent:
        """See `TerminalDriver.event`."""
        signature = headers.get("stripe-signature", "")
        return verified_event(body, signature, self._config.webhook_secrets)

    async def _plain(
        self, method: str, path: str, params: Mapping[str, Any], options: stripe.RequestOptions
    ) -> stripe.StripeResponse:
        """Send what every payment needs, and leave the answer as it is.

        The package would make objects of it, of which we make plain content again: half of what a
        call costs.
        """
        answer: stripe.StripeResponse = await self._stripe.raw_request_async(
            method, path, **params, **options
        )
        return answer

    async def _listed(
        self, path: str, params: Mapping[str, str], options: stripe.RequestOptions
    ) -> list[dict[str, Any]]:
        """Every row of a list, page after page."""
        asked: dict[str, Any] = {**params, "limit": _PAGE}
        rows: list[dict[str, Any]] = []
        while True:
            has_more, page = rows_of(await self._plain("get", path, asked, options))
            rows += page
            if not has_more or not page:
                return rows
            asked["starting_after"] = str(page[-1].get("id", ""))

    def _reading(self, account: str | None) -> stripe.RequestOptions:
        owner = account or self._config.account
        return {"stripe_account": owner} if owner else {}

    def _writing(self, ctx: CallContext, account: str | None) -> stripe.RequestOptions:
        if not ctx.idempotency_key:
            raise ValueError("a write needs ctx.idempotency_key: the package would invent one")
        return {**self._reading(account), "idempotency_key": ctx.idempotency_key}


def _path(collection: str, name: str) -> str:
    return f"/v1/{collection}/{quote(name, safe='')}"


def _intent(found: Any) -> IntentState:
    return mapping.intent_state(content_of(found))


def _reader(found: Any) -> ReaderState:
    return mapping.reader_state(content_of(found))


def _refund(found: Any) -> ProviderRefund:
    return mapping.refund_state(content_of(found))
