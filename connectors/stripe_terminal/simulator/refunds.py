"""What happens when money is given back."""

from connectors.stripe_terminal.simulator.agenda import happening
from connectors.stripe_terminal.simulator.cards import INTERAC
from connectors.stripe_terminal.simulator.records import Charge, Refund
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.world import World


def charge_to_refund(world: World, intent: str | None, charge: str | None) -> Charge:
    """The charge of which money is given back, named by itself or by its payment.

    Raises:
        Refusal: There is none that took money.
    """
    paid = world.intent_of(intent) if intent else None
    name = charge or (paid.charge if paid else None)
    found = world.charge_of(name) if name else None
    if found is None or found.decline is not None or (paid and paid.charge != found.id):
        raise Refusal("There is no successful charge to refund.")
    if not found.amount_captured:
        raise Refusal(
            "The charge was not captured: cancel the PaymentIntent instead.",
            code="payment_intent_unexpected_state",
        )
    return found


def amount_to_refund(charge: Charge, amount: int | None) -> int:
    """What is given back: an amount, or all that is left.

    Raises:
        Refusal: So much is not left.
    """
    if not charge.refundable:
        raise Refusal("The charge has been refunded already.", code="charge_already_refunded")
    given = charge.refundable if amount is None else amount
    if given > charge.refundable:
        # Stripe gives this one no code.
        raise Refusal(
            f"Refund amount ({given}) is greater than unrefunded amount on charge"
            f" ({charge.refundable})",
            param="amount",
        )
    return given


def online_only(charge: Charge) -> None:
    """Refuse what only the card itself can take back, presented at a reader.

    Raises:
        Refusal: It was paid with an Interac card.
    """
    if charge.kind == INTERAC:
        raise Refusal(
            "Interac payments are refunded at a reader, with the card presented.",
            code="charge_not_refundable",
        )


def add_refund(
    world: World,
    charge: Charge,
    amount: int | None,
    *,
    reason: str | None,
    metadata: dict[str, str],
) -> Refund:
    """Give back an amount, or all that is left."""
    given = amount_to_refund(charge, amount)
    refund = Refund(
        id=world.new_id("re"),
        charge=charge.id,
        intent=charge.intent,
        amount=given,
        currency=charge.currency,
        created=world.second,
        metadata=metadata,
        reason=reason,
    )
    world.refunds[refund.id] = refund
    world.intents[charge.intent].refunds.append(refund.id)
    charge.amount_refunded += given
    world.event("refund.created", refund)
    world.event("charge.refunded", charge)
    if charge.card is not None and charge.card.is_refund_failing:
        world.later(world.setup.refund_fails_after_s, refund_failed, refund.id)
    return refund


@happening
def refund_failed(world: World, name: str) -> None:
    """The bank sends the money back: it is the retailer's again."""
    refund = world.refunds[name]
    refund.status, refund.failure_reason = "failed", "expired_or_canceled_card"
    world.charges[refund.charge].amount_refunded -= refund.amount
    world.event("refund.updated", refund)
    world.event("refund.failed", refund)
