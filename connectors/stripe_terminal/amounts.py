"""Which amounts Stripe takes in which currency.

Source: https://docs.stripe.com/currencies, "Minimum and maximum charge amounts" and "Three-decimal
currencies". The page's table could not be read while this was written: the figures are those that
open projects keep of it (Automattic/jetpack, extensions/shared/currencies.js, for most), and where
they are wrong Stripe itself says `amount_too_small`.
"""

from connectors.sdk.terminal import AmountRule
from schema.domain.money import exponent

# In the smallest unit. A currency that is missing has a least amount that is not known here.
# fmt: off
_LEAST = {
    "AED": 200, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500, "DKK": 250, "EUR": 50,
    "GBP": 30, "HKD": 400, "HUF": 17_500, "INR": 50, "JPY": 50, "MXN": 1000, "MYR": 200,
    "NOK": 300, "NZD": 50, "PLN": 200, "RON": 200, "SEK": 300, "SGD": 50, "THB": 1000, "USD": 50,
}
# fmt: on
_MOST = 99_999_999  # eight digits, whatever the currency
# The card networks count the third decimal place in steps of ten.
_COARSE = {3: 10}
# Stripe counts these in other units than ISO 4217 does. No country with readers uses them.
_COUNTED_OTHERWISE = frozenset({"ISK", "MGA", "UGX", "UYI"})


def amount_rule(currency: str) -> AmountRule | None:
    """Which amounts of a currency are taken; None for a currency in which none is."""
    if currency in _COUNTED_OTHERWISE:
        return None
    return AmountRule(_LEAST.get(currency, 1), _MOST, _COARSE.get(exponent(currency), 1))
