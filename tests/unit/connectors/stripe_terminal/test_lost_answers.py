"""What failures of the provider mean, and what no call may do."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from connectors.sdk.terminal import ReaderOptions
from schema.domain.errors import (
    NotFound,
    OutcomeUnknown,
    Rejected,
    SchemaDrift,
    Unavailable,
)
from tests.unit.connectors.stripe_terminal.stand_in import (
    INTENT,
    KEY,
    READER,
    READS,
    REQUEST,
    WRITES,
    Open,
    Reply,
    Stripe,
    call,
    failure,
)


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
