"""What can be asked about money that is given back."""

from typing import Any, Literal

from msgspec import Struct

from connectors.stripe_terminal.simulator import refunds
from connectors.stripe_terminal.simulator.calls.parameters import Metadata, Positive, merged
from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.paging import TimedPage, listing
from connectors.stripe_terminal.simulator.records import Refund
from connectors.stripe_terminal.simulator.refusal import exclusive, missing, wrong_parameter
from connectors.stripe_terminal.simulator.world import World

_URL = "/v1/refunds"


class RefundPage(TimedPage, frozen=True):
    """A page of refunds, of one payment say."""

    payment_intent: str | None = None
    charge: str | None = None


class CreateRefund(Struct, forbid_unknown_fields=True):
    """The body of a refund; without an amount, all that is left."""

    payment_intent: str | None = None
    charge: str | None = None
    amount: Positive | None = None
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"] | None = None
    metadata: Metadata | None = None
    refund_application_fee: bool | None = None
    reverse_transfer: bool | None = None


class UpdateRefund(Struct, forbid_unknown_fields=True):
    """The body that changes what is noted of a refund."""

    metadata: Metadata | None = None


def create_refund(world: World, _: str, form: Form) -> dict[str, Any]:
    """Give money back."""
    body = read(CreateRefund, form)
    if body.payment_intent and body.charge:
        raise exclusive("payment_intent", "charge")
    if not body.payment_intent and not body.charge:
        raise wrong_parameter(
            "One of these is needed: payment_intent, charge.",
            code="parameter_missing",
            param="payment_intent",
        )
    charge = refunds.charge_to_refund(world, body.payment_intent, body.charge)
    refunds.online_only(charge)
    noted = merged({}, body.metadata)
    refund = refunds.add_refund(world, charge, body.amount, reason=body.reason, metadata=noted)
    return world.shape(refund)


def retrieve_refund(world: World, name: str, form: Form) -> dict[str, Any]:
    """One refund."""
    read(Nothing, form)
    return world.shape(_refund(world, name))


def update_refund(world: World, name: str, form: Form) -> dict[str, Any]:
    """Note something of a refund."""
    body = read(UpdateRefund, form)
    refund = _refund(world, name)
    refund.metadata = merged(refund.metadata, body.metadata)
    return world.shape(refund)


def list_refunds(world: World, _: str, form: Form) -> dict[str, Any]:
    """Refunds, the newest first."""
    page = read(RefundPage, form)
    intent = world.intents.get(page.payment_intent or "")
    # One payment has few; looking through all of them would take long.
    some = world.refunds if intent is None else {it: world.refunds[it] for it in intent.refunds}
    return listing(
        _URL,
        some,
        page,
        world.shape,
        lambda it: (
            page.payment_intent in {None, it.intent}
            and page.charge in {None, it.charge}
            and page.holds(it.created)
        ),
    )


def _refund(world: World, name: str) -> Refund:
    if name not in world.refunds:
        raise missing("refund", name, param="refund", status=404)
    return world.refunds[name]
