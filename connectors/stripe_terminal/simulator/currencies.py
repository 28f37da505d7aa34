"""What a currency allows. Amounts are in its smallest unit: a cent, or a whole yen.

Source: https://docs.stripe.com/currencies, the least amounts and the currencies without decimals.
"""

from connectors.stripe_terminal.simulator.refusal import Refusal

# fmt: off
ZERO_DECIMAL = frozenset((
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
    "xaf", "xof", "xpf",
))
# fmt: on
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])

_LEAST = {
    "aed": 200,
    "czk": 1500,
    "dkk": 250,
    "gbp": 30,
    "hkd": 400,
    "huf": 17_500,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "thb": 1000,
}
_LEAST_ELSE = 50  # half a dollar, euro or franc; fifty yen
_MOST = 99_999_999


def check_amount(amount: int, currency: str, *, param: str = "amount") -> None:
    """Refuse what cannot be charged.

    Raises:
        Refusal: It is too small, too large, or more exact than the card networks count.
    """
    least = _LEAST.get(currency, _LEAST_ELSE)
    if amount < least:
        raise Refusal(
            f"Amount must be at least {shown(least, currency)}",
            code="amount_too_small",
            param=param,
            is_kept=False,
        )
    if amount > _MOST:
        raise Refusal(
            f"Amount must be no more than {shown(_MOST, currency)}",
            code="amount_too_large",
            param=param,
            is_kept=False,
        )
    if currency in THREE_DECIMAL and amount % 10:
        raise Refusal("Invalid amount: it must be divisible by 10.", param=param, is_kept=False)


def shown(amount: int, currency: str) -> str:
    """An amount for people: `500 jpy`, `5.00 usd`."""
    decimals = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    return f"{amount / 10**decimals:.{decimals}f} {currency}"
