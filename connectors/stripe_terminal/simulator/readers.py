"""What happens at readers: one slot each, and no lock before a card is presented."""

from functools import partial
from typing import Any

from connectors.stripe_terminal.simulator import intents
from connectors.stripe_terminal.simulator.cards import GOOD, Card, verdict
from connectors.stripe_terminal.simulator.records import Action, Intent, Reader
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.world import World

PROCESS = "process_payment_intent"
DISPLAY = "set_reader_display"


def process(world: World, reader: Reader, intent: Intent, config: dict[str, Any]) -> None:
    """Send a payment to a reader. It replaces what waits there, and nobody is told of that."""
    _idle(reader)
    intents.free(intent)
    if intent.status != "requires_payment_method":
        raise Refusal(
            f"The PaymentIntent has a status of {intent.status}: it cannot be processed.",
            code="intent_invalid_state",
            param="payment_intent",
        )
    if "card_present" not in intent.method_types:
        raise Refusal("The PaymentIntent does not take card_present.", param="payment_intent")
    action = Action(kind=PROCESS, intent=intent.id, detail={"process_config": config})
    reader.action = action
    if world.tap_after_s is not None:
        due = world.now + world.tap_after_s
        world.agenda.add(due, partial(_tap, world, reader, action))


def display(reader: Reader, cart: dict[str, Any]) -> None:
    """Show a cart, until something else is sent: also over a payment that waits."""
    _idle(reader)
    reader.action = Action(kind=DISPLAY, detail={"type": "cart", "cart": cart})


def cancel_action(reader: Reader) -> None:
    """Clear the slot. The payment itself stays open."""
    _idle(reader)
    reader.action = None


def present(world: World, reader: Reader, card: Card, *, tip: int | None) -> None:
    """Let a customer present a card for the payment that waits.

    Raises:
        Refusal: The reader waits for no card, or takes no tip for this payment.
    """
    _idle(reader)
    action = reader.action
    if action is None or action.kind != PROCESS or action.status != "in_progress":
        raise Refusal("The reader waits for no card.")
    if tip and action.detail["process_config"].get("skip_tipping"):
        raise Refusal("The reader asks for no tip on this payment.", param="amount_tip")
    if action.mishap == "reader_lost":
        return  # it goes out of reach: its action stays as it is, and nobody is told
    intent = world.intents[action.intent or ""]
    if intent.status != "requires_payment_method" or intent.is_authorizing:
        _fail(world, reader, action, "intent_invalid_state", "The payment is not open any more.")
        return
    action.is_authorizing = intent.is_authorizing = True
    answer = partial(_answered, world, reader, action, card, tip)
    world.later(world.setup.authorize_s, answer)


def _idle(reader: Reader) -> None:
    if reader.action is not None and reader.action.is_authorizing:
        raise Refusal("The reader is busy with a card.", code="terminal_reader_busy")


def _tap(world: World, reader: Reader, action: Action) -> None:
    """The customer comes; too late if the payment does not wait there any more."""
    waits = reader.action is action and action.status == "in_progress"
    if waits and not action.is_authorizing:
        present(world, reader, GOOD, tip=None)


def _answered(world: World, reader: Reader, action: Action, card: Card, tip: int | None) -> None:
    intent = world.intents[action.intent or ""]
    action.is_authorizing = intent.is_authorizing = False
    amount = intent.amount + (tip or 0)
    decline = verdict(card, amount)
    if decline is not None:
        intents.declined(world, intent, card, decline, amount)
        action.api_error = intent.error
        _fail(world, reader, action, decline.code, decline.message)
        return
    intents.authorized(world, intent, card, tip=tip)
    if action.mishap == "connection_error":
        # The card has paid, and the reader does not know it.
        _fail(world, reader, action, "connection_error", "The reader lost its connection.")
        return
    action.status = "succeeded"
    world.event("terminal.reader.action_succeeded", reader)


def _fail(world: World, reader: Reader, action: Action, code: str, message: str) -> None:
    action.status, action.failure_code, action.failure_message = "failed", code, message
    world.event("terminal.reader.action_failed", reader)
