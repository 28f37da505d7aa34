"""What happens to payments, and to the money that cards give for them."""

from connectors.stripe_terminal.simulator.cards import Card, Decline
from connectors.stripe_terminal.simulator.records import Charge, Intent
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.world import World

_CANCELABLE = {"requires_payment_method", "requires_capture"}
_HOLD_S = 2 * 86_400  # how long the networks hold money for a card that was present


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


def authorized(world: World, intent: Intent, card: Card, *, tip: int | None) -> None:
    """The issuer says yes: the money is held, or taken at once."""
    if tip:
        intent.tip = tip
        intent.amount += tip
    charge = _charge(world, intent, card, intent.amount)
    intent.error = None
    if intent.capture_method == "manual":
        charge.capture_before = world.second + _HOLD_S
        intent.status, intent.amount_capturable = "requires_capture", intent.amount
        world.event("payment_intent.amount_capturable_updated", intent)
    else:
        _take(world, intent, charge, intent.amount)


def declined(world: World, intent: Intent, card: Card, decline: Decline, amount: int) -> None:
    """The issuer says no: the payment waits for another card."""
    charge = _charge(world, intent, card, amount)
    charge.decline = decline
    intent.error = {
        "type": "card_error",
        "code": decline.code,
        "message": decline.message,
        "charge": charge.id,
    }
    if decline.decline_code:
        intent.error["decline_code"] = decline.decline_code
    world.event("payment_intent.payment_failed", intent)


def capture(world: World, intent: Intent, amount: int | None) -> None:
    """Take what is held, or a part of it; the rest is given up."""
    free(intent)
    if intent.status != "requires_capture":
        raise _unexpected_state(intent, "captured")
    taken = intent.amount_capturable if amount is None else amount
    if taken > intent.amount_capturable:
        raise Refusal(
            "The amount is greater than what is held.",
            code="amount_too_large",
            param="amount_to_capture",
        )
    _take(world, intent, world.charges[intent.charge or ""], taken)


def cancel(world: World, intent: Intent, reason: str | None) -> None:
    """Call a payment off; what is held is given up."""
    free(intent)
    if intent.status not in _CANCELABLE:
        raise _unexpected_state(intent, "canceled")
    if intent.status == "requires_capture":
        charge = world.charges[intent.charge or ""]
        charge.released = charge.amount
    intent.status, intent.amount_capturable = "canceled", 0
    intent.canceled_at, intent.cancellation_reason = world.second, reason
    world.event("payment_intent.canceled", intent)


def _charge(world: World, intent: Intent, card: Card, amount: int) -> Charge:
    charge = Charge(
        id=world.new_id("ch"),
        intent=intent.id,
        amount=amount,
        currency=intent.currency,
        created=world.second,
        card=card,
    )
    world.charges[charge.id] = charge
    intent.charge = charge.id
    return charge


def _take(world: World, intent: Intent, charge: Charge, amount: int) -> None:
    charge.amount_captured, charge.released = amount, charge.amount - amount
    intent.status, intent.amount_capturable, intent.amount_received = "succeeded", 0, amount
    world.event("payment_intent.succeeded", intent)


def _unexpected_state(intent: Intent, verb: str) -> Refusal:
    return Refusal(
        f"This PaymentIntent could not be {verb} because it has a status of {intent.status}.",
        code="payment_intent_unexpected_state",
    )
