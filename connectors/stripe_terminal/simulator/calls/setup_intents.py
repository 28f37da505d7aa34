"""What can be asked about cards that are saved without a payment."""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from connectors.stripe_terminal.simulator.calls.parameters import Metadata, merged
from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.records import SetupIntent
from connectors.stripe_terminal.simulator.refusal import Refusal, missing, wrong_parameter
from connectors.stripe_terminal.simulator.world import World

_ACCEPTED = ("card_present", "card")


class CreateSetupIntent(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The body that announces a card to be saved."""

    allowed_payment_method_types: list[str] | None = None
    customer: str | None = None
    description: str | None = None
    metadata: Metadata | None = None
    on_behalf_of: str | None = None
    usage: Literal["off_session", "on_session"] = "off_session"


class CancelSetupIntent(Struct, forbid_unknown_fields=True):
    """The body of a cancellation."""

    cancellation_reason: Literal["abandoned", "duplicate", "requested_by_customer"] | None = None


def create_setup_intent(world: World, _: str, form: Form) -> dict[str, Any]:
    """Announce a card to be saved."""
    body = read(CreateSetupIntent, form)
    allowed = body.allowed_payment_method_types or ["card"]
    found = [name for name in _ACCEPTED if name in allowed]
    if not found:
        raise wrong_parameter(
            "The account accepts none of these types.", param="allowed_payment_method_types"
        )
    if body.customer is not None and body.customer not in world.customers:
        raise missing("customer", body.customer, param="customer")
    told: dict[str, Any] = msgspec.to_builtins(body)
    intent = SetupIntent(
        id=world.new_id("seti"),
        created=world.second,
        usage=body.usage,
        method_types=found,
        metadata=merged({}, body.metadata),
        told={it: told[it] for it in told if it not in {"metadata", "usage"}},
    )
    world.setup_intents[intent.id] = intent
    world.event("setup_intent.created", intent)
    return world.shape(intent)


def retrieve_setup_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """One card to be saved."""
    read(Nothing, form)
    return world.shape(_setup_intent(world, name))


def cancel_setup_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """Call it off."""
    body = read(CancelSetupIntent, form)
    intent = _setup_intent(world, name)
    if intent.status != "requires_payment_method":
        raise Refusal(
            f"You cannot cancel this SetupIntent because it has a status of {intent.status}.",
            code="setup_intent_unexpected_state",
        )
    intent.status, intent.cancellation_reason = "canceled", body.cancellation_reason
    world.event("setup_intent.canceled", intent)
    return world.shape(intent)


def _setup_intent(world: World, name: str) -> SetupIntent:
    if name not in world.setup_intents:
        raise missing("setupintent", name, param="intent", status=404)
    return world.setup_intents[name]
