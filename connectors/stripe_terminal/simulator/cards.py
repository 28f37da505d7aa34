"""Stripe's test cards, and the amounts at which the issuer says no.

Source: https://docs.stripe.com/terminal/references/testing.
"""

from msgspec import Struct

from connectors.stripe_terminal.simulator.refusal import Refusal


class Decline(Struct, frozen=True, omit_defaults=True):
    """Why the issuer says no."""

    code: str
    decline_code: str | None
    message: str = "Your card was declined."


class Card(Struct, frozen=True, omit_defaults=True):
    """A card that can be presented; no more than its last four digits is kept of its number."""

    last4: str
    brand: str = "visa"
    decline: Decline | None = None
    is_refund_failing: bool = False
    kind: str = "card_present"
    funding: str = "credit"
    country: str = "US"


def _declined(decline_code: str) -> Decline:
    return Decline("card_declined", decline_code)


GOOD = Card("4242")
DECLINED = "4000000000000002"
INTERAC = "interac_present"
INTERAC_NUMBER = "4506445006931933"

_CARDS = {
    "4242424242424242": GOOD,
    "4000056655665556": Card("5556", funding="debit"),
    "5555555555554444": Card("4444", "mastercard"),
    "5200828282828210": Card("8210", "mastercard", funding="debit"),
    "378282246310005": Card("0005", "amex"),
    "6011111111111117": Card("1117", "discover"),
    "3056930009020004": Card("0004", "diners"),
    "3566002020360505": Card("0505", "jcb", country="JP"),
    "6200000000000005": Card("0005", "unionpay", country="CN"),
    DECLINED: Card("0002", decline=_declined("generic_decline")),
    "4000000000009995": Card("9995", decline=_declined("insufficient_funds")),
    "4000000000009987": Card("9987", decline=_declined("lost_card")),
    "4000000000009979": Card("9979", decline=_declined("stolen_card")),
    "4000000000000069": Card("0069", decline=Decline("expired_card", None, "Your card expired.")),
    "4000000000000119": Card(
        "0119", decline=Decline("processing_error", None, "The card could not be processed.")
    ),
    "4000000000005126": Card("5126", is_refund_failing=True),
    "4001007020000002": Card("0002"),  # asks for its PIN while offline
    "4001000360000005": Card("0005"),  # asks for its PIN online
    INTERAC_NUMBER: Card("1933", "interac", kind=INTERAC, funding="debit", country="CA"),
}
# Cards of an online shop: what stands for a number that a browser would have sent.
_METHODS = {
    "pm_card_visa": Card("4242", kind="card"),
    "pm_card_mastercard": Card("4444", "mastercard", kind="card"),
    "pm_card_amex": Card("8431", "amex", kind="card"),
    "pm_card_jcb": Card("0505", "jcb", kind="card", country="JP"),
    "pm_card_refundFail": Card("5126", kind="card", is_refund_failing=True),
    "pm_card_chargeDeclined": Card("0002", kind="card", decline=_declined("generic_decline")),
    "pm_card_chargeDeclinedInsufficientFunds": Card(
        "9995", kind="card", decline=_declined("insufficient_funds")
    ),
}
_BY_ENDING = {
    1: _declined("call_issuer"),
    2: _declined("offline_pin_required"),
    3: _declined("online_or_offline_pin_required"),
    5: _declined("generic_decline"),
    55: _declined("incorrect_pin"),
    65: _declined("withdrawal_count_limit_exceeded"),
    75: _declined("pin_try_exceeded"),
}
_REFUND_ENDINGS = {1, 5, 55, 65, 75}
# The networks whose holds can be raised on a reader. Discover's only in some trades.
INCREMENTAL_BRANDS = frozenset({"visa", "mastercard", "amex"})


def card_of(number: str | None, *, param: str = "card_present[number]") -> Card:
    """The test card of a number; the good one where none is given.

    Raises:
        Refusal: It is none of the test cards.
    """
    card = GOOD if number is None else _CARDS.get(number.replace(" ", ""))
    if card is None:
        raise Refusal("This is not a test card.", param=param)
    return card


def card_of_method(name: str) -> Card:
    """The card of an online shop's test payment method.

    Raises:
        Refusal: There is none of this name.
    """
    if name not in _METHODS:
        raise Refusal(
            f"No such PaymentMethod: '{name}'", code="resource_missing", param="payment_method"
        )
    return _METHODS[name]


def verdict(card: Card, amount: int) -> Decline | None:
    """What the issuer says to an amount in the smallest unit, be that a cent or a yen."""
    if card.kind == "card":  # amounts decide at readers only
        return card.decline
    return card.decline or _BY_ENDING.get(amount % 100)


def refund_verdict(amount: int) -> Decline | None:
    """What the issuer says to a part of a payment that is given back on the reader."""
    ending = amount % 100
    return _BY_ENDING[ending] if ending in _REFUND_ENDINGS else None
