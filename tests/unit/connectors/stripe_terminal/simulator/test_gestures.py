"""What somebody does at a reader, on command, and what they see there."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.connectors.stripe_terminal.simulator.account import (
    FRONT,
    GIFTS,
    SETUP,
    Account,
    code,
    refusal,
)
from tests.unit.connectors.stripe_terminal.simulator.conftest import Open

TEXT = {"title": "Your e-mail address"}
LINE = {"amount": 500, "description": "Tea", "quantity": 2}


async def make(account: Account, gesture: str, **content: Any) -> Any:
    """What is seen after a gesture."""
    status, seen = await account.command("POST", f"/readers/{FRONT}/{gesture}", content)

    assert 200 == status, seen
    return seen["screen"]


async def look(account: Account) -> Any:
    """The front counter."""
    _, seen = await account.command("GET", "/readers")
    return next(it for it in seen if it["id"] == FRONT)


async def test_a_card_is_tapped_or_declined(account: Account) -> None:
    """What is to be paid is shown before, and what came of it after."""
    idle = await look(account)
    name = await account.intent(1200)
    await account.process(name)
    shown = (await look(account))["screen"]
    failed = await make(account, "tap", card="4000000000000002")
    await account.process(name)
    done = await make(account, "tap", tip=100)

    assert ("Front counter", "Ginza", "idle") == (
        idle["label"],
        idle["place"],
        idle["screen"]["state"],
    )
    assert ("waiting", 1200, "jpy", ["tap", "cancel"]) == tuple(
        shown[it] for it in ("state", "amount", "currency", "gestures")
    )
    assert ("failed", "Your card was declined.") == (failed["state"], failed["note"])
    assert ("done", "Approved", 1300) == tuple(done[it] for it in ("state", "title", "amount"))


async def test_a_customer_cancels(account: Account) -> None:
    """Where there is a button for it; the payment stays open."""
    name = await account.intent()
    await account.process(name)
    await make(account, "cancel")
    action = (await account.readers.retrieve_async(FRONT)).action
    await account.process(name, enable_customer_cancellation=False)
    status, _ = await account.command("POST", f"/readers/{FRONT}/cancel")

    assert ("failed", "customer_canceled") == (action.status, action.failure_code)
    assert "requires_payment_method" == await account.status(name)
    assert 409 == status
    assert ["tap"] == (await look(account))["screen"]["gestures"]


async def test_what_a_reader_shows(account: Account) -> None:
    """A basket, questions, a card to be saved, a refund to be taken."""
    cart: Any = {"currency": "jpy", "line_items": [LINE], "total": 1000}
    await account.readers.set_reader_display_async(FRONT, {"type": "cart", "cart": cart})
    basket = (await look(account))["screen"]
    asked: Any = {"inputs": [{"type": "email", "custom_text": TEXT}]}
    await account.readers.collect_inputs_async(FRONT, asked)
    questions = (await look(account))["screen"]
    skipped = await make(account, "enter", skips=True)
    setups = account.stripe.v1.setup_intents
    wish = await setups.create_async({"allowed_payment_method_types": ["card_present"]})
    told: Any = {"setup_intent": wish.id, "allow_redisplay": "always"}
    await account.readers.process_setup_intent_async(FRONT, told)
    saving = (await look(account))["screen"]

    assert ([{"text": "2 \u00d7 Tea", "amount": 500}], 1000) == (basket["items"], basket["amount"])
    assert ("Your e-mail address", ["enter", "cancel"]) == (
        questions["title"],
        questions["gestures"],
    )
    assert "done" == skipped["state"]
    assert "Tap to save your card" == saving["title"]


async def test_money_goes_back_to_an_interac_card(account: Account) -> None:
    """The reader says what for."""
    types = ["interac_present"]
    name = await account.intent(5000, currency="cad", allowed_payment_method_types=types)
    await account.process(name)
    await make(account, "tap", card="4506445006931933")
    await account.readers.refund_payment_async(FRONT, {"payment_intent": name, "amount": 1000})
    shown = (await look(account))["screen"]
    done = await make(account, "tap", card="4506445006931933")

    assert ("Present the card to refund", 1000) == (shown["title"], shown["amount"])
    assert "Refunded" == done["title"]


async def test_nobody_comes(account: Account) -> None:
    """The reader says so, on command."""
    await account.process(await account.intent())
    failed = await make(account, "timeout")
    status, _ = await account.command("POST", f"/readers/{FRONT}/timeout")

    assert "failed" == failed["state"]
    assert 409 == status


async def test_a_reader_loses_its_power_and_breaks(account: Account) -> None:
    """What it did stays in its slot; a broken one is known by its code."""
    name = await account.intent()
    await account.process(name)
    dark = await make(account, "unplug")
    status, _ = await account.command("POST", f"/readers/{FRONT}/tap")
    lit = await make(account, "plug")
    await make(account, "break")
    broken = await refusal(account.process(name))

    assert ("dark", 409, "waiting") == (dark["state"], status, lit["state"])
    assert "terminal_reader_hardware_fault" == code(broken)
    assert "Broken" == (await look(account))["screen"]["title"]


async def test_a_reader_is_busy(opened: Open) -> None:
    """And says for which amount."""
    account = await opened(replace(SETUP, authorize_s=60))
    await account.paid(700)

    seen = (await look(account))["screen"]
    assert ("busy", 700) == (seen["state"], seen["amount"])


async def test_a_telephone_pays(account: Account) -> None:
    """Whose code is on the screen."""
    name = await account.intent(700, currency="sgd", allowed_payment_method_types=["paynow"])
    await account.process(name)
    shown = (await look(account))["screen"]
    status, paid = await account.command("POST", f"/intents/{name}/pay", {})
    again, _ = await account.command("POST", f"/intents/{name}/pay", {"is_paid": False})

    assert ("Scan to pay", name) == (shown["title"], shown["scans"])
    assert (200, "succeeded") == (status, paid["status"])
    assert 409 == again


@pytest.mark.parametrize(
    "path", [f"/readers/{FRONT}/dance", "/readers/tmr_none/tap", "/intents/pi_none/pay"]
)
async def test_what_is_not_there(account: Account, path: str) -> None:
    """It is not found."""
    assert 404 == (await account.command("POST", path, {}))[0]


async def test_nothing_is_done_where_nothing_waits(account: Account) -> None:
    """The refusal says why."""
    status, said = await account.command("POST", f"/readers/{GIFTS}/cancel", {})

    assert (409, "Nothing waits at the reader.\n") == (status, said)
