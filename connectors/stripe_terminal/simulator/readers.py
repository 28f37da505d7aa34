"""What readers are told to do with payments and cards."""

from typing import Any

from connectors.stripe_terminal.simulator import intents, presenting, refunds, scanning, slot
from connectors.stripe_terminal.simulator.cards import INTERAC
from connectors.stripe_terminal.simulator.records import Charge, Intent, Reader, SetupIntent
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.world import World


def process(world: World, reader: Reader, intent: Intent, config: dict[str, Any]) -> None:
    """Send a payment to a reader. It replaces what waits there, and nobody is told of that."""
    _payable(world, reader, intent)
    detail = {"payment_intent": intent.id, "process_config": config}
    slot.put(world, reader, slot.PROCESS, detail, intent=intent.id)
    kinds = scanning.kinds(intent)
    if len(kinds) == 1 and not _takes_cards(intent):
        scanning.scan(world, reader, kinds[0])
    else:
        presenting.expect_customer(world, reader)


def collect(world: World, reader: Reader, intent: Intent, config: dict[str, Any]) -> None:
    """Ask for a card that is still to be confirmed: the first of two steps."""
    _payable(world, reader, intent)
    detail = {"payment_intent": intent.id, "collect_config": config}
    reader.collected = None
    slot.put(world, reader, slot.COLLECT, detail, intent=intent.id)
    presenting.expect_customer(world, reader)


def confirm(world: World, reader: Reader, intent: Intent, config: dict[str, Any]) -> None:
    """Pay with the card that was collected: the second of two steps."""
    _payable(world, reader, intent)
    found = reader.collected
    if found is None or found.intent != intent.id or found.until < world.now:
        raise Refusal(
            "No payment method was collected for this PaymentIntent on this reader.",
            code="intent_invalid_state",
            param="payment_intent",
        )
    reader.collected = None
    detail = {"payment_intent": intent.id, "confirm_config": config}
    slot.put(world, reader, slot.CONFIRM, detail, intent=intent.id)
    presenting.ask_issuer(world, reader, world.methods[found.method], found.tip)


def save_card(world: World, reader: Reader, intent: SetupIntent, config: dict[str, Any]) -> None:
    """Ask for a card to be saved."""
    slot.reach(world, reader)
    if intent.status != "requires_payment_method":
        raise Refusal(
            f"The SetupIntent has a status of {intent.status}: it cannot be processed.",
            code="intent_invalid_state",
            param="setup_intent",
        )
    detail = {"setup_intent": intent.id, "process_config": config}
    slot.put(world, reader, slot.SAVE, detail, intent=intent.id)
    presenting.expect_customer(world, reader)


def refund(world: World, reader: Reader, charge: Charge, told: dict[str, Any]) -> None:
    """Ask for the card on which money is given back, which Interac alone wants."""
    slot.reach(world, reader)
    if charge.kind != INTERAC:
        raise Refusal(
            "Only Interac payments are refunded at a reader: create a Refund instead.",
            code="charge_not_refundable",
        )
    amount = refunds.amount_to_refund(charge, told.get("amount"))
    detail = told | {"amount": amount, "charge": charge.id, "payment_intent": charge.intent}
    slot.put(world, reader, slot.REFUND, detail)
    presenting.expect_customer(world, reader)


def _payable(world: World, reader: Reader, intent: Intent) -> None:
    slot.reach(world, reader)
    intents.open_for_card(intent)
    if not _takes_cards(intent) and not scanning.kinds(intent):
        raise Refusal("The PaymentIntent does not take card_present.", param="payment_intent")


def _takes_cards(intent: Intent) -> bool:
    return not {"card_present", INTERAC}.isdisjoint(intent.method_types)
