"""The simulator against Stripe's published description of its API."""

from typing import Any
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace
from stripe._encode import _api_encode

from connectors.stripe_terminal.simulator.operations import OPERATIONS
from tests.unit.connectors.stripe_terminal.simulator.account import FRONT, KEY, SETUP, Account
from tests.unit.connectors.stripe_terminal.simulator.conftest import Open
from tests.unit.connectors.stripe_terminal.simulator.openapi import description

# Stripe names the id in the address after the thing.
_NAMES = {
    "locations": "{location}",
    "readers": "{reader}",
    "payment_intents": "{intent}",
    "charges": "{charge}",
    "customers": "{customer}",
    "payment_methods": "{payment_method}",
    "refunds": "{refund}",
    "setup_intents": "{intent}",
    "events": "{id}",
    "webhook_endpoints": "{webhook_endpoint}",
}


def template(path: str) -> str:
    """An operation's path as the description writes it."""
    before, _, after = path.partition("{id}")
    return before + _NAMES[before.split("/")[-2]] + after if after or before != path else path


class Caller:
    """Calls by name, each checked on its way there and back."""

    def __init__(self, account: Account) -> None:
        self.called: set[str] = set()
        self._account = account
        self._described = description()

    async def __call__(self, call: str, name: str = "", *, expected: int = 200, **form: Any) -> Any:
        """The answer to a call."""
        operation = OPERATIONS[call]
        self.called.add(call)
        where = template(operation.path)
        self._described.check_request(operation.method, where, form)
        path, encoded = operation.path.replace("{id}", name), urlencode(list(_api_encode(form)))
        is_post = operation.method == "POST"
        async with self._account.session.request(
            operation.method,
            self._account.url + path + ("" if is_post or not form else f"?{encoded}"),
            data=encoded if is_post else None,
            headers={
                "Authorization": f"Bearer {KEY}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        ) as answer:
            content = await answer.json()

        assert expected == answer.status, content
        self._described.check_answer(operation.method, where, answer.status, content)
        return content


@pytest.fixture
async def call(opened: Open) -> Caller:
    """Calls to a simulator of its own."""
    return Caller(await opened(replace(SETUP, refund_fails_after_s=0)))


def test_every_call_is_one_of_stripes() -> None:
    """By its method and its address."""
    known = {(path, method) for path, it in description().paths.items() for method in it}

    assert [] == [
        it.name for it in OPERATIONS.values() if (template(it.path), it.method.lower()) not in known
    ]


async def test_every_call_takes_and_answers_what_stripe_says(call: Caller) -> None:
    """In a day at a shop; every call there is comes in it, and every event is one of Stripe's."""
    await _places(call)
    await _payments(call)
    await _two_steps(call)
    await _codes(call)
    await _cards(call)
    await _inputs(call)
    await _interac(call)
    await _endpoints(call)
    events = (await call("list_events", limit=100))["data"]
    await call("retrieve_event", events[0]["id"])
    for event in events:
        description().check_object(event["data"]["object"])

    assert set(OPERATIONS) == call.called
    assert len(events) > 20


async def _places(call: Caller) -> None:
    place = await call(
        "create_location",
        display_name="Orchard",
        address={"country": "SG", "line1": "1 Orchard Road", "postal_code": "238823"},
        metadata={"store": "orchard"},
    )
    await call("update_location", place["id"], display_name="Orchard 2", metadata="")
    await call("retrieve_location", place["id"])
    await call("list_locations", limit=2)
    reader = await call(
        "create_reader", registration_code="simulated-wpe", location=place["id"], label="Till"
    )
    await call("update_reader", reader["id"], label="Till 2", metadata={"floor": "1"})
    await call("retrieve_reader", reader["id"], expand=["location"])
    await call("list_readers", location=place["id"], status="online")
    await call("create_reader", expected=400, registration_code="none", location=place["id"])
    await call("delete_location", place["id"], expected=400)
    await call("delete_reader", reader["id"])
    await call("delete_location", place["id"])


async def _intent(call: Caller, **form: Any) -> str:
    given: Any = {
        "amount": 5000,
        "currency": "jpy",
        "allowed_payment_method_types": ["card_present"],
    }
    name: str = (await call("create_payment_intent", **(given | form)))["id"]
    return name


async def _payments(call: Caller) -> None:
    options = {"card_present": {"request_incremental_authorization_support": True}}
    name = await _intent(
        call,
        capture_method="manual",
        description="A sale",
        metadata={"order": "7"},
        payment_method_options=options,
        setup_future_usage="off_session",
    )
    await call("update_payment_intent", name, amount=6000, metadata={"order": "8"})
    config = {"skip_tipping": False, "tipping": {"amount_eligible": 6000}}
    await call("process_payment_intent", FRONT, payment_intent=name, process_config=config)
    card = {"number": "4000000000000002"}
    await call("present_payment_method", FRONT, type="card_present", card_present=card)
    declined = await call("retrieve_reader", FRONT)
    assert "card_declined" == declined["action"]["api_error"]["code"]
    await call("process_payment_intent", FRONT, payment_intent=name, process_config=config)
    await call("present_payment_method", FRONT, amount_tip=500)
    await call("increment_authorization", name, amount=7000)
    await call("increment_authorization", name, expected=402, amount=7101)
    taken = await call("capture_payment_intent", name, amount_to_capture=6500)
    charge = await call("retrieve_charge", taken["latest_charge"])
    await call("retrieve_payment_method", charge["payment_method"])
    await call("list_charges", payment_intent=name)
    await call("list_payment_intents", created={"gte": taken["created"]}, limit=3)
    await call("search_payment_intents", query="metadata['order']:'8'")
    await call("retrieve_payment_intent", name, expand=["latest_charge", "payment_method"])
    refund = await call("create_refund", payment_intent=name, amount=100, reason="duplicate")
    await call("update_refund", refund["id"], metadata={"return": "1"})
    await call("retrieve_refund", refund["id"], expand=["charge"])
    await call("list_refunds", payment_intent=name)
    await call("create_refund", expected=400, payment_intent=name, amount=90_000)
    other = await _intent(call)
    await call("cancel_payment_intent", other, cancellation_reason="abandoned")
    await call("process_payment_intent", FRONT, expected=400, payment_intent=other)
    online = await _intent(call, allowed_payment_method_types=["card"])
    method = "pm_card_chargeDeclinedInsufficientFunds"
    await call("confirm_online", online, expected=402, payment_method=method)
    await call("confirm_online", online, payment_method="pm_card_visa")


async def _two_steps(call: Caller) -> None:
    name = await _intent(call)
    config = {"enable_customer_cancellation": True}
    await call("collect_payment_method", FRONT, payment_intent=name, collect_config=config)
    await call("present_payment_method", FRONT)
    await call("retrieve_reader", FRONT)
    await call("confirm_payment_intent", FRONT, payment_intent=name)
    cart = {
        "currency": "jpy",
        "line_items": [{"amount": 500, "description": "Tea", "quantity": 1}],
        "tax": 50,
        "total": 550,
    }
    await call("set_reader_display", FRONT, type="cart", cart=cart)
    await call("cancel_action", FRONT)


async def _codes(call: Caller) -> None:
    for currency, kind in (("sgd", "paynow"), ("sgd", "wechat_pay"), ("usd", "affirm")):
        types = [kind]
        name = await _intent(call, currency=currency, allowed_payment_method_types=types)
        await call("process_payment_intent", FRONT, payment_intent=name)
        shown = await call("retrieve_payment_intent", name)
        assert "requires_action" == shown["status"]
        await call("cancel_action", FRONT)


async def _cards(call: Caller) -> None:
    types = ["card_present"]
    customer = (await call("create_customer", name="Mari", metadata={"number": "7"}))["id"]
    await call("retrieve_customer", customer)
    saved = await call(
        "create_setup_intent",
        allowed_payment_method_types=types,
        customer=customer,
        description="Club",
    )
    name = saved["id"]
    await call("process_setup_intent", FRONT, setup_intent=name, allow_redisplay="always")
    card = {"number": "4000000000000002"}
    await call("present_payment_method", FRONT, type="card_present", card_present=card)
    await call("retrieve_setup_intent", name)
    await call("process_setup_intent", FRONT, setup_intent=name, allow_redisplay="always")
    reader = await call("present_payment_method", FRONT)
    await call(
        "retrieve_payment_method", reader["action"]["process_setup_intent"]["generated_card"]
    )
    await call("retrieve_setup_intent", name, expand=["payment_method"])
    other = await call("create_setup_intent", usage="on_session")
    await call("cancel_setup_intent", other["id"], cancellation_reason="abandoned")


async def _inputs(call: Caller) -> None:
    text = {"title": "Your opinion", "submit_button": "Send", "skip_button": "No"}
    choices = [{"id": "yes", "text": "Yes", "style": "primary"}, {"id": "no", "text": "No"}]
    toggles = [{"title": "Newsletter", "default_value": "enabled"}, {"description": "Post"}]
    kinds = ("email", "numeric", "phone", "signature")
    inputs: list[dict[str, Any]] = [{"type": it, "custom_text": text} for it in kinds]
    inputs.append({"type": "selection", "custom_text": text, "selection": {"choices": choices}})
    inputs[0] |= {"required": True, "toggles": toggles}
    asked: Any = {"inputs": inputs, "metadata": {"order": "7"}}
    await call("collect_inputs", FRONT, **asked)
    await call("succeed_input_collection", FRONT, skip_non_required_inputs="all")
    await call("collect_inputs", FRONT, **asked)
    await call("succeed_input_collection", FRONT)
    await call("collect_inputs", FRONT, inputs=[{"type": "text", "custom_text": text}])
    await call("timeout_input_collection", FRONT)


async def _interac(call: Caller) -> None:
    types = ["card_present", "interac_present"]
    name = await _intent(call, currency="cad", allowed_payment_method_types=types)
    card: Any = {"type": "interac_present", "interac_present": {"number": "4506445006931933"}}
    await call("process_payment_intent", FRONT, payment_intent=name)
    await call("present_payment_method", FRONT, **card)
    await call("create_refund", expected=400, payment_intent=name)
    await call("refund_payment", FRONT, payment_intent=name, amount=1000, metadata={"return": "2"})
    await call("present_payment_method", FRONT, **card)


async def _endpoints(call: Caller) -> None:
    made = await call(
        "create_webhook_endpoint",
        url="http://127.0.0.1:9/webhooks",
        enabled_events=["payment_intent.succeeded"],
        description="A till",
    )
    await call("list_webhook_endpoints")
    await call("retrieve_webhook_endpoint", made["id"])
    await call("delete_webhook_endpoint", made["id"])
