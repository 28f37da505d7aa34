"""What a customer may pay with, as Stripe names it. Pure: no I/O.

Source: https://docs.stripe.com/terminal/payments/additional-payment-methods (2026-04-24).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.sdk.reading import read
from connectors.sdk.terminal import IntentRequest
from schema.domain.payment_method import PaymentMethodKind

_CARD = "card_present"
_INTERAC = "interac_present"  # Canada's own cards, which a Canadian account may lack
_TYPES = {
    PaymentMethodKind.CARD: _CARD,
    PaymentMethodKind.AFFIRM: "affirm",
    PaymentMethodKind.KLARNA: "klarna",
    PaymentMethodKind.PAYNOW: "paynow",
    PaymentMethodKind.WECHAT_PAY: "wechat_pay",
}


def allowed_types(request: IntentRequest) -> list[str]:
    """What is asked for."""
    types = _asked(request)
    return [*types, _INTERAC] if request.amount.currency == "CAD" and _CARD in types else types


def lacking_types(request: IntentRequest, content: Mapping[str, Any]) -> Sequence[str]:
    """What was asked for and is not taken by the intent: it is left out without an error."""
    where = "payment_intent.payment_method_types"
    given = read(list[str], content.get("payment_method_types"), where=where)
    return [name for name in _asked(request) if name not in given]


def _asked(request: IntentRequest) -> list[str]:
    return [_TYPES[it] for it in request.methods]
