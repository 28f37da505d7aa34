"""What can be asked about money that is given back."""

from typing import Any, Literal

from msgspec import Struct

from connectors.stripe_terminal.simulator import refunds
from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.paging import Page, listing
from connectors.stripe_terminal.simulator.payment_calls import Amount
from connectors.stripe_terminal.simulator.refusal import missing, wrong_parameter
from connectors.stripe_terminal.simulator.world import World


class RefundPage(Page, frozen=True):
    """A page of refunds, of one payment say."""

    payment_intent: str | None = None
    charge: str | None = None


class CreateRefund(Struct, forbid_unknown_fields=True):
    """The body of a refund; without an amount, all that is left."""

    payment_intent: str | None = None
    charge: str | None = None
    amount: Amount | None = None
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"] | None = None
    metadata: dict[str, str] = {}


def create_refund(world: World, _: str, form: Form) -> dict[str, Any]:
    """Give money back."""
    body = read(CreateRefund, form)
    if not body.payment_intent and not body.charge:
        raise wrong_parameter(
            "One of these is needed: payment_intent, charge.",
            code="parameter_missing",
            param="payment_intent",
        )
    charge = refunds.charge_to_refund(world, body.payment_intent, body.charge)
    refund = refunds.add_refund(
        world, charge, body.amount, reason=body.reason, metadata=body.metadata
    )
    return world.shape(refund)


def retrieve_refund(world: World, name: str, form: Form) -> dict[str, Any]:
    """One refund."""
    read(Nothing, form)
    if name not in world.refunds:
        raise missing("refund", name, param="refund", status=404)
    return world.shape(world.refunds[name])


def list_refunds(world: World, _: str, form: Form) -> dict[str, Any]:
    """Refunds."""
    page = read(RefundPage, form)
    found = [
        it
        for it in world.refunds.values()
        if page.payment_intent in {None, it.intent} and page.charge in {None, it.charge}
    ]
    return listing(world, "/v1/refunds", found, page)
