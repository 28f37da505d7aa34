from typing import Any

from gateway.payments import refund_at_reader, refund_reading
from gateway.payments.failures import NO_CARD
from schema.domain.payment import PaymentFailure, RefundState
from tests.docs.pages import page
from tests.e2e.estate import Estate
from tests.e2e.till import reached, started

PAGE = page("docs/refunds.md")
DOCUMENTS = {it.text.split()[1].split("(")[0]: it.text for it in PAGE.blocks("graphql")}
_REFUND = """mutation Refund($payment: ID!) {
  paymentRefund(input: {payment: $payment, idempotencyKey: "a part", reason: DUPLICATE,
    amount: {amount: "100", currency: "JPY"}}) { refund { id state } userErrors { code } } }"""


def test_every_state_is_told() -> None:
    """Of refunds, which are not those of payments."""
    assert {it.value for it in RefundState} == {*PAGE.table("state")}


def test_every_failure_of_ours_is_told() -> None:
    """The codes; the provider's own are its own."""
    modules = (refund_at_reader, refund_reading)
    ours = {
        it.code
        for module in modules
        for name, it in vars(module).items()
        if isinstance(it, PaymentFailure) and name in {"NOT_MADE", "CLEARED"}
    }

    assert ours | {NO_CARD.code} == {*PAGE.table("code")}


async def test_refunds_and_lists_are_as_shown(estate: Estate) -> None:
    """A card that needs no reader says so; what was given back stands in the list."""
    client = estate.client()
    payment = await started(client, "ginza", "Gift desk")
    await reached(client, payment, "CAPTURED")

    async def told(document: str) -> Any:
        return (await client.ask(document, {"payment": payment})).data["paymentRefund"]

    refused = await told(DOCUMENTS["RefundAtReader"])
    given = await told(_REFUND)
    listed = (await client.ask(DOCUMENTS["Lists"])).data["payments"]["nodes"]

    assert ["REFUND_NEEDS_NO_READER"] == [it["code"] for it in refused["userErrors"]]
    assert [] == given["userErrors"]
    mine = next(it for it in listed if it["id"] == payment)
    assert [given["refund"]["id"]] == [it["id"] for it in mine["refunds"]]
