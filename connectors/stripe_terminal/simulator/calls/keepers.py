"""What can be asked about customers whose cards are kept."""

from typing import Any

import msgspec
from msgspec import Struct

from connectors.stripe_terminal.simulator.calls.parameters import Metadata, merged
from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.records import Customer
from connectors.stripe_terminal.simulator.refusal import missing
from connectors.stripe_terminal.simulator.world import World


class CreateCustomer(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The body that makes somebody known."""

    description: str | None = None
    email: str | None = None
    metadata: Metadata | None = None
    name: str | None = None
    phone: str | None = None


def create_customer(world: World, _: str, form: Form) -> dict[str, Any]:
    """Make somebody known."""
    body = read(CreateCustomer, form)
    told: dict[str, Any] = msgspec.to_builtins(body)
    customer = Customer(
        id=world.new_id("cus"),
        created=world.second,
        metadata=merged({}, body.metadata),
        told={it: told[it] for it in told if it != "metadata"},
    )
    world.customers[customer.id] = customer
    return world.shape(customer)


def retrieve_customer(world: World, name: str, form: Form) -> dict[str, Any]:
    """One customer."""
    read(Nothing, form)
    if name not in world.customers:
        raise missing("customer", name, param="customer", status=404)
    return world.shape(world.customers[name])
