"""Stripe's test cards, and the amounts at which the issuer says no.

Source: https://docs.stripe.com/terminal/references/testing.
"""

from msgspec import Struct

from connectors.stripe_terminal.simulator.refusal import Refusal


class Decline(Struct, frozen=True):
    """Why the issuer says no."""

    code: str
    decline_code: str | None
    message: str = "Your card was declined."


class Card(Struct, frozen=True):
    """A card that can be presented; no more than its last four digits is kept of its number."""

    last4: str
    brand: str = "visa"
    decline: Decline | None = None
    is_refund_failing: bool = False


def _declined(decline_code: str) -> Decline:
    return Decline("card_declined", decline_code)


GOOD = Card("4242")

_CARDS = {
    "4242424242424242": GOOD,
    "4000000000000002": Card("0002", decline=_declined("generic_decline")),
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


def card_of(number: str | None) -> Card:
    """The test card of a number; the good one where none is given.

    Raises:
        Refusal: It is none of the test cards.
    """
    card = GOOD if number is None else _CARDS.get(number)
    if card is None:
        raise Refusal("This is not a test card.", param="card_present[number]")
    return card


def verdict(card: Card, amount: int) -> Decline | None:
    """What the issuer says to an amount in the smallest unit, be that a cent or a yen."""
    return card.decline or _BY_ENDING.get(amount % 100)
