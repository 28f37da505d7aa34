"""What a customer may pay with, as Stripe names it."""

import pytest

from connectors.sdk.terminal import IntentRequest
from connectors.stripe_terminal.method_types import allowed_types, lacking_types
from schema.domain.money import Money
from schema.domain.payment import CaptureMethod
from schema.domain.payment_method import PaymentMethodKind

CARD, PAYNOW = PaymentMethodKind.CARD, PaymentMethodKind.PAYNOW


def a_request(currency: str, *methods: PaymentMethodKind) -> IntentRequest:
    """A payment of 500 of the currency's smallest unit."""
    amount = Money(500, currency)
    return IntentRequest(amount, CaptureMethod.AUTOMATIC, "pay_1", methods=methods)


@pytest.mark.parametrize(
    ("currency", "methods", "types"),
    [
        ("CAD", (CARD,), ["card_present", "interac_present"]),
        ("JPY", (CARD,), ["card_present"]),
        ("SGD", (CARD, PAYNOW), ["card_present", "paynow"]),
        ("CAD", (PaymentMethodKind.WECHAT_PAY,), ["wechat_pay"]),
    ],
)
def test_what_is_asked_for(
    currency: str, methods: tuple[PaymentMethodKind, ...], types: list[str]
) -> None:
    """Interac is Canada's own, and belongs to its cards."""
    assert types == allowed_types(a_request(currency, *methods))


@pytest.mark.parametrize("kind", PaymentMethodKind)
def test_every_method_has_a_name_at_stripe(kind: PaymentMethodKind) -> None:
    """None is forgotten."""
    assert allowed_types(a_request("JPY", kind))


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        (["card_present", "paynow"], []),
        (["card", "paynow"], ["card_present"]),
        (["card_present"], ["paynow"]),
        ([], ["card_present", "paynow"]),
    ],
)
def test_what_stripe_leaves_out_without_a_word(given: list[str], lacking: list[str]) -> None:
    """Each method that was asked for and is not taken."""
    request = a_request("SGD", CARD, PAYNOW)

    assert lacking == lacking_types(request, {"payment_method_types": given})


def test_a_canadian_account_without_interac() -> None:
    """It was not asked for by name, so it is not missed."""
    request = a_request("CAD", CARD)

    assert [] == lacking_types(request, {"payment_method_types": ["card_present"]})
