"""The driver against a server in Stripe's place: what is sent, and what failures mean."""

import asyncio
import json
import logging
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from msgspec.structs import replace

from connectors.sdk.context import CallContext
from connectors.sdk.http import HttpClients
from connectors.sdk.manifest import Limits
from connectors.sdk.ports import TerminalDriver
from connectors.sdk.source import SourceContext
from connectors.sdk.terminal import METHOD_UNAVAILABLE, IntentRequest, ReaderOptions, RefundRequest
from connectors.stripe_terminal.client import StripeTerminal
from connectors.stripe_terminal.config import StripeTerminalConfig
from schema.domain.errors import (
    NotFound,
    OutcomeUnknown,
    Rejected,
    SchemaDrift,
    SourceError,
    Unavailable,
)
from schema.domain.money import Money
from schema.domain.payment import CaptureMethod, RefundReason
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


@pytest.fixture
async def stripe_server() -> AsyncIterator[Stripe]:
    """A server on a free port."""
    server = Stripe()
    runner = web.ServerRunner(
        web.Server(server.handle, handler_cancellation=True), shutdown_timeout=0
    )
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


Open = Callable[..., StripeTerminal]


@pytest.fixture
async def driver() -> AsyncIterator[Open]:
    """Makes drivers, and closes them after the test."""
    drivers: list[StripeTerminal] = []

    def opening(url: str, *, timeout_s: float = 5, **config: Any) -> StripeTerminal:
        made = StripeTerminal(
            StripeTerminalConfig.model_validate({"api_key": KEY, "api_base": url, **config}),
            SourceContext("stripe", Limits(timeout_s=timeout_s), HttpClients()),
        )
        drivers.append(made)
        return made

    yield opening
    for made in drivers:
        await made.aclose()


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


async def test_it_is_a_terminal_driver(driver: Open) -> None:
    """The registry learns the port from the class."""
    assert isinstance(driver("http://127.0.0.1:9"), TerminalDriver)


async def test_making_it_opens_no_connection(stripe_server: Stripe, driver: Open) -> None:
    """Boot calls no system, and closing what was never used works."""
    made = driver(stripe_server.url)
    await made.aclose()

    assert [] == stripe_server.requests


async def test_an_intent_is_announced_for_cards_on_readers(
    stripe_server: Stripe, driver: Open
) -> None:
    """In the smallest unit, under the caller's key, with our payment's id for look-ups."""
    state = await driver(stripe_server.url).create_intent(call("pay_1:intent"), REQUEST)

    assert ("pi_1", Money(500, "JPY")) == (state.id, state.amount)
    assert {
        "amount": "500",
        "currency": "jpy",
        "capture_method": "manual",
        "allowed_payment_method_types[0]": "card_present",
        "metadata[tillgraph_payment]": "pay_1",
        "expand[0]": "latest_charge",
    } == stripe_server.forms[0]
    headers = stripe_server.requests[0].headers
    assert "pay_1:intent" == headers["Idempotency-Key"]
    assert f"Bearer {KEY}" == headers["Authorization"]
    assert "Stripe-Account" not in headers


async def test_an_intent_that_readers_cannot_take_is_refused(
    stripe_server: Stripe, driver: Open
) -> None:
    """Stripe filters the types that were asked for, and says nothing."""
    stripe_server.reply = lambda _: (200, {**INTENT, "payment_method_types": ["card"]})
    error = await failure(driver(stripe_server.url).create_intent(call("k"), REQUEST))

    assert isinstance(error, Rejected)
    assert METHOD_UNAVAILABLE == error.reason
    assert "card_present" in str(error)


async def test_a_hold_that_may_grow_is_asked_for(stripe_server: Stripe, driver: Open) -> None:
    """Only then does the network say whether it may."""
    request = replace(REQUEST, incrementable=True)
    await driver(stripe_server.url).create_intent(call("k"), request)

    option = "payment_method_options[card_present][request_incremental_authorization_support]"
    assert "true" == stripe_server.forms[0][option]


async def test_a_hold_grows_to_the_whole_amount(stripe_server: Stripe, driver: Open) -> None:
    """Under the attempt's key."""
    await driver(stripe_server.url).increase(call("k"), "pi_1", Money(900, "JPY"), None)

    assert "/v1/payment_intents/pi_1/increment_authorization" == stripe_server.requests[0].path
    assert {"amount": "900", "expand[0]": "latest_charge"} == stripe_server.forms[0]
    assert "k" == stripe_server.requests[0].headers["Idempotency-Key"]


@pytest.mark.parametrize(
    ("options", "config"),
    [
        (ReaderOptions(), {"enable_customer_cancellation": "True", "skip_tipping": "True"}),
        (
            ReaderOptions(Money(900, "JPY"), skip_tipping=False, customer_cancellation=False),
            {
                "enable_customer_cancellation": "False",
                "skip_tipping": "False",
                "tipping][amount_eligible": "900",
            },
        ),
        (
            ReaderOptions(Money(900, "JPY"), skip_tipping=True),
            {"enable_customer_cancellation": "True", "skip_tipping": "True"},
        ),
    ],
)
async def test_a_payment_is_sent_to_a_reader(
    stripe_server: Stripe, driver: Open, options: ReaderOptions, config: dict[str, str]
) -> None:
    """Tips are suggested only where they are wanted."""
    stripe_server.reply = lambda _: (200, READER)
    await driver(stripe_server.url).process(call("k"), "tmr_1", "pi_1", options)

    assert "/v1/terminal/readers/tmr_1/process_payment_intent" == stripe_server.requests[0].path
    assert {
        "payment_intent": "pi_1",
        **{f"process_config[{name}]": value for name, value in config.items()},
    } == {name: value.title() if value.isalpha() else value for name, value in _form(stripe_server)}


def _form(server: Stripe) -> list[tuple[str, str]]:
    return list(server.forms[0].items())


@pytest.mark.parametrize(
    ("amount", "form"),
    [(None, {}), (Money(300, "JPY"), {"amount_to_capture": "300"})],
)
async def test_all_or_a_part_is_captured(
    stripe_server: Stripe, driver: Open, amount: Money | None, form: dict[str, str]
) -> None:
    """No amount is all that is held."""
    await driver(stripe_server.url).capture(call("k"), "pi_1", amount, None)

    assert {"expand[0]": "latest_charge", **form} == stripe_server.forms[0]


async def test_a_refund_goes_to_the_card_it_came_from(stripe_server: Stripe, driver: Open) -> None:
    """By the intent: no reader and no card is needed. It bears our refund's id."""
    stripe_server.reply = lambda _: (200, REFUND)
    refund = await driver(stripe_server.url).refund(call("k"), GIVE_BACK)
    why = RefundReason.REQUESTED_BY_CUSTOMER
    await driver(stripe_server.url).refund(call("k"), replace(GIVE_BACK, reason=why))

    asked = {"payment_intent": "pi_1", "amount": "9", "metadata[tillgraph_refund]": "ref_1"}
    assert Money(9, "JPY") == refund.amount
    assert [asked, asked | {"reason": "requested_by_customer"}] == stripe_server.forms


async def test_a_refund_at_a_reader_asks_for_the_card_there(
    stripe_server: Stripe, driver: Open
) -> None:
    """The customer may cancel it; Stripe takes no reason there."""
    stripe_server.reply = lambda _: (200, READER)
    request = replace(GIVE_BACK, reason=RefundReason.DUPLICATE)
    await driver(stripe_server.url).refund_at_reader(call("k"), "tmr_1", request)

    assert "/v1/terminal/readers/tmr_1/refund_payment" == stripe_server.requests[0].path
    assert {
        "payment_intent": "pi_1",
        "amount": "9",
        "metadata[tillgraph_refund]": "ref_1",
        "refund_payment_config[enable_customer_cancellation]": "true",
    } == {
        key: value.lower() if value == "True" else value
        for key, value in stripe_server.forms[0].items()
    }


async def test_what_was_given_back_is_listed_to_its_end(
    stripe_server: Stripe, driver: Open
) -> None:
    """Oldest first, over as many pages as there are; Stripe gives the newest first."""

    def page(request: web.BaseRequest) -> Reply:
        after = request.query.get("starting_after")
        rows = (
            [REFUND | {"id": "re_1"}] if after else [REFUND | {"id": it} for it in ("re_3", "re_2")]
        )
        return 200, {"object": "list", "url": "/v1/refunds", "has_more": not after, "data": rows}

    stripe_server.reply = page
    found = await driver(stripe_server.url).refunds(call(), "pi_1", None)

    assert ["re_1", "re_2", "re_3"] == [it.id for it in found]
    assert "pi_1" == stripe_server.requests[0].query["payment_intent"]


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_without_a_key_is_never_sent(
    stripe_server: Stripe, driver: Open, name: str
) -> None:
    """The package would invent a key, and a repetition would then be a second effect."""
    write, _ = WRITES[name]
    with pytest.raises(ValueError, match="idempotency_key"):
        await write(driver(stripe_server.url), call())

    assert [] == stripe_server.requests


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_bears_its_key_and_its_account(
    stripe_server: Stripe, driver: Open, name: str
) -> None:
    """The configured account owns whatever a call does not assign."""
    write, content = WRITES[name]
    stripe_server.reply = lambda _: (200, content)
    await write(driver(stripe_server.url, account="acct_1"), call("the key"))

    headers = stripe_server.requests[0].headers
    assert ("the key", "acct_1") == (headers["Idempotency-Key"], headers["Stripe-Account"])


async def test_a_call_may_name_another_account(stripe_server: Stripe, driver: Open) -> None:
    """Readers may belong to several."""
    await driver(stripe_server.url, account="acct_1").intent(call(), "pi_1", "acct_2")

    assert "acct_2" == stripe_server.requests[0].headers["Stripe-Account"]
    assert {"expand[0]": "latest_charge"} == stripe_server.forms[0]


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_that_nobody_received_has_not_happened(driver: Open, name: str) -> None:
    """It may be sent again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        error = await failure(WRITES[name][0](driver(url), call("k")))

    assert Unavailable is type(error)


async def _hang(_: web.BaseRequest) -> Reply:
    await asyncio.sleep(60)
    return 200, {}


async def _drop(request: web.BaseRequest) -> Reply:
    assert request.transport is not None
    request.transport.abort()
    return 200, {}


LOST: dict[str, Callable[[web.BaseRequest], Awaitable[Reply] | Reply]] = {
    "hangs": _hang,
    "drops": _drop,
    "a proxy's page": lambda _: (200, "<html>quoted</html>"),
    "half an answer": lambda _: (200, '{"id": "pi_quoted"'),
    "another thing": lambda _: (200, {"id": "quoted", "object": "customer"}),
    "another form": lambda _: (200, {"id": "quoted"}),
    "a list": lambda _: (200, [{"id": "pi_quoted"}]),
    "null": lambda _: (200, "null"),
    "a word": lambda _: (200, '"quoted"'),
    "an error of the server": lambda _: (500, {"error": {"message": "quoted"}}),
    "an error in another form": lambda _: (500, {"error": "quoted"}),
    "a bad gateway": lambda _: (502, "<html>quoted</html>"),
}


def _patience_s(fault: str) -> float:
    """Little where an answer never comes; else enough for a machine that has much to do."""
    return 0.5 if fault == "hangs" else 10.0


@pytest.mark.parametrize("name", [name for name in WRITES if name != "create_intent"])
@pytest.mark.parametrize("fault", LOST)
async def test_a_write_whose_answer_is_lost_is_unknown(
    stripe_server: Stripe, driver: Open, name: str, fault: str
) -> None:
    """It may have happened, and the key alone may say so: nothing is sent a second time."""
    stripe_server.reply = LOST[fault]
    made = driver(stripe_server.url, timeout_s=_patience_s(fault))
    error = await failure(WRITES[name][0](made, call("k")))

    assert OutcomeUnknown is type(error)
    assert 1 == len(stripe_server.requests)


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("fault", LOST)
async def test_a_read_whose_answer_is_lost_has_learnt_nothing(
    stripe_server: Stripe, driver: Open, name: str, fault: str
) -> None:
    """It is never said to have had an outcome."""
    stripe_server.reply = LOST[fault]
    error = await failure(
        READS[name](driver(stripe_server.url, timeout_s=_patience_s(fault)), call())
    )

    assert type(error) in {Unavailable, SchemaDrift}


async def test_a_thing_that_stripe_does_not_know(stripe_server: Stripe, driver: Open) -> None:
    """Only Stripe's own word for it counts; a page that is not found is a wrong address."""
    made = driver(stripe_server.url)
    body = {"error": {"code": "resource_missing", "message": "No such payment_intent: 'quoted'"}}
    stripe_server.reply = lambda _: (404, body)
    assert NotFound is type(await failure(made.intent(call(), "pi_1", None)))

    stripe_server.reply = lambda _: (404, "<html>quoted</html>")
    assert Rejected is type(await failure(made.intent(call(), "pi_1", None)))


async def test_a_redirect_is_not_followed(stripe_server: Stripe, driver: Open) -> None:
    """A write must not be sent elsewhere, nor its key shown to anybody."""

    async def away(request: web.BaseRequest) -> Reply:
        raise web.HTTPTemporaryRedirect(f"{stripe_server.url}/elsewhere")

    stripe_server.reply = away
    error = await failure(
        driver(stripe_server.url).process(call("k"), "tmr_1", "pi_1", ReaderOptions())
    )

    assert OutcomeUnknown is type(error)
    assert 1 == len(stripe_server.requests)


async def test_every_page_of_readers_is_read(stripe_server: Stripe, driver: Open) -> None:
    """Ordered by id, however Stripe orders them; the account is named on every page."""
    pages = {None: (["tmr_3", "tmr_2"], True), "tmr_2": (["tmr_1"], False)}

    def reply(request: web.BaseRequest) -> Reply:
        ids, more = pages[request.query.get("starting_after")]
        rows = [{**READER, "id": name} for name in ids]
        listing = {"object": "list", "url": "/v1/terminal/readers", "data": rows, "has_more": more}
        return 200, listing

    stripe_server.reply = reply
    found = await driver(stripe_server.url).readers(call(), "tml_1", "acct_2")

    assert ["tmr_1", "tmr_2", "tmr_3"] == [reader.id for reader in found]
    assert {("tml_1", "100", "acct_2")} == {
        (it.query["location"], it.query["limit"], it.headers["Stripe-Account"])
        for it in stripe_server.requests
    }


async def test_pages_without_end_meet_the_deadline(stripe_server: Stripe, driver: Open) -> None:
    """A server that repeats itself cannot keep us for ever."""
    listing = {"object": "list", "url": "/v1/terminal/readers", "data": [READER], "has_more": True}
    stripe_server.reply = lambda _: (200, listing)
    error = await failure(driver(stripe_server.url).readers(call(seconds=0.3), None, None))

    assert Unavailable is type(error)


async def test_callers_do_not_share_a_deadline(stripe_server: Stripe, driver: Open) -> None:
    """One that is in a hurry does not hurry the others."""

    async def slowly(request: web.BaseRequest) -> Reply:
        await asyncio.sleep(0.3)
        return 200, INTENT

    stripe_server.reply = slowly
    made = driver(stripe_server.url)
    hasty, patient = await asyncio.gather(
        made.intent(call(seconds=0.1), "pi_1", None),
        made.intent(call(), "pi_1", None),
        return_exceptions=True,
    )

    assert isinstance(hasty, Unavailable)
    assert "pi_1" == getattr(patient, "id", None)


async def test_an_id_cannot_lead_to_another_address(stripe_server: Stripe, driver: Open) -> None:
    """What comes from a client is escaped."""
    await driver(stripe_server.url).intent(call(), "../refunds?x=1", None)

    assert "/v1/payment_intents/" in stripe_server.requests[0].raw_path
    assert "/../" not in stripe_server.requests[0].raw_path


async def test_nothing_secret_is_logged(
    stripe_server: Stripe, driver: Open, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither at the level of info nor above it."""
    caplog.set_level(logging.INFO)
    await driver(stripe_server.url).create_intent(call("the-idempotency-key"), REQUEST)

    assert KEY not in caplog.text
    assert "the-idempotency-key" not in caplog.text
