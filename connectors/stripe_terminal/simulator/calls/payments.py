"""What can be asked about payments."""

from typing import Any

from connectors.stripe_terminal.simulator import intents, search
from connectors.stripe_terminal.simulator.calls.parameters import merged
from connectors.stripe_terminal.simulator.calls.payment_bodies import (
    CancelIntent,
    CaptureIntent,
    ChangeIntent,
    ConfirmIntent,
    CreateIntent,
    IncrementIntent,
    SearchIntents,
)
from connectors.stripe_terminal.simulator.cards import card_of_method
from connectors.stripe_terminal.simulator.charges import online_method
from connectors.stripe_terminal.simulator.currencies import check_amount
from connectors.stripe_terminal.simulator.form import Form, Nothing, read
from connectors.stripe_terminal.simulator.paging import TimedPage, listing
from connectors.stripe_terminal.simulator.records import Intent
from connectors.stripe_terminal.simulator.refusal import Refusal, missing, wrong_parameter
from connectors.stripe_terminal.simulator.world import World

_URL = "/v1/payment_intents"
_CARDS = ("card_present", "interac_present", "card")


def create_payment_intent(world: World, _: str, form: Form) -> dict[str, Any]:
    """Announce a payment; with `confirm`, pay it online at once."""
    body = read(CreateIntent, form)
    _refuse_old(body)
    currency = body.currency.lower()
    check_amount(body.amount, currency)
    intent = Intent(
        id=world.new_id("pi"),
        amount=body.amount,
        currency=currency,
        capture_method=body.capture_method or "automatic_async",
        method_types=[],
        created=world.second,
        metadata=merged({}, body.metadata),
        told=body.told,
        options=body.options,
    )
    intent.method_types = _method_types(intent, body.allowed_payment_method_types)
    intents.add_intent(world, intent)
    if body.confirm:
        _pay_online(world, intent, body.payment_method)
    return world.shape(intent)


def retrieve_payment_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """One payment."""
    read(Nothing, form)
    return world.shape(_intent(world, name))


def list_payment_intents(world: World, _: str, form: Form) -> dict[str, Any]:
    """Payments, the newest first."""
    page = read(TimedPage, form)
    return listing(_URL, world.intents, page, world.shape, lambda it: page.holds(it.created))


def search_payment_intents(world: World, _: str, form: Form) -> dict[str, Any]:
    """Payments by their metadata, status, currency or amount."""
    body = read(SearchIntents, form)
    rows, next_page = search.found(world, body.query, body.limit, body.page)
    return {
        "object": "search_result",
        "url": f"{_URL}/search",
        "has_more": next_page is not None,
        "next_page": next_page,
        "data": [world.shape(row) for row in rows],
    }


def update_payment_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """Change a payment: all of it while it waits, and its texts at any time."""
    body = read(ChangeIntent, form)
    _refuse_old(body)
    intent = _intent(world, name)
    intents.free(intent)
    asked = (body.amount, body.currency, body.capture_method, body.allowed_payment_method_types)
    is_waiting = intent.status == "requires_payment_method"
    if not is_waiting and any(it is not None for it in asked):
        raise intents.unexpected_state(intent, "updated")
    currency = (body.currency or intent.currency).lower()
    if is_waiting:
        check_amount(body.amount or intent.amount, currency)
    intent.amount, intent.currency = body.amount or intent.amount, currency
    intent.capture_method = body.capture_method or intent.capture_method
    intent.metadata = merged(intent.metadata, body.metadata)
    intent.told |= body.told
    intent.options |= body.options
    if body.allowed_payment_method_types is not None:
        intent.method_types = _method_types(intent, body.allowed_payment_method_types)
    return world.shape(intent)


def confirm_online(world: World, name: str, form: Form) -> dict[str, Any]:
    """Pay online, with one of the test payment methods such as `pm_card_visa`."""
    body = read(ConfirmIntent, form)
    intent = _intent(world, name)
    _pay_online(world, intent, body.payment_method)
    return world.shape(intent)


def capture_payment_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """Take what is held, or a part of it."""
    body = read(CaptureIntent, form)
    intent = _intent(world, name)
    intents.capture(world, intent, body.amount_to_capture, is_final=body.final_capture)
    intent.metadata = merged(intent.metadata, body.metadata)
    return world.shape(intent)


def increment_authorization(world: World, name: str, form: Form) -> dict[str, Any]:
    """Hold more."""
    body = read(IncrementIntent, form)
    intent = _intent(world, name)
    intents.increment(world, intent, body.amount)
    intent.metadata = merged(intent.metadata, body.metadata)
    return world.shape(intent)


def cancel_payment_intent(world: World, name: str, form: Form) -> dict[str, Any]:
    """Call a payment off."""
    body = read(CancelIntent, form)
    intent = _intent(world, name)
    intents.cancel(world, intent, body.cancellation_reason)
    return world.shape(intent)


def _refuse_old(body: ChangeIntent) -> None:
    if body.payment_method_types is not None:
        raise wrong_parameter(
            "payment_method_types is not supported any more: use allowed_payment_method_types.",
            code="payment_method_types_no_longer_supported",
            param="payment_method_types",
        )


def _method_types(intent: Intent, allowed: list[str] | None) -> list[str]:
    """What remains of the types that are asked for; online cards where nothing is."""
    if allowed is None:
        return ["card"]
    accepted = [*_CARDS] if intent.currency == "cad" else ["card_present", "card"]
    if not intent.is_manual:
        accepted += [
            name
            for name, currencies in intents.QR_TYPES.items()
            if (currencies is None and intent.currency != "jpy")
            or (currencies is not None and intent.currency in currencies)
        ]
    found = [name for name in accepted if name in allowed]
    if not found:
        raise wrong_parameter(
            "The account accepts none of these types.", param="allowed_payment_method_types"
        )
    return found


def _pay_online(world: World, intent: Intent, method: str | None) -> None:
    intents.free(intent)
    if intent.status != "requires_payment_method":
        raise intents.unexpected_state(intent, "confirmed")
    if method is None or "card" not in intent.method_types:
        raise Refusal(
            "A PaymentIntent is confirmed with a card and takes `card`.", param="payment_method"
        )
    paying = world.methods.get(method) or online_method(world, card_of_method(method))
    decline = intents.decide(world, intent, intents.Payer(paying))
    if decline is not None:
        raise intents.card_refusal(world, intent, decline)


def _intent(world: World, name: str) -> Intent:
    if name not in world.intents:
        raise missing("payment_intent", name, param="intent", status=404)
    return world.intents[name]
