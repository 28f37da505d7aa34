"""What can be asked about payments."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from connectors.stripe_terminal.simulator import intents
from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.paging import Page, listing
from connectors.stripe_terminal.simulator.records import Charge, Intent
from connectors.stripe_terminal.simulator.refusal import missing, wrong_parameter
from connectors.stripe_terminal.simulator.world import World

_ACCEPTED = ("card_present", "card")
_SHOWN_AGAIN = {
    "allowed_payment_method_types",
    "description",
    "receipt_email",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
}

Amount = Annotated[int, Meta(ge=1, le=99_999_999)]


class CreateIntent(Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The body of a new payment."""

    amount: Amount
    currency: Annotated[str, Meta(pattern="^[A-Za-z]{3}$")]
    allowed_payment_method_types: list[str] | None = None
    payment_method_types: Any = None
    capture_method: Literal["automatic", "automatic_async", "manual"] = "automatic_async"
    description: str | None = None
    metadata: dict[str, str] = {}
    receipt_email: str | None = None
    statement_descriptor: str | None = None
    statement_descriptor_suffix: str | None = None
    transfer_group: str | None = None


class CaptureIntent(Struct, forbid_unknown_fields=True):
    """The body of a capture; without an amount, all that is held."""

    amount_to_capture: Amount | None = None


class CancelIntent(Struct, forbid_unknown_fields=True):
    """The body of a cancellation."""

    cancellation_reason: (
        Literal["abandoned", "duplicate", "fraudulent", "requested_by_customer"] | None
    ) = None


def create_payment_intent(world: World, _: str, form: Form) -> dict[str, Any]:
    """Announce a payment."""
    body = read(CreateIntent, form)
    if body.payment_method_types is not None:
        raise wrong_parameter(
            "payment_method_types is not supported any more: use allowed_payment_method_types.",
            code="payment_method_types_no_longer_supported",
            param="payment_method_types",
        )
    told = msgspec.to_builtins(body)
    intent = Intent(
        id=world.new_id("pi"),
        amount=body.amount,
        currency=body.currency.lower(),
        capture_method=body.capture_method,
        method_types=_method_types(body.allowed_payment_method_types),
        created=world.second,
        metadata=body.metadata,
        told={name: told[name] for name in _SHOWN_AGAIN & told.keys()},
    )
    intents.add_intent(world, intent)
    return world.shape(intent)


def retrieve_payment_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """One payment."""
    read(Nothing, form)
    return world.shape(_intent(world, name))


def list_payment_intents(world: World, _: str, form: Form) -> dict[str, Any]:
    """Payments."""
    return listing(world, "/v1/payment_intents", world.intents.values(), read(Page, form))


def capture_payment_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """Take what is held, or a part of it."""
    body = read(CaptureIntent, form)
    intent = _intent(world, name)
    intents.capture(world, intent, body.amount_to_capture)
    return world.shape(intent)


def cancel_payment_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """Call a payment off."""
    body = read(CancelIntent, form)
    intent = _intent(world, name)
    intents.cancel(world, intent, body.cancellation_reason)
    return world.shape(intent)


def retrieve_charge(world: World, name: str, form: Form) -> dict[str, Any]:
    """One try to take money from a card."""
    read(Nothing, form)
    charge: Charge | None = world.charges.get(name)
    if charge is None:
        raise missing("charge", name, param="id", status=404)
    return world.shape(charge)


def _method_types(allowed: list[str] | None) -> list[str]:
    """What remains of the types that are asked for; online cards where nothing is."""
    if allowed is None:
        return ["card"]
    found = [name for name in _ACCEPTED if name in allowed]
    if not found:
        raise wrong_parameter(
            "The account accepts none of these types.", param="allowed_payment_method_types"
        )
    return found


def _intent(world: World, name: str) -> Intent:
    if name not in world.intents:
        raise missing("payment_intent", name, param="intent", status=404)
    return world.intents[name]
