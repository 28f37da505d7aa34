"""What happens when a card is presented to a reader."""

from contextlib import suppress

from connectors.stripe_terminal.simulator import charges, intents, refunds, slot
from connectors.stripe_terminal.simulator.agenda import happening
from connectors.stripe_terminal.simulator.cards import (
    INTERAC,
    INTERAC_NUMBER,
    Card,
    card_of,
    refund_verdict,
)
from connectors.stripe_terminal.simulator.records import (
    Action,
    Collected,
    Method,
    Reader,
    SetupAttempt,
)
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.world import World

# For so long is a card remembered between its collection and the confirmation.
_REMEMBERED_S = 1800


def expect_customer(world: World, reader: Reader) -> None:
    """Let the next of the customers come, if any does by themselves."""
    visit, action = world.crowd.next(), reader.action
    if visit is not None and action is not None:
        due = world.now + visit.after_s
        world.agenda.add(due, tapped.__name__, reader.id, action.number, visit.number)


@happening
def tapped(world: World, name: str, number: int, card: str | None) -> None:
    """The customer comes; too late if what they came for does not wait there any more."""
    found = slot.current(world, name, number)
    if found is None or not found[1].waits or found[0].unplugged_at is not None:
        return
    reader, action = found
    number_shown = INTERAC_NUMBER if action.kind == slot.REFUND else card
    asks = (action.detail.get("process_config") or {}).get("skip_tipping") is False
    tip = world.crowd.habits.tip if asks and action.kind == slot.PROCESS else 0
    with suppress(Refusal):  # no such card is taken, and the customer goes away
        present(world, reader, card_of(number_shown), tip=tip or None)


def present(world: World, reader: Reader, card: Card, *, tip: int | None) -> None:
    """Let a customer present a card for what waits.

    Raises:
        Refusal: The reader waits for no card, takes none of this kind, or takes no tip.
    """
    slot.idle(reader)
    action = reader.action
    if action is None or action.kind not in slot.CARD_KINDS or not action.waits:
        raise Refusal("The reader waits for no card.")
    if reader.unplugged_at is not None:
        raise slot.timeout()
    if action.mishap == "reader_lost":
        return  # it goes out of reach: its action stays as it is, and nobody is told
    match action.kind:
        case slot.SAVE:
            _save(world, reader, action, card)
        case slot.REFUND:
            _give_back(world, reader, action, card)
        case _:
            _pay(world, reader, action, card, tip)


def ask_issuer(world: World, reader: Reader, method: Method, tip: int | None) -> None:
    """Let the issuer decide about the payment in the slot, which takes its time."""
    action = reader.action
    if action is None or action.intent is None:
        raise Refusal("The reader has no payment.")
    intent = world.intents[action.intent]
    action.is_authorizing = intent.is_authorizing = True
    about = (reader.id, action.number, method.id, tip)
    world.later(world.setup.authorize_s, answered, *about)


@happening
def answered(world: World, name: str, number: int, method: str, tip: int | None) -> None:
    """The issuer has decided. Nothing else comes into the slot of a reader that is busy."""
    found = slot.current(world, name, number)
    if found is None:
        return
    reader, action = found
    intent = world.intents[action.intent or ""]
    action.is_authorizing = intent.is_authorizing = False
    payer = intents.Payer(world.methods[method], reader.id, reader.location, tip)
    decline = intents.decide(world, intent, payer)
    if decline is not None:
        action.api_error = intent.error if reader.unplugged_at is None else None
        slot.fail(world, reader, action, decline.code, decline.message)
    elif action.mishap == "connection_error":
        # The card has paid, and the reader does not know it.
        slot.fail(world, reader, action, "connection_error", "The reader lost its connection.")
    else:
        slot.succeed(world, reader, action)


def _pay(world: World, reader: Reader, action: Action, card: Card, tip: int | None) -> None:
    config = action.detail.get("process_config") or action.detail.get("collect_config") or {}
    if tip and config.get("skip_tipping"):
        raise Refusal("The reader asks for no tip on this payment.", param="amount_tip")
    intent = world.intents[action.intent or ""]
    if intent.status == "requires_action":
        raise Refusal("The reader shows a code, and waits for no card.")
    if intent.status != "requires_payment_method" or intent.is_authorizing:
        slot.fail(
            world, reader, action, "intent_invalid_state", "The payment is not open any more."
        )
        return
    if card.kind not in intent.method_types:
        raise Refusal(f"The PaymentIntent does not take {card.kind}.", param="type")
    method = charges.add_method(world, card.kind, card)
    if action.kind == slot.COLLECT:
        reader.collected = Collected(
            intent=intent.id, method=method.id, until=world.now + _REMEMBERED_S, tip=tip
        )
        action.detail["payment_method"] = world.shape(method)
        slot.succeed(world, reader, action, kind="updated")
    else:
        ask_issuer(world, reader, method, tip)


def _save(world: World, reader: Reader, action: Action, card: Card) -> None:
    intent = world.setup_intents[action.detail["setup_intent"]]
    if intent.status != "requires_payment_method":
        slot.fail(world, reader, action, "intent_invalid_state", "The card is not wanted any more.")
        return
    if card.kind == INTERAC:
        raise Refusal("Interac cards cannot be saved.", param="type")
    attempt = SetupAttempt(
        id=world.new_id("setatt"),
        created=world.second,
        setup_intent=intent.id,
        kind=card.kind,
        usage=intent.usage,
    )
    world.setup_attempts[attempt.id] = attempt
    intent.attempt = attempt.id
    if card.decline is not None:
        intent.error = attempt.error = intents.card_error(card.decline, None)
        action.api_error = intent.error
        world.event("setup_intent.setup_failed", intent)
        slot.fail(world, reader, action, card.decline.code, card.decline.message)
        return
    intent.status, intent.error = "succeeded", None
    intent.method = attempt.method = charges.add_method(world, card.kind, card).id
    kept = charges.online_method(world, card, intent.told.get("customer"))
    action.detail["generated_card"] = attempt.generated_card = kept.id
    world.event("setup_intent.succeeded", intent)
    slot.succeed(world, reader, action)


def _give_back(world: World, reader: Reader, action: Action, card: Card) -> None:
    charge = world.charges[action.detail["charge"]]
    if charge.card != card:
        raise Refusal("Money is given back to the card that paid.", param="interac_present")
    amount = action.detail["amount"]
    # The amount decides about parts alone: the whole was accepted once.
    decline = refund_verdict(amount) if amount < charge.amount else None
    if decline is not None:
        action.api_error = intents.card_error(decline, charge)
        slot.fail(world, reader, action, decline.code, decline.message)
        return
    metadata = action.detail.get("metadata") or {}
    refund = refunds.add_refund(world, charge, amount, reason=None, metadata=metadata)
    action.detail["refund"] = refund.id
    slot.succeed(world, reader, action)
