"""Which amounts Stripe takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sdk.terminal import AmountRule
from connectors.stripe_terminal.amounts import amount_rule
from connectors.stripe_terminal.mapping import intent_state
from connectors.stripe_terminal.simulator.currencies import check_amount
from connectors.stripe_terminal.simulator.refusal import Refusal
from schema.domain.money import Money


@pytest.mark.parametrize(
    ("currency", "rule"),
    [
        ("JPY", AmountRule(50, 99_999_999)),
        ("GBP", AmountRule(30, 99_999_999)),
        ("KWD", AmountRule(1, 99_999_999, 10)),
        ("XOF", AmountRule(1, 99_999_999)),
        ("ISK", None),
        ("UGX", None),
    ],
)
def test_what_is_taken_of_a_currency(currency: str, rule: AmountRule | None) -> None:
    """A least amount where one is known, steps of ten for three decimals, no odd units."""
    assert rule == amount_rule(currency)


@pytest.mark.parametrize(
    "currency", ["JPY", "USD", "GBP", "EUR", "CZK", "DKK", "NOK", "SEK", "MYR", "PLN", "HKD", "MXN"]
)
def test_the_simulator_takes_what_the_rule_allows(currency: str) -> None:
    """And refuses the amounts just beyond its bounds."""
    rule = amount_rule(currency)
    assert rule is not None
    for amount in (rule.least, rule.most):
        check_amount(amount, currency.lower())

    for amount in (rule.least - 1, rule.most + 1):
        with pytest.raises(Refusal):
            check_amount(amount, currency.lower())


@given(
    st.integers(1, 99_999_999),
    st.sampled_from(["JPY", "KRW", "XOF", "USD", "SGD", "EUR", "BHD", "KWD", "TND"]),
)
def test_an_amount_is_the_same_for_a_till_for_us_and_at_stripe(minor: int, currency: str) -> None:
    """Written in the main unit, sent in Stripe's smallest, and read back from there."""
    money = Money(minor, currency)
    content = {
        "id": "pi_1",
        "object": "payment_intent",
        "status": "requires_capture",
        "amount": money.minor,
        "amount_capturable": money.minor,
        "amount_received": 0,
        "currency": currency.lower(),
        "payment_method_types": ["card_present"],
        "amount_details": {"tip": {"amount": money.minor}},
    }
    found = intent_state(content)

    assert {money} == {Money.of(str(money.amount), currency), found.amount, found.capturable}
    assert money == found.tip
