"""Stripe's own books: what it has of payments and refunds, and what it has told."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar

import stripe
from msgspec.structs import replace

from connectors.sdk.context import CallContext
from connectors.sdk.payment_ledger import EventPage, IntentPage, ListedRefund, RefundPage
from connectors.sdk.terminal import IntentState
from connectors.stripe_terminal import mapping
from connectors.stripe_terminal.answers import answered, rows_of
from connectors.stripe_terminal.event import listed_event
from schema.domain.errors import SchemaDrift

T = TypeVar("T")

_PAGE = 100  # the most that one list call gives
_CHARGES = ["data.latest_charge"]
# What may happen to money when no payment is followed any more. Which of those about a refund are
# told depends on the account's version: each leads to the same look. Stripe takes 20 at most.
_EVENTS = [
    "charge.refund.updated",
    "charge.refunded",
    "payment_intent.succeeded",
    "refund.created",
    "refund.failed",
    "refund.updated",
]


class _Client(Protocol):
    """What the calls stand on."""

    async def _plain(
        self, method: str, path: str, params: Mapping[str, Any], options: stripe.RequestOptions
    ) -> stripe.StripeResponse: ...

    def _reading(self, account: str | None) -> stripe.RequestOptions: ...


class StripeLedger:
    """Implements `connectors.sdk.ports.PaymentLedger`, as a part of `StripeTerminal`."""

    async def intent_named(
        self: _Client, ctx: CallContext, reference: str, account: str | None
    ) -> IntentState | None:
        """See `TerminalDriver.intent_named`. Stripe's search is behind by a minute, or an hour."""
        params: stripe.params.PaymentIntentSearchParams = {
            "query": f"metadata['{mapping.PAYMENT}']:'{reference}'",
            "expand": _CHARGES,
        }
        path, options = "/v1/payment_intents/search", self._reading(account)
        rows = await answered(ctx, lambda: self._plain("get", path, params, options), _found)
        # The search does not tell upper from lower case.
        return next((it for it in rows if it.reference == reference), None)

    async def intent_page(
        self: _Client, ctx: CallContext, since: datetime, account: str | None, after: str | None
    ) -> IntentPage:
        """See `PaymentLedger.intent_page`."""
        params: stripe.params.PaymentIntentListParams = {
            "limit": _PAGE,
            "created": {"gte": int(since.timestamp())},
            "expand": _CHARGES,
        }
        if after is not None:
            params["starting_after"] = after
        options = self._reading(account)
        rows, last, odd = await answered(
            ctx,
            lambda: self._plain("get", "/v1/payment_intents", params, options),
            lambda found: _page(found, mapping.intent_state),
        )
        return IntentPage(rows, last, odd)

    async def refund_page(
        self: _Client, ctx: CallContext, since: datetime, account: str | None, after: str | None
    ) -> RefundPage:
        """See `PaymentLedger.refund_page`."""
        params: stripe.params.RefundListParams = {
            "limit": _PAGE,
            "created": {"gte": int(since.timestamp())},
        }
        if after is not None:
            params["starting_after"] = after
        options = self._reading(account)
        rows, last, odd = await answered(
            ctx,
            lambda: self._plain("get", "/v1/refunds", params, options),
            lambda found: _page(found, _refund),
        )
        return RefundPage(rows, last, odd)

    async def event_page(
        self: _Client, ctx: CallContext, since: datetime, account: str | None, after: str | None
    ) -> EventPage:
        """See `PaymentLedger.event_page`. Stripe keeps them for 30 days."""
        params: stripe.params.EventListParams = {
            "limit": _PAGE,
            "created": {"gte": int(since.timestamp())},
            "types": _EVENTS,
        }
        if after is not None:
            params["starting_after"] = after
        options = self._reading(account)
        rows, last, odd = await answered(
            ctx,
            lambda: self._plain("get", "/v1/events", params, options),
            lambda found: _page(found, listed_event),
        )
        # Only what is sent to a platform's own endpoint names the account: the list is of one.
        owned = tuple(replace(it, account=it.account or account) for it in rows)
        return EventPage(owned, last, odd)


def _page(
    found: Any, form: Callable[[dict[str, Any]], T]
) -> tuple[tuple[T, ...], str | None, tuple[str, ...]]:
    """A page's rows, where the next one begins, and the ids of rows in an unknown form."""
    has_more, listed = rows_of(found)
    rows: list[T] = []
    odd: list[str] = []
    last = None
    for content in listed:
        last = str(content.get("id", ""))
        try:
            rows.append(form(content))
        except SchemaDrift:
            odd.append(last)
    return tuple(rows), last if has_more else None, tuple(odd)


def _found(found: Any) -> list[IntentState]:
    return [mapping.intent_state(row) for row in rows_of(found, "search_result")[1]]


def _refund(content: dict[str, Any]) -> ListedRefund:
    intent = content.get("payment_intent")
    if isinstance(intent, dict):
        intent = intent.get("id")
    if intent is not None and not isinstance(intent, str):
        raise SchemaDrift("refund.payment_intent: expected an id")
    return ListedRefund(mapping.refund_state(content), intent)
