"""What issuers say."""

import pytest

from connectors.stripe_terminal.simulator.cards import GOOD, Card, card_of, verdict
from connectors.stripe_terminal.simulator.refusal import Refusal


@pytest.mark.parametrize(
    ("number", "code", "decline_code"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000009987", "card_declined", "lost_card"),
        ("4000000000009979", "card_declined", "stolen_card"),
        ("4000000000000069", "expired_card", None),
        ("4000000000000119", "processing_error", None),
    ],
)
def test_cards_are_declined(number: str, code: str, decline_code: str | None) -> None:
    """Whatever the amount."""
    found = verdict(card_of(number), 500)

    assert found is not None
    assert (code, decline_code) == (found.code, found.decline_code)


@pytest.mark.parametrize(
    "number", ["4242424242424242", "4000000000005126", "4001007020000002", "4001000360000005", None]
)
def test_cards_are_good(number: str | None) -> None:
    """None is the ordinary one."""
    assert verdict(card_of(number), 500) is None


@pytest.mark.parametrize("ending", [1, 2, 3, 5, 55, 65, 75])
def test_an_amount_is_declined(ending: int) -> None:
    """By its last two digits, with a good card."""
    assert verdict(GOOD, 12_300 + ending) is not None
    assert verdict(GOOD, 12_310 + ending) is None or ending + 10 in {55, 65, 75}


def test_no_number_is_kept() -> None:
    """Four digits tell cards apart."""
    assert Card("4242") == card_of("4242424242424242")
    with pytest.raises(Refusal) as refused:
        card_of("4000000000000010")
    assert "4000" not in str(refused.value)
