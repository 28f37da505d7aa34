"""Carts on a reader's screen."""

import asyncio

import pytest
from msgspec.structs import replace

from schema.domain.payment import PaymentRecord, PaymentState, UserErrorRecord
from schema.domain.reader_task import Cart, CartLine, ReaderTaskKind, ReaderTaskState
from schema.ports.payments import ReaderKey
from tests.unit.connectors.stripe_terminal.simulator.account import FRONT
from tests.unit.gateway.payments.tasks.counter import CART, Counter, codes
from tests.unit.gateway.payments.till import FRONT as FRONT_KEY
from tests.unit.gateway.payments.till import a_scope

SHOWN = "set_reader_display"


async def test_a_cart_is_shown_and_the_reader_is_free_again(counter: Counter) -> None:
    """It needs the reader for as long as the call alone."""
    shown = await counter.cart()

    assert (ReaderTaskKind.CART, ReaderTaskState.SUCCEEDED) == (shown.kind, shown.state)
    assert 990 == (await counter.slot())[SHOWN]["cart"]["total"]
    assert await counter.holder() is None


async def test_a_payment_takes_the_place_of_a_cart(counter: Counter) -> None:
    """So that a till shows what is bought, and then takes the money."""
    await counter.cart()

    paid = await counter.pay()

    assert isinstance(paid, PaymentRecord)
    assert PaymentState.AWAITING_CARD is paid.state
    assert "process_payment_intent" == (await counter.slot())["type"]


async def test_no_cart_is_sent_to_a_reader_that_has_a_payment(counter: Counter) -> None:
    """It would kill the payment, without an error."""
    paid = await counter.pay()
    assert isinstance(paid, PaymentRecord)

    refused = await counter.tasks.show_cart(a_scope(), FRONT_KEY, CART)
    cleared = await counter.tasks.clear_cart(a_scope(), FRONT_KEY)

    assert ["READER_BUSY", "READER_BUSY"] == codes(refused, cleared)
    assert paid.id in str(refused)
    assert 0 == await counter.calls(SHOWN)
    assert "in_progress" == (await counter.slot())["status"]


async def test_no_cart_is_sent_over_a_strangers_payment(counter: Counter) -> None:
    """Another program of the same account may have sent it."""
    await counter.account.process(await counter.account.intent())

    refused = await counter.tasks.show_cart(a_scope(), FRONT_KEY, CART)

    assert ["READER_BUSY"] == codes(refused)
    assert 0 == await counter.calls(SHOWN)
    assert await counter.holder() is None


async def test_a_payment_cannot_begin_while_a_cart_is_sent(counter: Counter) -> None:
    """The cart might come later than the payment, and kill it."""
    await counter.account.fault("delay", SHOWN, delay_s=1.5)
    cart = asyncio.create_task(counter.cart())
    await counter.account.came(SHOWN)

    refused = await counter.pay()
    shown = await cart
    begun = await counter.pay("p2")

    assert ["READER_BUSY"] == codes(refused)
    assert ReaderTaskState.SUCCEEDED is shown.state
    assert isinstance(begun, PaymentRecord)


async def test_carts_that_come_at_once_wait_for_each_other(counter: Counter) -> None:
    """A till that scans fast is not refused, and all are shown."""
    totals = [990, 1990, 2990]
    carts = [Cart("JPY", (CartLine("Shirt", 1, it),), 0, it) for it in totals]

    shown = await asyncio.gather(*(counter.cart(it) for it in carts))

    assert {ReaderTaskState.SUCCEEDED} == {it.state for it in shown}
    assert 3 == await counter.calls(SHOWN)


async def test_a_cart_is_taken_off(counter: Counter) -> None:
    """And what is no cart is left alone."""
    nothing = await counter.clear()
    await counter.cart()
    cleared = await counter.clear()

    assert (ReaderTaskState.SUCCEEDED, ReaderTaskState.SUCCEEDED) == (nothing.state, cleared.state)
    assert await counter.slot() is None
    assert 1 == await counter.calls("cancel_action")


LINE = CartLine("Shirt", 1, 900)
NAMELESS = CartLine(" ", 1, 900)


@pytest.mark.parametrize(
    ("cart", "code", "path"),
    [
        (replace(CART, total=991), "CART_INVALID", ("total",)),
        (replace(CART, total=-1), "CART_INVALID", ("total",)),
        (replace(CART, tax=-1), "CART_INVALID", ("tax",)),
        (replace(CART, lines=()), "CART_INVALID", ("lines",)),
        (replace(CART, lines=(LINE,) * 101), "CART_INVALID", ("lines",)),
        (replace(CART, lines=(replace(LINE, quantity=0),)), "CART_INVALID", ("lines", "0")),
        (
            replace(CART, lines=(LINE, replace(LINE, description=" "))),
            "CART_INVALID",
            ("lines", "1"),
        ),
        (replace(CART, lines=(replace(LINE, amount=10**8),)), "CART_INVALID", ("lines", "0")),
        (replace(CART, currency="USD"), "CURRENCY_MISMATCH", ("currency",)),
    ],
)
async def test_a_cart_that_does_not_add_up_is_refused(
    counter: Counter, cart: Cart, code: str, path: tuple[str, ...]
) -> None:
    """With the place that is wrong, and nothing is sent."""
    refused = await counter.tasks.show_cart(a_scope(), FRONT_KEY, cart)

    assert isinstance(refused, UserErrorRecord)
    assert (code, ("input", "cart", *path)) == (refused.code, refused.path)
    assert 0 == await counter.calls("retrieve_reader")
    assert {} == await counter.journal.reader_tasks(["tsk_1"])


async def test_a_wrong_place_is_refused(counter: Counter) -> None:
    """A store or a reader that nobody knows, and a store that is none of the actor's."""
    nowhere = await counter.tasks.show_cart(a_scope(), ReaderKey("x", "x"), CART)
    nobody = await counter.tasks.show_cart(a_scope(), ReaderKey("ginza", "x"), CART)
    foreign = await counter.tasks.show_cart(a_scope("umeda"), FRONT_KEY, CART)

    assert ["STORE_UNKNOWN", "READER_UNKNOWN", "NOT_PERMITTED"] == codes(nowhere, nobody, foreign)


async def test_a_reader_that_is_registered_elsewhere_is_refused(counter: Counter) -> None:
    """Before anything is sent to it."""
    elsewhere = ReaderKey("umeda", "Front counter")

    refused = await counter.tasks.show_cart(a_scope(), elsewhere, CART)

    assert ["READER_WRONG_LOCATION"] == codes(refused)
    assert 0 == await counter.calls(SHOWN)


@pytest.mark.parametrize(
    ("fault", "code"),
    [("reader_busy", "READER_BUSY"), ("reader_offline", "READER_OFFLINE")],
)
async def test_a_reader_that_says_no(counter: Counter, fault: str, code: str) -> None:
    """It is told to who asked, and the reader is free for the next."""
    await counter.account.fault(fault, SHOWN)

    refused = await counter.tasks.show_cart(a_scope(), FRONT_KEY, CART)

    assert [code] == codes(refused)
    assert await counter.holder() is None


@pytest.mark.parametrize("fault", ["reply_lost", "truncated", "reset", "unavailable"])
async def test_a_lost_answer_is_asked_for_under_the_same_key(counter: Counter, fault: str) -> None:
    """Which has one effect, however often it comes."""
    await counter.account.fault(fault, SHOWN)

    await counter.tasks.show_cart(a_scope(), FRONT_KEY, CART)

    found = await counter.reaches(ReaderTaskState.SUCCEEDED)
    assert 1 == found.attempt
    assert SHOWN == (await counter.slot())["type"]


async def test_a_reader_that_does_not_answer_is_given_up_soon(counter: Counter) -> None:
    """A cart is not worth holding the reader for."""
    await counter.do("unplug")

    shown = await counter.cart()
    found = await counter.reaches(ReaderTaskState.FAILED)

    assert shown.state in {ReaderTaskState.UNKNOWN, ReaderTaskState.FAILED}
    assert found.failure is not None
    assert "reader_timeout" == found.failure.code
    assert await counter.holder() is None


async def test_a_provider_that_is_away(counter: Counter) -> None:
    """Nothing is kept for later: the till shows the cart again."""
    await counter.account.command("PUT", "/", {"mode": "dead"})

    refused = await counter.tasks.show_cart(a_scope(), FRONT_KEY, CART)

    assert ["PROVIDER_UNAVAILABLE"] == codes(refused)
    assert FRONT == (await counter.task()).device
    assert await counter.holder() is None
