"""What can be asked about single tries to take money, and about cards."""

from typing import Any

from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.paging import TimedPage, listing
from connectors.stripe_terminal.simulator.refusal import missing
from connectors.stripe_terminal.simulator.world import World


class ChargePage(TimedPage, frozen=True):
    """A page of charges, of one payment say."""

    payment_intent: str | None = None


def list_charges(world: World, _: str, form: Form) -> dict[str, Any]:
    """Tries to take money, the newest first."""
    page = read(ChargePage, form)
    return listing(
        "/v1/charges",
        world.charges,
        page,
        world.shape,
        lambda it: page.payment_intent in {None, it.intent} and page.holds(it.created),
    )


def retrieve_charge(world: World, name: str, form: Form) -> dict[str, Any]:
    """One try to take money."""
    read(Nothing, form)
    if name not in world.charges:
        raise missing("charge", name, param="id", status=404)
    return world.shape(world.charges[name])


def retrieve_payment_method(world: World, name: str, form: Form) -> dict[str, Any]:
    """One card, or the kind of a QR code."""
    read(Nothing, form)
    if name not in world.methods:
        raise missing("PaymentMethod", name, param="payment_method", status=404)
    return world.shape(world.methods[name])
