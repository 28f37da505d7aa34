"""What readers do besides payments: the connector against the simulator."""

from typing import Any

import pytest

from connectors.sdk.ports import ReaderTaskDriver
from connectors.sdk.reader_task import (
    DISPLAY,
    InputsRequest,
    SetupProcess,
    SetupRequest,
    SetupStatus,
)
from connectors.sdk.terminal import ActionStatus
from connectors.stripe_terminal.client import StripeTerminal
from schema.domain.errors import Conflict, NotFound, OutcomeUnknown
from schema.domain.reader_task import (
    Cart,
    CartLine,
    InputAnswer,
    InputAsked,
    InputChoice,
    InputKind,
    InputToggle,
    Redisplay,
)
from tests.unit.connectors.stripe_terminal.simulator.account import FRONT, Account
from tests.unit.connectors.stripe_terminal.simulator.test_driver import call, driver

__all__ = ["driver"]

CART = Cart("JPY", (CartLine("Shirt", 2, 1000), CartLine("Discount", 1, -100)), 90, 990)
CHOICES = (InputChoice("s", "Small"), InputChoice("l", "Large", is_primary=True))
INPUTS = (
    InputAsked(
        InputKind.EMAIL,
        "Your e-mail",
        "For the receipt",
        is_required=True,
        toggles=(InputToggle("News", None, is_on=True), InputToggle(None, "Offers")),
    ),
    InputAsked(InputKind.PHONE, "Your phone"),
    InputAsked(InputKind.NUMERIC, "Your number"),
    InputAsked(InputKind.SELECTION, "Your size", choices=CHOICES),
    InputAsked(InputKind.SIGNATURE, "Sign here"),
)


async def shown(account: Account) -> Any:
    """The action in the reader's slot, as Stripe has it."""
    return (await account.readers.retrieve_async(FRONT)).to_dict()["action"]


def test_it_offers_all_of_the_port(driver: StripeTerminal) -> None:
    """The registry finds it by its methods."""
    assert isinstance(driver, ReaderTaskDriver)


async def test_a_cart_is_shown_in_whole_numbers(driver: StripeTerminal, account: Account) -> None:
    """Anything else would leave the screen blank, without an error."""
    reader = await driver.show_cart(call("t:1"), FRONT, CART, None)

    assert reader.action is not None
    assert (DISPLAY, ActionStatus.IN_PROGRESS) == (reader.action.kind, reader.action.status)
    cart = (await shown(account))[DISPLAY]["cart"]
    assert ("jpy", 990, 90) == (cart["currency"], cart["total"], cart["tax"])
    assert [(1000, 2, "Shirt"), (-100, 1, "Discount")] == [
        (it["amount"], it["quantity"], it["description"]) for it in cart["line_items"]
    ]


async def test_inputs_come_back_with_our_name_of_them(
    driver: StripeTerminal, account: Account
) -> None:
    """Each with its title; a choice by its id, and switches in their order."""
    sent = await driver.collect_inputs(call("t:1"), FRONT, InputsRequest(INPUTS, "tsk_1"))
    helpers = account.stripe.v1.test_helpers.terminal.readers
    await helpers.succeed_input_collection_async(FRONT)
    found = (await driver.task_reader(call(), FRONT, None)).action

    assert sent.action is not None
    assert ("tsk_1", ()) == (sent.action.reference, sent.action.answers)
    assert found is not None
    assert ("tsk_1", ActionStatus.SUCCEEDED) == (found.reference, found.status)
    assert (
        InputAnswer(InputKind.EMAIL, "Your e-mail", "customer@example.com", (True, False)),
        InputAnswer(InputKind.PHONE, "Your phone", "+15555550123"),
        InputAnswer(InputKind.NUMERIC, "Your number", "1234567890"),
        InputAnswer(InputKind.SELECTION, "Your size", "s"),
        InputAnswer(InputKind.SIGNATURE, "Sign here", "file_simulated"),
    ) == found.answers


async def test_what_is_skipped_has_no_value(driver: StripeTerminal, account: Account) -> None:
    """What is required cannot be skipped."""
    await driver.collect_inputs(call("t:1"), FRONT, InputsRequest(INPUTS[:2], "tsk_1"))
    helpers = account.stripe.v1.test_helpers.terminal.readers
    await helpers.succeed_input_collection_async(FRONT, {"skip_non_required_inputs": "all"})
    found = (await driver.task_reader(call(), FRONT, None)).action

    assert found is not None
    assert ["customer@example.com", None] == [it.value for it in found.answers]


async def test_no_text_shows_what_was_entered() -> None:
    """A log that prints a reader prints no personal data."""
    answer = InputAnswer(InputKind.EMAIL, "Your e-mail", "mari@example.com")

    assert "mari" not in repr((answer,))


async def test_a_card_is_kept_for_a_customer(driver: StripeTerminal, account: Account) -> None:
    """The card that comes of it can be charged again, which the one presented cannot."""
    customer = await driver.create_payer(call("c"), "Q3VzdG9tZXI", None)
    setup = await driver.create_setup(call("t:intent"), SetupRequest(customer, "tsk_1"))
    process = SetupProcess(setup.id, Redisplay.ALWAYS)
    sent = await driver.process_setup(call("t:1"), FRONT, process)
    await account.present("4000000000000002")
    refused = await driver.setup(call(), setup.id, None)
    await driver.process_setup(call("t:2"), FRONT, process)
    await account.present()
    kept = await driver.setup(call(), setup.id, None)

    assert sent.action is not None
    assert (setup.id, ActionStatus.IN_PROGRESS) == (sent.action.setup, sent.action.status)
    assert refused.failure is not None
    assert (SetupStatus.REQUIRES_PAYMENT_METHOD, "card_declined", None) == (
        refused.status,
        refused.failure.code,
        refused.card and refused.card.last4,
    )
    assert SetupStatus.SUCCEEDED is kept.status
    assert kept.card is not None
    assert ("visa", "4242") == (kept.card.brand, kept.card.last4)
    method = await account.stripe.v1.payment_methods.retrieve_async(kept.card.payment_method)
    assert ("card", customer) == (method.type, method.customer)
    with pytest.raises(Conflict):
        await driver.cancel_setup(call("t:cancel"), setup.id, None)


async def test_a_card_that_is_not_wanted_any_more(driver: StripeTerminal) -> None:
    """Its setup is given up at Stripe, and says so."""
    customer = await driver.create_payer(call("c"), "Q3VzdG9tZXI", None)
    setup = await driver.create_setup(call("t:intent"), SetupRequest(customer, "tsk_1"))

    given_up = await driver.cancel_setup(call("t:cancel"), setup.id, None)

    assert SetupStatus.CANCELED is given_up.status
    with pytest.raises(NotFound):
        await driver.setup(call(), "seti_none", None)


async def test_a_payment_in_the_slot_is_told(driver: StripeTerminal, account: Account) -> None:
    """So that nothing is sent over it."""
    intent = await account.intent()
    await account.process(intent)

    found = await driver.task_reader(call(), FRONT, None)

    assert found.action is not None
    assert (intent, "tml_ginza") == (found.action.intent, found.location)


async def test_a_reader_that_does_not_answer(driver: StripeTerminal, account: Account) -> None:
    """It may show the cart all the same."""
    await account.fault("timeout_delivered", "set_reader_display")

    with pytest.raises(OutcomeUnknown):
        await driver.show_cart(call("t:1"), FRONT, CART, None)
