"""The account by itself: time passes when we say so."""

import pytest

from connectors.stripe_terminal.simulator import presenting, slot
from connectors.stripe_terminal.simulator.cards import GOOD
from connectors.stripe_terminal.simulator.crowd import Crowd, Habits
from tests.unit.connectors.stripe_terminal.simulator.till import READER, Till


def test_an_issuer_takes_its_time() -> None:
    """Nothing is decided before, and what is told comes in the order in which it happened."""
    till = Till()
    intent = till.waiting()
    till.ask("present_payment_method", READER)
    till.passes(1.9)
    thinking = till.status(intent)
    till.passes(0.1)
    (charge,) = till.world.charges

    assert ("requires_payment_method", "in_progress") == thinking
    assert ("succeeded", "succeeded") == till.status(intent)
    assert [
        ("payment_intent.created", intent),
        ("charge.succeeded", charge),
        ("payment_intent.succeeded", intent),
        ("terminal.reader.action_succeeded", READER),
    ] == till.told


def test_a_customer_taps_once() -> None:
    """After their time; a card that was presented by hand meanwhile is the only one."""
    till = Till(crowd=Crowd(Habits(tap_after_s=3.0)))
    intent = till.waiting()
    till.passes(2.9)
    till.ask("present_payment_method", READER)
    till.passes(0.1)
    till.passes(10)

    assert ("succeeded", "succeeded") == till.status(intent)
    assert 1 == len(till.world.charges)


@pytest.mark.parametrize(
    ("mishap", "status"),
    [
        ("reader_lost", ("requires_payment_method", "in_progress")),
        ("connection_error", ("succeeded", "failed")),
    ],
)
def test_what_goes_wrong_at_the_reader(mishap: str, status: tuple[str, str]) -> None:
    """Either the card was never asked, or it has paid and the reader does not know."""
    till = Till()
    intent = till.waiting()
    reader = till.world.readers[READER]
    assert reader.action is not None
    reader.action.mishap = mishap
    presenting.present(till.world, reader, GOOD, tip=None)
    till.passes(600)

    assert status == till.status(intent)
    slot.cancel_action(reader)
    assert reader.action is None


def test_a_failing_refund_is_told_of() -> None:
    """First that it was made, and later what became of it."""
    till = Till()
    intent = till.waiting()
    till.ask("present_payment_method", READER, card_present={"number": "4000000000005126"})
    till.passes(2)
    refund = till.ask("create_refund", payment_intent=intent)["id"]
    (charge,) = till.world.charges
    till.passes(5)

    assert [
        ("refund.created", refund),
        ("charge.refunded", charge),
        ("refund.updated", refund),
        ("refund.failed", refund),
    ] == till.told[-4:]
