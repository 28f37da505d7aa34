"""What happens to single tries to take money."""

from msgspec.structs import replace

from connectors.stripe_terminal.simulator.cards import INCREMENTAL_BRANDS, Card
from connectors.stripe_terminal.simulator.records import Charge, Intent, Method
from connectors.stripe_terminal.simulator.world import World

# How long the networks hold money: two days for a card that was present, a week for one that was
# not, and up to a month where that was asked for.
_HOLD_S = 2 * 86_400
_ONLINE_HOLD_S = 7 * 86_400
_EXTENDED_HOLD_S = 30 * 86_400


def add_charge(
    world: World, intent: Intent, method: Method, reader: str | None, location: str | None
) -> Charge:
    """Try to take a payment's amount."""
    charge = Charge(
        id=world.new_id("ch"),
        intent=intent.id,
        amount=intent.amount,
        currency=intent.currency,
        created=world.second,
        method=method.id,
        kind=method.kind,
        card=method.card,
        reader=reader,
        location=location,
    )
    world.charges[charge.id] = charge
    intent.charge = charge.id
    intent.charges += 1
    if method.kind == "card_present" and method.card and intent.told.get("setup_future_usage"):
        charge.generated_card = online_method(world, method.card).id
    return charge


def online_method(world: World, card: Card, customer: str | None = None) -> Method:
    """A card for the online shop, made from one that was presented or from a test card."""
    return add_method(world, "card", replace(card, kind="card"), customer)


def add_method(world: World, kind: str, card: Card | None, customer: str | None = None) -> Method:
    """What a payment can be made with; a customer's, where it is kept for somebody."""
    name = world.new_id("pm")
    method = Method(id=name, kind=kind, created=world.second, card=card, customer=customer)
    world.methods[method.id] = method
    return method


def hold(world: World, charge: Charge, intent: Intent) -> None:
    """Hold the money until it is taken, for as long as the networks do."""
    held_s = _ONLINE_HOLD_S
    if charge.kind == "card_present":
        is_long = intent.wants("request_extended_authorization")
        held_s = _EXTENDED_HOLD_S if is_long else _HOLD_S
        is_raisable = bool(charge.card and charge.card.brand in INCREMENTAL_BRANDS)
        asked = intent.wants("request_incremental_authorization_support")
        charge.is_incremental = asked and is_raisable
    charge.capture_before = world.second + held_s
