"""Trying another card, as clients ask for it."""

from gateway.payments.states import State
from tests.unit.gateway.payments.till import DEVICE
from tests.unit.schema.graphql.shop import Shop

START = """mutation { terminalPaymentStart(input: { idempotencyKey: "k1",
  reader: { store: "ginza", name: "Front counter" }, amount: { amount: "1000", currency: "JPY" } })
  { payment { id retryUntil } } }"""
RETRY = """mutation($input: TerminalPaymentRetryInput!) { terminalPaymentRetry(input: $input) {
  payment { state retryUntil reader { name } failure { code } } userErrors { code } } }"""
PAYMENT = "query($id: ID!) { payment(id: $id) { state retryUntil failure { code } } }"


async def test_another_card_is_tried_at_another_reader(shop: Shop) -> None:
    """Declined, with the time until which it may be; then it waits at the other reader."""
    started = (await shop.data(START))["terminalPaymentStart"]["payment"]
    shop.till.terminal.decline(DEVICE)
    await shop.till.reaches(State.CARD_REFUSED)
    declined = (await shop.data(PAYMENT, id=started["id"]))["payment"]
    reader = {"store": "ginza", "name": "Gift desk"}
    asked = {"payment": started["id"], "reader": reader}
    retried = (await shop.data(RETRY, input=asked))["terminalPaymentRetry"]
    again = (await shop.data(RETRY, input={"payment": started["id"]}))["terminalPaymentRetry"]

    assert ("DECLINED", {"code": "card_declined"}) == (declined["state"], declined["failure"])
    assert started["retryUntil"] is None
    assert declined["retryUntil"] is not None
    assert [] == retried["userErrors"] == again["userErrors"]
    assert retried["payment"] == {
        "state": "AWAITING_CARD",
        "retryUntil": None,
        "reader": {"name": "Gift desk"},
        "failure": None,
    }


async def test_what_is_no_payment_is_not_tried_again(shop: Shop) -> None:
    """It is unknown."""
    payload = (await shop.data(RETRY, input={"payment": "nonsense"}))["terminalPaymentRetry"]

    assert {"payment": None, "userErrors": [{"code": "PAYMENT_UNKNOWN"}]} == payload
