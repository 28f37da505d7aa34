"""Payments by a QR code on a reader's screen, which a customer's telephone pays."""

from typing import Any

from connectors.stripe_terminal.simulator import charges, intents, slot
from connectors.stripe_terminal.simulator.cards import Decline
from connectors.stripe_terminal.simulator.records import Intent, Reader
from connectors.stripe_terminal.simulator.refusal import Refusal
from connectors.stripe_terminal.simulator.world import World

_REFUSED = Decline("payment_method_provider_decline", None, "The customer's app declined.")
_PAGE = "https://payments.example"


def kinds(intent: Intent) -> list[str]:
    """The QR codes that a payment may be paid by."""
    return [name for name in intent.method_types if name in intents.QR_TYPES]


def scan(world: World, reader: Reader, kind: str) -> None:
    """Show a code: the payment waits in `requires_action` until a telephone pays it.

    Raises:
        Refusal: No payment waits there that could be paid so.
    """
    slot.reach(world, reader)
    action = reader.action
    if action is None or action.kind != slot.PROCESS or not action.waits:
        raise Refusal("The reader shows no payment.")
    intent = world.intents[action.intent or ""]
    intents.open_for_card(intent)
    if kind not in kinds(intent):
        raise Refusal(f"The PaymentIntent does not take {kind}.", param="type")
    intent.method = charges.add_method(world, kind, None).id
    intent.status, intent.next_action = "requires_action", _next_action(intent, kind)
    world.event("payment_intent.requires_action", intent)


def pay(world: World, intent: Intent, *, is_paid: bool) -> None:
    """Let the telephone pay or decline, also when the reader shows something else by now.

    Raises:
        Refusal: The payment waits for no telephone.
    """
    if intent.status != "requires_action":
        raise intents.unexpected_state(intent, "paid by a QR code")
    method = world.methods[intent.method or ""]
    shown_at = _shown_at(world, intent)
    place = shown_at.location if shown_at else None
    payer = intents.Payer(method, shown_at.id if shown_at else None, place)
    if is_paid:
        intents.authorized(world, intent, payer)
    else:
        intents.declined(world, intent, payer, _REFUSED)
    if shown_at is None or shown_at.action is None:
        return
    if is_paid:
        slot.succeed(world, shown_at, shown_at.action)
    else:
        shown_at.action.api_error = intent.error
        slot.fail(world, shown_at, shown_at.action, _REFUSED.code, _REFUSED.message)


def _shown_at(world: World, intent: Intent) -> Reader | None:
    for reader in world.readers.values():
        action = reader.action
        if action is not None and action.intent == intent.id and action.waits:
            return reader
    return None


def _next_action(intent: Intent, kind: str) -> dict[str, Any]:
    """What a telephone reads. Some kinds have a code of their own, the others an address."""
    address = f"{_PAGE}/{kind}/{intent.id}"
    if kind == "affirm":
        return {
            "type": "redirect_to_url",
            "redirect_to_url": {"return_url": None, "url": address},
        }
    code: dict[str, Any] = {
        "data": address,
        "image_url_png": f"{address}.png",
        "image_url_svg": f"{address}.svg",
    }
    if kind != "klarna":
        code["hosted_instructions_url"] = address
    if kind == "wechat_pay":
        code["image_data_url"] = "data:image/png;base64,"
    name = f"{kind}_display_qr_code"
    return {"type": name, name: code}
