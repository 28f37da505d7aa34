"""A server in Stripe's place, and every call that a driver makes to it."""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web

from connectors.sdk.context import CallContext
from connectors.sdk.ports import TerminalDriver
from connectors.sdk.terminal import IntentRequest, ReaderOptions, RefundRequest
from connectors.stripe_terminal.client import StripeTerminal
from schema.domain.errors import (
    SourceError,
)
from schema.domain.money import Money
from schema.domain.payment import CaptureMethod
from schema.domain.scope import Actor

KEY = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"
INTENT = {
    "id": "pi_1",
    "object": "payment_intent",
    "status": "requires_payment_method",
    "amount": 500,
    "amount_capturable": 0,
    "amount_received": 0,
    "currency": "jpy",
    "payment_method_types": ["card_present"],
    "latest_charge": None,
    "last_payment_error": None,
}
READER = {"id": "tmr_1", "object": "terminal.reader", "label": "Front counter", "status": "online"}
REFUND = {"id": "re_1", "object": "refund", "amount": 9, "currency": "jpy", "status": "pending"}
GIVE_BACK = RefundRequest("pi_1", Money(9, "JPY"), "ref_1")
REQUEST = IntentRequest(Money(500, "JPY"), CaptureMethod.MANUAL, "pay_1")

Reply = tuple[int, Any]


class Stripe:
    """A server in Stripe's place."""

    def __init__(self) -> None:
        self.requests: list[web.BaseRequest] = []
        self.forms: list[dict[str, str]] = []
        self.reply: Callable[[web.BaseRequest], Awaitable[Reply] | Reply] = lambda _: (200, INTENT)
        self.url = ""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Remember what was asked, and answer as told."""
        self.requests.append(request)
        self.forms.append(dict(parse_qsl((await request.text()) or request.query_string)))
        made = self.reply(request)
        status, content = made if isinstance(made, tuple) else await made
        body = content if isinstance(content, str) else json.dumps(content)
        return web.Response(status=status, text=body, content_type="application/json")


Open = Callable[..., StripeTerminal]


def call(key: str | None = None, *, seconds: float = 10) -> CallContext:
    """A call under an idempotency key."""
    deadline = time.monotonic() + seconds
    return CallContext(deadline, Actor("till", "staff"), "trace", idempotency_key=key)


Write = Callable[[TerminalDriver, CallContext], Awaitable[Any]]

WRITES: dict[str, tuple[Write, dict[str, Any]]] = {
    "create_intent": (lambda it, ctx: it.create_intent(ctx, REQUEST), INTENT),
    "process": (lambda it, ctx: it.process(ctx, "tmr_1", "pi_1", ReaderOptions()), READER),
    "cancel_action": (lambda it, ctx: it.cancel_action(ctx, "tmr_1", None), READER),
    "cancel_intent": (lambda it, ctx: it.cancel_intent(ctx, "pi_1", None), INTENT),
    "capture": (lambda it, ctx: it.capture(ctx, "pi_1", None, None), INTENT),
    "refund": (lambda it, ctx: it.refund(ctx, GIVE_BACK), REFUND),
    "refund_at_reader": (lambda it, ctx: it.refund_at_reader(ctx, "tmr_1", GIVE_BACK), READER),
}
READS: dict[str, Write] = {
    "intent": lambda it, ctx: it.intent(ctx, "pi_1", None),
    "reader": lambda it, ctx: it.reader(ctx, "tmr_1", None),
    "readers": lambda it, ctx: it.readers(ctx, None, None),
    "probe": lambda it, ctx: it.probe(ctx),  # type: ignore[attr-defined] # every connector's
}


async def failure(of: Awaitable[Any]) -> SourceError:
    """The error that it raises; neither it nor what it stands on quotes anything."""
    with pytest.raises(SourceError) as raised:
        await of
    error: BaseException | None = raised.value
    while error is not None:
        assert KEY not in str(error)
        assert "quoted" not in str(error)
        error = error.__cause__
    return raised.value
