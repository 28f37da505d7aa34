import re
from typing import Any

from connectors.stripe_terminal.amounts import amount_rule
from gateway.payments import failures
from schema.domain.money import Money
from schema.domain.payment import FINAL_STATES, PaymentFailure, PaymentState
from tests.docs.pages import page
from tests.e2e.client import Client
from tests.e2e.estate import Estate
from tests.e2e.till import reached, yen

PAGE = page("docs/payments.md")
DOCUMENTS = {it.text.split()[1].split("(")[0]: it.text for it in PAGE.blocks("graphql")}


async def _started(client: Client, document: str) -> str:
    started = (await client.ask(document)).data["terminalPaymentStart"]
    assert [] == started["userErrors"]
    name: str = started["payment"]["id"]
    return name


async def _done(client: Client, name: str, payment: str) -> dict[str, Any]:
    """What a mutation of the page answers; it must have done something."""
    [payload] = (await client.ask(DOCUMENTS[name], {"payment": payment})).data.values()
    assert [] == payload.pop("userErrors")
    found: dict[str, Any] = payload
    return found


def test_every_state_is_told() -> None:
    """And which of them are final."""
    final = PAGE.text.partition(" are final")[0].rpartition("\n\n")[2]

    assert {it.value for it in PaymentState} == {*PAGE.table("state")}
    assert {it for it in PAGE.table("state") if f"`{it}`" in final} == {
        it.value for it in FINAL_STATES
    }


def test_every_failure_of_ours_is_told() -> None:
    """The codes; the provider's own are its own."""
    ours = {it.code for it in vars(failures).values() if isinstance(it, PaymentFailure)}

    assert ours == {*PAGE.table("code")}


async def test_a_payment_goes_as_shown(estate: Estate) -> None:
    """Started, captured in part, followed, and given back in part."""
    client = estate.client()
    payment = await _started(client, DOCUMENTS["Start"])
    assert payment == await _started(client, DOCUMENTS["Start"])
    await reached(client, payment, "AUTHORIZED")

    captured = await _done(client, "Capture", payment)
    follow = client.over_events(DOCUMENTS["Follow"], {"payment": payment})
    followed = [it["paymentUpdated"] async for it in follow]
    refunded = await _done(client, "Refund", payment)

    taken = {"state": "CAPTURED", "captured": yen("4000")}
    assert taken == captured["payment"]
    assert [{**taken, "failure": None}] == followed
    assert "SUCCEEDED" == refunded["refund"]["state"]
    assert yen("1000") == refunded["payment"]["refunded"]


async def test_another_card_is_tried_as_shown(estate: Estate) -> None:
    """A payment whose card was not refused says so, in the words of the page."""
    client = estate.client()
    document = DOCUMENTS["Start"].replace("receipt-88", "receipt-retry")
    payment = await _started(client, document)
    await reached(client, payment, "AUTHORIZED")
    answer = await client.ask(DOCUMENTS["Retry"], {"payment": payment})
    await client.ask(DOCUMENTS["Cancel"], {"payment": payment})

    assert ["PAYMENT_STATE"] == [
        it["code"] for it in answer.data["terminalPaymentRetry"]["userErrors"]
    ]


async def test_a_payment_is_called_off_as_shown(estate: Estate) -> None:
    """While its money is held."""
    client = estate.client()
    document = DOCUMENTS["Start"].replace("receipt-88", "receipt-89")
    payment = await _started(client, document.replace("Front counter", "Gift desk"))
    await reached(client, payment, "AUTHORIZED")

    canceled = await _done(client, "Cancel", payment)

    assert "CANCELED" == canceled["payment"]["state"]


async def test_an_order_is_paid_in_parts_as_shown(estate: Estate) -> None:
    """What is due falls by the part at once, and is what the next payment takes."""
    client = estate.client()
    query = "{ orders(first: 50) { nodes { id status total { amount } due { amount } } } }"
    nodes = (await client.ask(query)).data["orders"]["nodes"]
    open_orders = [it for it in nodes if it["status"] == "OPEN"]
    # From the oldest on: one of the newest is the README's.
    order = next(it for it in reversed(open_orders) if int(it["due"]["amount"]) > 2100)

    document = DOCUMENTS["Part"].replace("Front counter", "Gift desk")
    answer = (await client.ask(document, {"order": order["id"]})).data["terminalPaymentStart"]
    await reached(client, answer["payment"]["id"], "CAPTURED")

    assert [] == answer["userErrors"]
    rest = str(int(order["due"]["amount"]) - 2000)
    assert ("2000", rest) == (
        answer["payment"]["amount"]["amount"],
        answer["payment"]["order"]["due"]["amount"],
    )


async def test_a_hold_grows_as_shown(estate: Estate) -> None:
    """And its receipt tells of the card."""
    client = estate.client()
    document = DOCUMENTS["Start"].replace("receipt-88", "receipt-90")
    document = document.replace(
        "captureMethod: MANUAL", "captureMethod: MANUAL incrementable: true"
    )
    payment = await _started(client, document.replace("Front counter", "Gift desk"))
    await reached(client, payment, "AUTHORIZED")

    grown = (await _done(client, "Increase", payment))["payment"]
    shown = (await client.ask(DOCUMENTS["Receipt"], {"payment": payment})).data["payment"]

    assert ("AUTHORIZED", "5000", "5000", None) == (
        grown["state"],
        grown["amount"]["amount"],
        grown["authorized"]["amount"],
        grown["failure"],
    )
    assert ("visa", "4242") == (shown["receipt"]["brand"], shown["receipt"]["last4"])
    assert (None, "0") == (shown["tip"], shown["captured"]["amount"])


def test_the_least_amounts_are_those_of_the_code() -> None:
    """Each currency of the table, at its place."""
    rows = re.findall(r"^\| ([0-9.]+) \| ([A-Z, ]+) \|$", PAGE.text, re.MULTILINE)
    told = {
        currency: Money.of(least, currency).minor
        for least, currencies in rows
        for currency in currencies.split(", ")
    }
    rules = {currency: amount_rule(currency) for currency in told}

    assert len(told) > 20
    assert told == {currency: rule.least for currency, rule in rules.items() if rule}
