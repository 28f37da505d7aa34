"""What happens to payments, and to the money that cards give for them."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from connectors.stripe_terminal.simulator import charges
from connectors.stripe_terminal.simulator.agenda import happening
from connectors.stripe_terminal.simulator.cards import INTERAC, Card, Decline, verdict
from connectors.stripe_terminal.simulator.records import Charge, Intent, Method
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.world import World

_CANCELABLE = {"requires_payment_method", "requires_action", "requires_capture"}
_INCREMENTS_MAX = 10
# Which QR codes an account of a currency can show at a reader; they cannot be captured later.
QR_TYPES: Mapping[str, frozenset[str] | None] = {
    "affirm": frozenset({"cad", "gbp", "usd"}),
    "klarna": frozenset({"aud", "cad", "chf", "czk", "dkk", "eur", "gbp", "nok", "usd"}),
    "paynow": frozenset({"sgd"}),
    "wechat_pay": None,  # all but the yen
}


class Payer(Struct, frozen=True):
    """What a payment is paid with, and at which reader."""

    method: Method
    reader: str | None = None
    location: str | None = None
    tip: int | None = None


def add_intent(world: World, intent: Intent) -> None:
    """Announce a payment."""
    world.intents[intent.id] = intent
    world.event("payment_intent.created", intent)


def free(intent: Intent) -> None:
    """Refuse what would meet a card's approval on its way.

    Raises:
        Refusal: An issuer is being asked about this payment.
    """
    if intent.is_authorizing:
        raise Refusal(
            "Another request or process is using this object. Try again in a moment.",
            code="lock_timeout",
            status=429,
            is_kept=False,
        )


def open_for_card(intent: Intent) -> None:
    """Refuse a payment that waits for no card.

    Raises:
        Refusal: It is paid, held, called off, or waits for something else.
    """
    free(intent)
    if intent.status != "requires_payment_method":
        raise Refusal(
            f"The PaymentIntent has a status of {intent.status}: it cannot be processed.",
            code="intent_invalid_state",
            param="payment_intent",
        )


def decide(world: World, intent: Intent, payer: Payer) -> Decline | None:
    """Let the issuer decide, with everything that follows for the payment."""
    card = payer.method.card
    amount = intent.amount + (payer.tip or 0)
    decline = verdict(card, amount) if card else None
    if decline is not None:
        declined(world, intent, payer, decline)
    else:
        authorized(world, intent, payer)
    return decline


def authorized(world: World, intent: Intent, payer: Payer) -> None:
    """The issuer says yes: the money is held, or taken at once."""
    if payer.tip:
        intent.tip = payer.tip
        intent.amount += payer.tip
    charge = charges.add_charge(world, intent, payer.method, payer.reader, payer.location)
    intent.error, intent.next_action, intent.method = None, None, payer.method.id
    world.event("charge.succeeded", charge)
    # What is paid in a single message, as Interac's cards do, is taken at once, whatever was asked.
    if intent.is_manual and payer.method.card and payer.method.kind != INTERAC:
        charges.hold(world, charge, intent)
        world.later(float((charge.capture_before or 0) - world.now), expired, intent.id)
        intent.status, intent.amount_capturable = "requires_capture", intent.amount
        world.event("payment_intent.amount_capturable_updated", intent)
    else:
        charge.amount_captured = charge.amount
        _succeed(world, intent, charge)


def declined(world: World, intent: Intent, payer: Payer, decline: Decline) -> None:
    """The issuer says no: the payment waits for another card."""
    charge = charges.add_charge(world, intent, payer.method, payer.reader, payer.location)
    charge.amount += payer.tip or 0
    charge.decline = decline
    intent.error = card_error(decline, charge)
    intent.status, intent.next_action = "requires_payment_method", None
    world.event("charge.failed", charge)
    world.event("payment_intent.payment_failed", intent)


def card_error(decline: Decline, charge: Charge | None) -> dict[str, Any]:
    """Why a card failed, as Stripe tells it."""
    told: dict[str, Any] = {"type": "card_error", "code": decline.code, "message": decline.message}
    if charge is not None:
        told["charge"] = charge.id
    if decline.decline_code:
        told["decline_code"] = decline.decline_code
    return told


def capture(world: World, intent: Intent, amount: int | None, *, is_final: bool = True) -> None:
    """Take what is held, or a part of it; the rest is given up if this is the last time.

    More than is held is asked of the issuer first, if the hold can be raised.
    """
    free(intent)
    if intent.status != "requires_capture":
        raise unexpected_state(intent, "captured")
    charge = world.charges[intent.charge or ""]
    taken = intent.amount_capturable if amount is None else amount
    if taken > intent.amount_capturable:
        if not charge.is_incremental:
            raise Refusal(
                "The amount is greater than what is held.",
                code="amount_too_large",
                param="amount_to_capture",
            )
        increment(world, intent, intent.amount + taken - intent.amount_capturable)
    charge.amount_captured += taken
    world.event("charge.captured", charge)
    intent.amount_received = charge.amount_captured
    if is_final or taken == intent.amount_capturable:
        charge.released = charge.amount - charge.amount_captured
        _succeed(world, intent, charge)
    else:
        intent.amount_capturable -= taken
        world.event("payment_intent.amount_capturable_updated", intent)


def increment(world: World, intent: Intent, amount: int) -> None:
    """Ask the issuer to hold more. A refusal leaves what is held already.

    Raises:
        Refusal: The hold cannot be raised, or the issuer does not want to.
    """
    free(intent)
    charge = world.charges.get(intent.charge or "")
    if intent.status != "requires_capture" or charge is None:
        raise unexpected_state(intent, "incremented")
    if not charge.is_incremental or intent.increments >= _INCREMENTS_MAX:
        raise Refusal(
            "This payment does not support a further incremental authorization.",
            code="payment_intent_unexpected_state",
        )
    if amount <= intent.amount:
        raise Refusal("The new amount must be greater than the present one.", param="amount")
    intent.increments += 1
    decline = verdict(charge.card or Card(""), amount)
    if decline is not None:
        raise card_refusal(world, intent, decline)
    more = amount - intent.amount
    intent.amount, charge.amount = amount, charge.amount + more
    intent.amount_capturable += more
    world.event("payment_intent.amount_capturable_updated", intent)


def cancel(world: World, intent: Intent, reason: str | None) -> None:
    """Call a payment off; what is held is given up."""
    free(intent)
    if intent.status not in _CANCELABLE:
        raise unexpected_state(intent, "canceled")
    charge = world.charges.get(intent.charge or "")
    if intent.status == "requires_capture" and charge is not None:
        _give_up(world, intent, charge, "charge.refunded", reason)
    else:
        _call_off(world, intent, reason)


@happening
def expired(world: World, name: str) -> None:
    """The networks give up what they hold, if it was not taken until then."""
    intent = world.intents[name]
    charge = world.charges.get(intent.charge or "")
    if intent.status == "requires_capture" and charge is not None:
        _give_up(world, intent, charge, "charge.expired", "automatic")


def card_refusal(world: World, intent: Intent, decline: Decline) -> Refusal:
    """What a caller is told when the issuer says no."""
    return Refusal(
        decline.message,
        code=decline.code,
        kind="card_error",
        status=402,
        more={
            "charge": intent.charge,
            "decline_code": decline.decline_code,
            "payment_intent": world.shape(intent),
        },
    )


def unexpected_state(intent: Intent, verb: str) -> Refusal:
    """The payment is not in a state for this."""
    return Refusal(
        f"This PaymentIntent could not be {verb} because it has a status of {intent.status}.",
        code="payment_intent_unexpected_state",
    )


def _give_up(world: World, intent: Intent, charge: Charge, kind: str, reason: str | None) -> None:
    """What is still held goes back to the card; what was taken of it before stays taken."""
    charge.released = charge.amount - charge.amount_captured
    world.event(kind, charge)
    if charge.amount_captured:
        _succeed(world, intent, charge)
    else:
        _call_off(world, intent, reason)


def _call_off(world: World, intent: Intent, reason: str | None) -> None:
    intent.status, intent.amount_capturable, intent.next_action = "canceled", 0, None
    intent.canceled_at, intent.cancellation_reason = world.second, reason
    world.event("payment_intent.canceled", intent)


def _succeed(world: World, intent: Intent, charge: Charge) -> None:
    intent.status, intent.amount_capturable = "succeeded", 0
    intent.amount_received = charge.amount_captured
    world.event("payment_intent.succeeded", intent)
