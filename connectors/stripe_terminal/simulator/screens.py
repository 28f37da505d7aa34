"""What somebody sees who stands at a reader. Pure: no I/O."""

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct

from connectors.stripe_terminal.simulator import scanning, slot
from connectors.stripe_terminal.simulator.records import Action, Reader
from connectors.stripe_terminal.simulator.shapes.places import is_offline
from connectors.stripe_terminal.simulator.world import World

State = Literal["idle", "waiting", "busy", "done", "failed", "dark"]


class Item(Struct, frozen=True):
    """One line of a cart; the amount in the currency's smallest unit."""

    text: str
    amount: int


class Screen(Struct, kw_only=True, omit_defaults=True):
    """A reader's screen, and what can be done there.

    `codes` are QR codes that a customer may ask for; `scans` is the payment that a telephone is
    about to pay.
    """

    state: State
    title: str
    note: str | None = None
    amount: int | None = None
    currency: str | None = None
    items: list[Item] = []
    codes: list[str] = []
    scans: str | None = None
    gestures: list[str] = []
    takes_tips: bool = False


class Counter(Struct, frozen=True, kw_only=True):
    """A reader and where it stands."""

    id: str
    label: str
    place: str
    account: str | None
    device: str
    is_online: bool
    is_plugged: bool
    screen: Screen


def counter(world: World, reader: Reader) -> Counter:
    """A reader as somebody sees it."""
    place = world.locations.get(reader.location or "")
    return Counter(
        id=reader.id,
        label=reader.label,
        place=place.display_name if place else "",
        account=world.account,
        device=reader.device_type,
        is_online=not is_offline(reader, world.now),
        is_plugged=reader.unplugged_at is None,
        screen=screen(world, reader),
    )


def screen(world: World, reader: Reader) -> Screen:
    """What its screen shows."""
    if reader.is_broken:
        return Screen(state="dark", title="Broken", note="It has to be replaced.")
    if reader.unplugged_at is not None:
        return Screen(state="dark", title="No power")
    if reader.action is None:
        return Screen(state="idle", title="Welcome")
    return _acting(world, reader.action)


def _acting(world: World, action: Action) -> Screen:
    if action.is_authorizing:
        return _priced(world, action, Screen(state="busy", title="Asking the bank…"))
    if action.status == "succeeded":
        return _priced(world, action, Screen(state="done", title=_DONE.get(action.kind, "Done")))
    if action.status == "failed":
        return Screen(state="failed", title="Not accepted", note=action.failure_message)
    return _WAITING[action.kind](world, action)


def _priced(world: World, action: Action, shown: Screen) -> Screen:
    intent = world.intents.get(action.intent or "")
    if intent is not None:
        shown.amount, shown.currency = intent.amount, intent.currency
    return shown


def _payment(world: World, action: Action) -> Screen:
    intent = world.intents[action.intent or ""]
    if intent.status == "requires_action":
        shown = Screen(state="waiting", title="Scan to pay", scans=intent.id, gestures=["cancel"])
        return _priced(world, action, shown)
    config = action.detail.get("process_config") or action.detail.get("collect_config") or {}
    cancels = config.get("enable_customer_cancellation") is not False
    shown = Screen(
        state="waiting",
        title="Tap, insert or swipe",
        codes=scanning.kinds(intent) if action.kind == slot.PROCESS else [],
        gestures=["tap", "cancel"] if cancels else ["tap"],
        takes_tips=config.get("skip_tipping") is False,
    )
    return _priced(world, action, shown)


def _refund(world: World, action: Action) -> Screen:
    charge = world.charges[action.detail["charge"]]
    return Screen(
        state="waiting",
        title="Present the card to refund",
        amount=action.detail["amount"],
        currency=charge.currency,
        gestures=["tap", "cancel"],
    )


def _cart(_: World, action: Action) -> Screen:
    cart = action.detail["cart"]
    return Screen(
        state="waiting",
        title="Your basket",
        amount=cart["total"],
        currency=cart["currency"],
        items=[
            Item(f"{it['quantity']} \u00d7 {it['description']}", it["amount"])
            for it in cart["line_items"]
        ],
    )


def _inputs(_: World, action: Action) -> Screen:
    asked = action.detail["inputs"]
    titles = ", ".join(it["custom_text"]["title"] for it in asked)
    return Screen(state="waiting", title=titles, gestures=["enter", "cancel"])


_WAITING: Mapping[str, Callable[[World, Action], Screen]] = {
    slot.PROCESS: _payment,
    slot.COLLECT: _payment,
    slot.CONFIRM: _payment,
    slot.SAVE: lambda _, __: Screen(
        state="waiting", title="Tap to save your card", gestures=["tap", "cancel"]
    ),
    slot.REFUND: _refund,
    slot.INPUTS: _inputs,
    slot.DISPLAY: _cart,
}
_DONE = {slot.PROCESS: "Approved", slot.CONFIRM: "Approved", slot.REFUND: "Refunded"}
