"""What readers can be told to do."""

from typing import Any

import msgspec

from connectors.stripe_terminal.simulator import fleet, inputs, readers, refunds, slot
from connectors.stripe_terminal.simulator.calls.action_bodies import (
    CancellationConfig,
    CollectConfig,
    CollectInputs,
    CollectMethod,
    ConfirmConfig,
    ConfirmIntent,
    ProcessConfig,
    ProcessIntent,
    ProcessSetup,
    RefundPayment,
    SetDisplay,
)
from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.refusal import exclusive, missing, wrong_parameter
from connectors.stripe_terminal.simulator.world import World


def process_payment_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """Send a payment to a reader."""
    body = read(ProcessIntent, form)
    reader = fleet.reader_of(world, name)
    config = msgspec.to_builtins(body.process_config or ProcessConfig())
    readers.process(world, reader, world.intent_of(body.payment_intent), config)
    return world.shape(reader)


def collect_payment_method(world: World, name: str, form: Form) -> dict[str, Any]:
    """Ask for a card that is still to be confirmed."""
    body = read(CollectMethod, form)
    reader = fleet.reader_of(world, name)
    config = msgspec.to_builtins(body.collect_config or CollectConfig())
    readers.collect(world, reader, world.intent_of(body.payment_intent), config)
    return world.shape(reader)


def confirm_payment_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """Pay with the card that was collected."""
    body = read(ConfirmIntent, form)
    reader = fleet.reader_of(world, name)
    config = msgspec.to_builtins(body.confirm_config or ConfirmConfig())
    readers.confirm(world, reader, world.intent_of(body.payment_intent), config)
    return world.shape(reader)


def process_setup_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """Ask for a card to be saved."""
    body = read(ProcessSetup, form)
    reader = fleet.reader_of(world, name)
    if body.setup_intent not in world.setup_intents:
        raise missing("setupintent", body.setup_intent, param="setup_intent")
    config = msgspec.to_builtins(body.process_config or CancellationConfig())
    readers.save_card(world, reader, world.setup_intents[body.setup_intent], config)
    return world.shape(reader)


def refund_payment(world: World, name: str, form: Form) -> dict[str, Any]:
    """Ask for the card on which money is given back."""
    body = read(RefundPayment, form)
    if body.payment_intent and body.charge:
        raise exclusive("payment_intent", "charge")
    if not body.payment_intent and not body.charge:
        raise wrong_parameter("One of these is needed: payment_intent, charge.")
    reader = fleet.reader_of(world, name)
    charge = refunds.charge_to_refund(world, body.payment_intent, body.charge)
    readers.refund(world, reader, charge, msgspec.to_builtins(body))
    return world.shape(reader)


def collect_inputs(world: World, name: str, form: Form) -> dict[str, Any]:
    """Ask for inputs."""
    body = read(CollectInputs, form)
    reader = fleet.reader_of(world, name)
    for number, asked in enumerate(body.inputs):
        if (asked.type == "selection") != (asked.selection is not None):
            raise wrong_parameter(
                "A selection has choices, and nothing else has.",
                param=f"inputs[{number}][selection]",
            )
    inputs.collect(world, reader, msgspec.to_builtins(body.inputs), body.metadata)
    return world.shape(reader)


def set_reader_display(world: World, name: str, form: Form) -> dict[str, Any]:
    """Show a cart."""
    body = read(SetDisplay, form)
    reader = fleet.reader_of(world, name)
    slot.display(world, reader, msgspec.to_builtins(body.cart))
    return world.shape(reader)


def cancel_action(world: World, name: str, form: Form) -> dict[str, Any]:
    """Clear a reader."""
    read(Nothing, form)
    reader = fleet.reader_of(world, name)
    slot.cancel_action(reader)
    return world.shape(reader)
