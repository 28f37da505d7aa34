import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.domain.money import CurrencyMismatchError, Money, exponent

CURRENCIES = st.sampled_from(["JPY", "USD", "SGD", "KWD", "XXX"])


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("19.99", "USD", 1999),
        (Decimal("19.9"), "USD", 1990),
        ("1999", "JPY", 1999),
        ("1999.00", "JPY", 1999),
        (5, "SGD", 500),
        ("1.234", "KWD", 1234),
        ("-0.01", "USD", -1),
        ("0", "JPY", 0),
        ("1e3", "JPY", 1000),
        ("1." + "0" * 60, "USD", 100),
        ("9999999999999.99", "USD", 999999999999999),
    ],
)
def test_amounts_become_minor_units(amount: Decimal | str | int, currency: str, minor: int) -> None:
    """By the currency's own exponent; zeros behind the point are no fraction."""
    assert Money(minor, currency) == Money.of(amount, currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("0.5", "JPY"),
        ("1.999", "USD"),
        ("1.2345", "KWD"),
        ("1." + "0" * 60 + "1", "USD"),
        ("1e-999999", "USD"),
        ("1e999999", "USD"),
        ("-1e999999", "JPY"),
        ("0e999999", "USD"),
        ("1e16", "JPY"),
        ("9" * 5000, "USD"),
        ("NaN", "USD"),
        ("sNaN", "USD"),
        ("-Infinity", "USD"),
        ("", "USD"),
        ("12,50", "USD"),
        ("4242424242424242x", "USD"),
    ],
)
def test_what_is_no_amount_is_refused(amount: str, currency: str) -> None:
    """A fraction that the currency lacks is never rounded, and no message holds the value."""
    begun = time.perf_counter()
    with pytest.raises(ValueError, match=r".") as caught:
        Money.of(amount, currency)

    assert time.perf_counter() - begun < 0.1
    assert not amount or amount not in str(caught.value)


@given(st.integers(-(10**15), 10**15), CURRENCIES)
def test_an_amount_read_back_is_the_same(minor: int, currency: str) -> None:
    """With all the decimal places of its currency."""
    money = Money(minor, currency)

    assert money == Money.of(money.amount, currency) == Money.of(str(money.amount), currency)
    assert -exponent(currency) == money.amount.as_tuple().exponent


@given(st.integers(), st.integers(), CURRENCIES)
def test_sums_are_exact(one: int, other: int, currency: str) -> None:
    """However large."""
    assert Money(one + other, currency) == Money(one, currency) + Money(other, currency)
    assert Money(one - other, currency) == Money(one, currency) - Money(other, currency)


def test_currencies_do_not_mix() -> None:
    """Neither in sums nor in differences."""
    with pytest.raises(CurrencyMismatchError):
        Money(1, "JPY") + Money(1, "USD")
    with pytest.raises(CurrencyMismatchError):
        Money(1, "JPY") - Money(1, "USD")
