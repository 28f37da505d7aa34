"""What a customer does at a reader: Stripe's own test helpers."""

from typing import Any, Literal

from msgspec import Struct

from connectors.stripe_terminal.simulator import fleet, inputs, presenting
from connectors.stripe_terminal.simulator.calls.parameters import NotNegative
from connectors.stripe_terminal.simulator.cards import INTERAC, INTERAC_NUMBER, card_of
from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.refusal import wrong_parameter
from connectors.stripe_terminal.simulator.world import World


class Presented(Struct, forbid_unknown_fields=True):
    """A card that is held to the reader, by its number."""

    number: str | None = None


class KeyedIn(Struct, forbid_unknown_fields=True):
    """A card whose data are typed in."""

    number: str
    exp_month: int
    exp_year: int
    cvc: str | None = None


class PresentMethod(Struct, forbid_unknown_fields=True):
    """The body that lets a customer present a card."""

    type: Literal["card_present", "interac_present", "card"] = "card_present"
    card_present: Presented | None = None
    interac_present: Presented | None = None
    card: KeyedIn | None = None
    amount_tip: NotNegative | None = None


class SucceedInputs(Struct, forbid_unknown_fields=True):
    """The body that lets a customer enter what is asked."""

    skip_non_required_inputs: Literal["all", "none"] = "none"


def present_payment_method(world: World, name: str, form: Form) -> dict[str, Any]:
    """Let a customer present a card."""
    body = read(PresentMethod, form)
    reader = fleet.reader_of(world, name)
    if body.type == "card":
        raise wrong_parameter("Cards are not typed in on this reader.", param="type")
    given = body.interac_present if body.type == INTERAC else body.card_present
    number = given.number if given else None
    if number is None and body.type == INTERAC:
        number = INTERAC_NUMBER
    card = card_of(number, param=f"{body.type}[number]")
    if card.kind != body.type:
        raise wrong_parameter(f"This card is presented as {card.kind}.", param="type")
    presenting.present(world, reader, card, tip=body.amount_tip)
    return world.shape(reader)


def succeed_input_collection(world: World, name: str, form: Form) -> dict[str, Any]:
    """Let a customer enter what is asked."""
    body = read(SucceedInputs, form)
    reader = fleet.reader_of(world, name)
    inputs.enter(world, reader, skips=body.skip_non_required_inputs == "all")
    return world.shape(reader)


def timeout_input_collection(world: World, name: str, form: Form) -> dict[str, Any]:
    """Let nobody enter anything in time."""
    read(Nothing, form)
    reader = fleet.reader_of(world, name)
    inputs.give_up(world, reader)
    return world.shape(reader)
