"""What can be asked of readers, where they stand, and what a customer does there."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator import readers
from connectors.stripe_terminal.simulator.cards import card_of
from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.paging import Page, listing
from connectors.stripe_terminal.simulator.records import Reader
from connectors.stripe_terminal.simulator.refusal import missing
from connectors.stripe_terminal.simulator.world import World

NotNegative = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]


class ReaderPage(Page, frozen=True):
    """A page of readers, of one location say."""

    location: str | None = None


class Tipping(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The amount on which tips are suggested."""

    amount_eligible: NotNegative | None = None


class ProcessConfig(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """How a reader takes one payment."""

    allow_redisplay: Literal["always", "limited", "unspecified"] | None = None
    enable_customer_cancellation: bool | None = None
    return_url: str | None = None
    skip_tipping: bool | None = None
    tipping: Tipping | None = None


class ProcessIntent(Struct, forbid_unknown_fields=True):
    """The body that sends a payment to a reader."""

    payment_intent: str
    process_config: ProcessConfig | None = None


class LineItem(Struct, forbid_unknown_fields=True):
    """One line on a reader's screen."""

    amount: int
    description: str
    quantity: Positive


class Cart(Struct, forbid_unknown_fields=True):
    """What a reader's screen shows."""

    currency: str
    line_items: list[LineItem]
    total: int
    tax: int | None = None


class SetDisplay(Struct, forbid_unknown_fields=True):
    """The body that sends a cart to a reader."""

    type: Literal["cart"]
    cart: Cart


class CardPresent(Struct, forbid_unknown_fields=True):
    """A card, by its number."""

    number: str | None = None


class PresentMethod(Struct, forbid_unknown_fields=True):
    """The body that lets a customer present a card."""

    type: Literal["card_present"] = "card_present"
    card_present: CardPresent | None = None
    amount_tip: NotNegative | None = None


def list_locations(world: World, _: str, form: Form) -> dict[str, Any]:
    """Places."""
    page = read(Page, form)
    return listing(world, "/v1/terminal/locations", world.locations.values(), page)


def retrieve_location(world: World, name: str, form: Form) -> dict[str, Any]:
    """One place."""
    read(Nothing, form)
    if name not in world.locations:
        raise missing("location", name, param="location", status=404)
    return world.shape(world.locations[name])


def list_readers(world: World, _: str, form: Form) -> dict[str, Any]:
    """Readers."""
    page = read(ReaderPage, form)
    place = page.location
    if place is not None and place not in world.locations:
        raise missing("location", place, param="location")
    found = [it for it in world.readers.values() if place in {None, it.location}]
    return listing(world, "/v1/terminal/readers", found, page)


def retrieve_reader(world: World, name: str, form: Form) -> dict[str, Any]:
    """One reader."""
    read(Nothing, form)
    return world.shape(_reader(world, name))


def process_payment_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """Send a payment to a reader."""
    body = read(ProcessIntent, form)
    reader = _reader(world, name)
    config = msgspec.to_builtins(body.process_config or ProcessConfig())
    readers.process(world, reader, world.intent_of(body.payment_intent), config)
    return world.shape(reader)


def set_reader_display(world: World, name: str, form: Form) -> dict[str, Any]:
    """Show a cart."""
    body = read(SetDisplay, form)
    reader = _reader(world, name)
    readers.display(reader, msgspec.to_builtins(body.cart))
    return world.shape(reader)


def cancel_action(world: World, name: str, form: Form) -> dict[str, Any]:
    """Clear a reader."""
    read(Nothing, form)
    reader = _reader(world, name)
    readers.cancel_action(reader)
    return world.shape(reader)


def present_payment_method(world: World, name: str, form: Form) -> dict[str, Any]:
    """Let a customer present a card."""
    body = read(PresentMethod, form)
    reader = _reader(world, name)
    number = body.card_present.number if body.card_present else None
    readers.present(world, reader, card_of(number), tip=body.amount_tip)
    return world.shape(reader)


def _reader(world: World, name: str) -> Reader:
    if name not in world.readers:
        raise missing("terminal.reader", name, param="reader", status=404)
    return world.readers[name]
