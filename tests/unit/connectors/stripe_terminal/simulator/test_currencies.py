"""What currencies allow."""

import pytest

from connectors.stripe_terminal.simulator.currencies import check_amount, shown
from connectors.stripe_terminal.simulator.refusal import Refusal
from tests.unit.connectors.stripe_terminal.simulator.till import Till


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "jpy", "amount_too_small"),
        (49, "sgd", "amount_too_small"),
        (29, "gbp", "amount_too_small"),
        (100_000_000, "usd", "amount_too_large"),
        (1005, "kwd", None),
    ],
)
def test_amounts_that_cannot_be_charged(amount: int, currency: str, code: str | None) -> None:
    """Too small, too large, or more exact than can be."""
    with pytest.raises(Refusal) as refused:
        check_amount(amount, currency)

    assert (code, "amount") == (refused.value.error.get("code"), refused.value.error["param"])
    assert not refused.value.is_kept


@pytest.mark.parametrize(
    ("amount", "currency"), [(50, "jpy"), (50, "usd"), (30, "gbp"), (1000, "mxn"), (1010, "kwd")]
)
def test_amounts_that_can_be_charged(amount: int, currency: str) -> None:
    """The least of each."""
    check_amount(amount, currency)


@pytest.mark.parametrize(
    ("currency", "text"), [("jpy", "500 jpy"), ("usd", "5.00 usd"), ("kwd", "0.500 kwd")]
)
def test_what_an_amount_means(currency: str, text: str) -> None:
    """Yen have no smaller unit; some dinars have a thousand."""
    assert text == shown(500, currency)


def test_a_payment_is_refused_before_it_is_announced() -> None:
    """A wrong amount leaves nothing behind."""
    till = Till()
    error = till.refused("create_payment_intent", amount="49", currency="JPY")

    assert ("amount_too_small", "Amount must be at least 50 jpy") == (
        error["code"],
        error["message"],
    )
    assert {} == till.world.intents
