"""Calls that are refused before anything is done, without a server."""

from typing import Any

import pytest

from tests.unit.connectors.stripe_terminal.simulator.till import READER, Till


@pytest.mark.parametrize(
    ("call", "form", "code", "param"),
    [
        ("refund_payment", {}, None, None),
        (
            "refund_payment",
            {"payment_intent": "a", "charge": "b"},
            "parameters_exclusive",
            "charge",
        ),
        ("refund_payment", {"charge": "ch_none"}, "resource_missing", "charge"),
        (
            "process_setup_intent",
            {"setup_intent": "seti_none", "allow_redisplay": "always"},
            "resource_missing",
            "setup_intent",
        ),
        ("set_reader_display", {"type": "cart"}, "parameter_missing", "cart"),
        ("cancel_action", {"odd": "1"}, "parameter_unknown", "odd"),
        ("retrieve_payment_method", {}, "resource_missing", "payment_method"),
        ("retrieve_setup_intent", {}, "resource_missing", "intent"),
        ("update_refund", {}, "resource_missing", "refund"),
        ("update_location", {}, "resource_missing", "location"),
        (
            "create_refund",
            {"payment_intent": "a", "charge": "b"},
            "parameters_exclusive",
            "charge",
        ),
        (
            "create_setup_intent",
            {"allowed_payment_method_types": ["paypay"]},
            None,
            "allowed_payment_method_types",
        ),
        (
            "create_payment_intent",
            {"amount": "500", "currency": "jpy", "allowed_payment_method_types": ["paypay"]},
            None,
            "allowed_payment_method_types",
        ),
    ],
)
def test_a_call_makes_no_sense(
    call: str, form: dict[str, Any], code: str | None, param: str | None
) -> None:
    """It is told what is wrong, and which parameter."""
    error = Till().refused(call, READER, **form)

    assert (code, param) == (error.get("code"), error.get("param"))


def test_changing_what_a_payment_takes_follows_the_account() -> None:
    """What it cannot take is left out again."""
    till = Till()
    types = ["paynow", "paypay"]
    name = till.intent(500, "sgd")
    told = till.ask("update_payment_intent", name, allowed_payment_method_types=types)

    assert ["paynow"] == told["payment_method_types"]


def test_a_cart_is_shown_in_whole_numbers() -> None:
    """A reader would show nothing, and say nothing, for others: they are refused here."""
    cart = {
        "currency": "jpy",
        "line_items": [{"amount": "500.5", "description": "Tea", "quantity": "1"}],
        "total": "500",
    }
    error = Till().refused("set_reader_display", READER, type="cart", cart=cart)

    assert "parameter_invalid_integer" == error["code"]
    assert error["param"].startswith("cart[line_items")
