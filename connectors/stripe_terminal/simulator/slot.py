"""A reader's single slot: what it was last told, and no lock before a card is presented."""

from typing import Any

from connectors.stripe_terminal.simulator.agenda import happening
from connectors.stripe_terminal.simulator.records import Action, Reader
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.shapes.places import is_offline
from connectors.stripe_terminal.simulator.world import World

PROCESS = "process_payment_intent"
COLLECT = "collect_payment_method"
CONFIRM = "confirm_payment_intent"
SAVE = "process_setup_intent"
REFUND = "refund_payment"
INPUTS = "collect_inputs"
DISPLAY = "set_reader_display"

# A reader shows a payment until somebody comes; these wait for a card, the last for inputs.
CARD_KINDS = frozenset({PROCESS, COLLECT, SAVE, REFUND})
# What a reader that waited in vain says. The names are those of Stripe's SDKs for readers.
_TIMED_OUT = {INPUTS: ("collect_inputs_timed_out", "Nobody entered anything in time.")}
_NO_CARD = ("card_read_timed_out", "Nobody presented a card in time.")


def timeout() -> Refusal:
    """The reader does not confirm what it was told."""
    return Refusal("The reader did not answer in time.", code="terminal_reader_timeout")


def offline() -> Refusal:
    """The reader has not been heard of for minutes."""
    return Refusal("The reader is offline.", code="terminal_reader_offline")


def broken() -> Refusal:
    """The reader is of no use any more."""
    return Refusal("The reader must be replaced.", code="terminal_reader_hardware_fault")


def busy() -> Refusal:
    """A card is on its way."""
    return Refusal("The reader is busy with a card.", code="terminal_reader_busy")


def idle(reader: Reader) -> None:
    """Refuse what would meet a card on its way.

    Raises:
        Refusal: The reader is busy.
    """
    if reader.action is not None and reader.action.is_authorizing:
        raise busy()


def reach(world: World, reader: Reader) -> None:
    """Refuse what the reader will not hear of.

    Raises:
        Refusal: It is broken, offline, out of reach without Stripe having noticed, or busy.
    """
    if reader.is_broken:
        raise broken()
    if is_offline(reader, world.now):
        raise offline()
    if reader.unplugged_at is not None:
        raise timeout()
    idle(reader)


def put(
    world: World, reader: Reader, kind: str, detail: dict[str, Any], *, intent: str | None = None
) -> Action:
    """Tell a reader to do something. It replaces what waits there, and nobody is told of that."""
    action = Action(kind=kind, number=world.new_number(), intent=intent, detail=detail)
    reader.action = action
    waits_s = world.setup.action_timeout_s
    if waits_s is not None and (kind in CARD_KINDS or kind == INPUTS):
        world.later(waits_s, timed_out, reader.id, action.number)
    return action


def display(world: World, reader: Reader, cart: dict[str, Any]) -> None:
    """Show a cart, until something else is sent: also over a payment that waits."""
    reach(world, reader)
    put(world, reader, DISPLAY, {"type": "cart", "cart": cart})


def cancel_action(reader: Reader) -> None:
    """Clear the slot; also of a reader that is lost, which a person does then.

    The payment itself stays open.
    """
    idle(reader)
    reader.action = None


def succeed(world: World, reader: Reader, action: Action, *, kind: str = "succeeded") -> None:
    """It is done. Of a reader that is out of reach nobody hears that."""
    if reader.unplugged_at is None:
        action.status = "succeeded"
        world.event(f"terminal.reader.action_{kind}", reader)


def fail(world: World, reader: Reader, action: Action, code: str, message: str) -> None:
    """It came to nothing. Of a reader that is out of reach nobody hears that."""
    if reader.unplugged_at is None:
        action.status, action.failure_code, action.failure_message = "failed", code, message
        world.event("terminal.reader.action_failed", reader)


def current(world: World, name: str, number: int) -> tuple[Reader, Action] | None:
    """The reader with this action, if it is still in its slot."""
    reader = world.readers.get(name)
    if reader is None or reader.action is None or reader.action.number != number:
        return None
    return reader, reader.action


@happening
def timed_out(world: World, name: str, number: int) -> None:
    """Nobody came. The payment itself stays open."""
    found = current(world, name, number)
    if found is not None and found[1].waits:
        reader, action = found
        fail(world, reader, action, *_TIMED_OUT.get(action.kind, _NO_CARD))
