"""What the driver sends, to a server in Stripe's place."""

import pytest
from aiohttp import web
from msgspec.structs import replace

from connectors.sdk.ports import TerminalDriver
from connectors.sdk.terminal import METHOD_UNAVAILABLE, ReaderOptions
from schema.domain.errors import (
    Rejected,
)
from schema.domain.money import Money
from schema.domain.payment import RefundReason
from tests.unit.connectors.stripe_terminal.stand_in import (
    GIVE_BACK,
    INTENT,
    KEY,
    READER,
    REFUND,
    REQUEST,
    WRITES,
    Open,
    Reply,
    Stripe,
    call,
    failure,
)


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
