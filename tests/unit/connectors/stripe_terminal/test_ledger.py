"""Stripe's lists are read page by page, and a row in a strange form costs no page."""

import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from aiohttp import web
from msgspec.structs import replace

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.ports import PaymentLedger
from connectors.sdk.source import SourceContext
from connectors.sdk.terminal import ProviderEvent
from connectors.stripe_terminal.client import StripeTerminal
from connectors.stripe_terminal.config import StripeTerminalConfig
from schema.domain.errors import SchemaDrift
from schema.domain.money import Money
from schema.domain.scope import Actor

SINCE = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC)
INTENT = {
    "object": "payment_intent",
    "id": "pi_1",
    "status": "succeeded",
    "amount": 500,
    "amount_capturable": 0,
    "amount_received": 500,
    "currency": "jpy",
    "payment_method_types": ["card_present"],
    "created": 1795510800,
}
REFUND = {
    "object": "refund",
    "id": "re_1",
    "amount": 300,
    "currency": "jpy",
    "status": "succeeded",
    "payment_intent": "pi_1",
    "created": 1795510800,
}


EVENT = {
    "object": "event",
    "id": "evt_1",
    "type": "refund.failed",
    "created": 1795510800,
    "data": {"object": REFUND},
}


class Listed:
    """Stripe as a test has it answer: a list of these rows."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self.has_more = False
        self.kind = "list"
        self.asked: list[dict[str, str]] = []

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        """Answer a list."""
        self.asked.append(dict(request.query))
        content = {
            "object": self.kind,
            "url": request.path,
            "has_more": self.has_more,
            "data": self.rows,
        }
        return web.Response(body=msgspec.json.encode(content), content_type="application/json")


@pytest.fixture
def listed() -> Listed:
    """What Stripe lists."""
    return Listed()


@pytest.fixture
async def ledger(listed: Listed) -> AsyncIterator[StripeTerminal]:
    """The connector to it."""
    runner = web.ServerRunner(web.Server(listed), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    made = StripeTerminal(
        StripeTerminalConfig.model_validate({"api_key": "sk_test_1", "api_base": url}),
        SourceContext("stripe", Limits(timeout_s=5), HttpClients()),
    )
    yield made
    await made.aclose()
    await runner.cleanup()


def call() -> CallContext:
    """A call."""
    return CallContext(time.monotonic() + 10, Actor("tillgraph", "system"), "trace")


async def test_a_page_of_payments(ledger: PaymentLedger, listed: Listed) -> None:
    """As many as a page holds, with their charges, from the second on."""
    listed.rows, listed.has_more = [INTENT], True
    page = await ledger.intent_page(call(), SINCE, None, None)
    await ledger.intent_page(call(), SINCE, None, page.next)

    (row,) = page.rows
    assert ("pi_1", Money(500, "JPY"), "pi_1") == (row.id, row.received, page.next)
    first = {"limit": "100", "created[gte]": str(int(SINCE.timestamp()))}
    assert [first | {"expand[0]": "data.latest_charge"}] == listed.asked[:1]
    assert "pi_1" == listed.asked[1]["starting_after"]


async def test_a_page_of_refunds(ledger: PaymentLedger, listed: Listed) -> None:
    """With the payment that each gives back, whether its id stands there or the whole of it."""
    listed.rows = [REFUND, REFUND | {"id": "re_2", "payment_intent": INTENT}]
    listed.rows += [REFUND | {"id": "re_3", "payment_intent": None}]
    page = await ledger.refund_page(call(), SINCE, None, "re_0")

    assert [("re_1", "pi_1"), ("re_2", "pi_1"), ("re_3", None)] == [
        (it.refund.id, it.intent) for it in page.rows
    ]
    assert page.next is None
    assert "re_0" == listed.asked[0]["starting_after"]


async def test_a_page_of_what_was_told(ledger: PaymentLedger, listed: Listed) -> None:
    """Only of kinds that are applied; each is what its message would be, and of the account."""
    listed.rows, listed.has_more = [EVENT, EVENT | {"id": "evt_2", "account": "acct_2"}], True
    page = await ledger.event_page(call(), SINCE, "acct_1", "evt_0")

    created_at = datetime.fromtimestamp(1795510800, UTC)
    told = ProviderEvent(
        "evt_1", "refund.failed", created_at, "pi_1", refund="re_1", account="acct_1"
    )
    assert ((told, replace(told, id="evt_2", account="acct_2")), "evt_2") == (page.rows, page.next)
    (asked,) = listed.asked
    kinds = {value for name, value in asked.items() if name.startswith("types[")}
    assert {"refund.failed", "charge.refund.updated", "payment_intent.succeeded"} <= kinds
    assert len(kinds) <= 20, "more than that Stripe refuses"
    assert (str(int(SINCE.timestamp())), "evt_0") == (
        asked["created[gte]"],
        asked["starting_after"],
    )


Ask = Callable[[PaymentLedger], Any]


@pytest.mark.parametrize(
    ("rows", "ask"),
    [
        (
            [INTENT, INTENT | {"id": "pi_2", "status": "levitating"}],
            lambda it: it.intent_page(call(), SINCE, None, None),
        ),
        (
            [REFUND, REFUND | {"id": "re_2", "payment_intent": 7}],
            lambda it: it.refund_page(call(), SINCE, None, None),
        ),
        (
            [EVENT, EVENT | {"id": "evt_2", "created": "yesterday"}],
            lambda it: it.event_page(call(), SINCE, None, None),
        ),
    ],
)
async def test_a_strange_row(
    ledger: PaymentLedger, listed: Listed, rows: list[Any], ask: Ask
) -> None:
    """It is named, and the others are there."""
    listed.rows = rows
    page = await ask(ledger)

    assert (1, (rows[1]["id"],)) == (len(page.rows), page.unreadable)


async def test_what_is_no_list(ledger: PaymentLedger, listed: Listed) -> None:
    """Whoever answers so is not Stripe."""
    listed.rows = ["no object"]

    with pytest.raises(SchemaDrift):
        await ledger.intent_page(call(), SINCE, None, None)


async def test_a_payment_by_its_name(ledger: StripeTerminal, listed: Listed) -> None:
    """By our own id exactly, with its charge; none where there is none."""
    other = INTENT | {"id": "pi_0", "metadata": {"tillgraph_payment": "PAY_1"}}
    listed.kind = "search_result"
    listed.rows = [other, INTENT | {"metadata": {"tillgraph_payment": "pay_1"}}]
    found = await ledger.intent_named(call(), "pay_1", None)
    listed.rows = []
    nothing = await ledger.intent_named(call(), "pay_2", None)

    assert found is not None
    assert ("pi_1", None) == (found.id, nothing)
    assert ["metadata['tillgraph_payment']:'pay_1'", "metadata['tillgraph_payment']:'pay_2'"] == [
        it["query"] for it in listed.asked
    ]
    listed.kind = "list"
    with pytest.raises(SchemaDrift):
        await ledger.intent_named(call(), "pay_1", None)
