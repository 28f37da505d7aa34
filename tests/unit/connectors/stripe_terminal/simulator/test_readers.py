"""What happens at readers, over a real port and with the official package."""

import pytest
from msgspec.structs import replace

from tests.unit.connectors.stripe_terminal.simulator.account import (
    FRONT,
    GIFTS,
    SETUP,
    UMEDA,
    Account,
    code,
    refusal,
    until,
)
from tests.unit.connectors.stripe_terminal.simulator.conftest import Open

LINE = {"amount": 500, "description": "Tea", "quantity": 1}


async def test_a_payment_that_waits_is_replaced(account: Account) -> None:
    """No lock and no error: the first payment just is not on the reader any more."""
    first, second = await account.intent(), await account.intent()
    await account.process(first)
    reader = await account.process(second)
    await account.present()

    assert second == reader.action.process_payment_intent.payment_intent
    assert "requires_payment_method" == (await account.read(first)).status
    assert "succeeded" == (await account.read(second)).status


async def test_a_reader_is_busy_while_the_issuer_thinks(opened: Open) -> None:
    """Nothing replaces, cancels or covers a payment whose card was presented."""
    account = await opened(replace(SETUP, authorize_s=5))
    name, other = await account.intent(), await account.intent()
    await account.process(name)
    shown = await account.present()

    assert "in_progress" == shown.action.status
    cart = {"type": "cart", "cart": {"currency": "jpy", "line_items": [LINE], "total": 500}}
    for attempt in (
        account.process(other),
        account.readers.cancel_action_async(FRONT),
        account.readers.set_reader_display_async(FRONT, cart),
        account.present(),
    ):
        assert "terminal_reader_busy" == code(await refusal(attempt))
    assert "lock_timeout" == code(await refusal(account.process(name, GIFTS)))


async def test_a_payment_is_canceled_while_it_waits(account: Account) -> None:
    """The slot is cleared, and the payment stays open until it is called off itself."""
    name = await account.intent()
    await account.process(name)
    reader = await account.readers.cancel_action_async(FRONT)

    assert reader.action is None
    assert "requires_payment_method" == (await account.read(name)).status
    assert "canceled" == (await account.stripe.v1.payment_intents.cancel_async(name)).status
    assert "intent_invalid_state" == code(await refusal(account.process(name)))


async def test_a_card_comes_too_late_for_a_payment_that_is_called_off(account: Account) -> None:
    """The reader still asks for it, and the action fails without a charge."""
    name = await account.intent()
    await account.process(name)
    await account.stripe.v1.payment_intents.cancel_async(name)
    reader = await account.present()

    assert ("failed", "intent_invalid_state") == (reader.action.status, reader.action.failure_code)
    assert (await account.read(name)).latest_charge is None


async def test_a_cart_covers_a_payment_that_waits(account: Account) -> None:
    """It stays until something else is sent; no card can be presented for it."""
    await account.process(await account.intent())
    reader = await account.readers.set_reader_display_async(
        FRONT, {"type": "cart", "cart": {"currency": "jpy", "line_items": [LINE], "total": 500}}
    )

    assert ("set_reader_display", "in_progress") == (reader.action.type, reader.action.status)
    assert "Tea" == reader.action.set_reader_display.cart.line_items[0].description
    await refusal(account.present())


async def test_a_tip_makes_the_payment_larger(account: Account) -> None:
    """The amount grows, and the tip is told apart."""
    name = await account.intent(1000)
    await account.process(name, tipping={"amount_eligible": 900})
    await account.present(amount_tip=100)
    intent = await account.read(name)

    assert (1100, 1100, 100) == (
        intent.amount,
        intent.amount_received,
        intent.amount_details.tip.amount,
    )


async def test_no_tip_is_given_where_none_is_asked_for(account: Account) -> None:
    """A test that says otherwise is mistaken."""
    await account.process(await account.intent(), skip_tipping=True)

    assert "amount_tip" == getattr(await refusal(account.present(amount_tip=50)), "param", None)


async def test_no_card_is_presented_to_an_idle_reader(account: Account) -> None:
    """Before a payment, nor after it is done; and only test cards are cards."""
    await refusal(account.present())
    await account.paid()
    await refusal(account.present())
    await account.process(await account.intent())

    error = await refusal(account.present("4111111111111111"))
    assert "card_present[number]" == getattr(error, "param", None)


async def test_a_customer_taps_by_themselves(opened: Open) -> None:
    """So that a demonstration ends, though nobody stands at the reader."""
    account = await opened(tap_after_s=0.5)
    replaced, paid, cleared = [await account.intent() for _ in range(3)]
    await account.process(replaced)
    await account.process(paid)
    await account.process(cleared, GIFTS)
    await account.readers.cancel_action_async(GIFTS)
    await until("succeeded", lambda: account.status(paid))
    await account.process(cleared, UMEDA)
    await until("succeeded", lambda: account.status(cleared))

    assert "requires_payment_method" == await account.status(replaced)
    assert (await account.readers.retrieve_async(GIFTS)).action is None


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({}, ["tmr_umeda", "tmr_gifts", "tmr_front"]),
        ({"location": "tml_ginza"}, ["tmr_gifts", "tmr_front"]),
        ({"limit": 1, "starting_after": "tmr_umeda"}, ["tmr_gifts"]),
        ({"limit": 1, "ending_before": "tmr_front"}, ["tmr_gifts"]),
    ],
)
async def test_readers_are_listed(account: Account, params: dict[str, str], ids: list[str]) -> None:
    """By place, the newest first."""
    page = await account.readers.list_async(params)

    assert ids == [reader.id for reader in page.data]


async def test_pages_follow_each_other(account: Account) -> None:
    """None is lost, none comes twice."""
    page = await account.readers.list_async({"limit": 2})

    assert page.has_more
    assert ["tmr_umeda", "tmr_gifts", "tmr_front"] == [
        reader.id async for reader in page.auto_paging_iter()
    ]


async def test_things_that_do_not_exist(account: Account) -> None:
    """Not found where the address names them; a bad request where a parameter does."""
    wrong = [
        (404, account.readers.retrieve_async("tmr_none")),
        (404, account.stripe.v1.terminal.locations.retrieve_async("tml_none")),
        (404, account.stripe.v1.payment_intents.retrieve_async("pi_none")),
        (404, account.stripe.v1.charges.retrieve_async("ch_none")),
        (404, account.stripe.v1.refunds.retrieve_async("re_none")),
        (400, account.process("pi_none")),
        (400, account.readers.list_async({"location": "tml_none"})),
        (400, account.readers.list_async({"starting_after": "tmr_none"})),
        (400, account.stripe.v1.refunds.create_async({"charge": "ch_none"})),
    ]
    for status, call in wrong:
        error = await refusal(call)
        assert (status, "resource_missing") == (error.http_status, code(error))


async def test_a_reader_stands_somewhere(account: Account) -> None:
    """Its place can be asked for with it."""
    reader = await account.readers.retrieve_async(FRONT, {"expand": ["location"]})
    places = await account.stripe.v1.terminal.locations.list_async()
    place = await account.stripe.v1.terminal.locations.retrieve_async("tml_ginza")

    assert ("Ginza", "Front counter", "online") == (
        reader.location.display_name,
        reader.label,
        reader.status,
    )
    assert ["tml_umeda", "tml_ginza"] == [it.id for it in places.data]
    assert "JP" == place.address.country
