"""Amounts of money."""

from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow

from msgspec import Struct

# ISO 4217 currencies whose smallest unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(
        (
            *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"),
            *("PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}

_DIGITS = 15  # more than any shop takes, and few enough that no number is dear to build
# A fraction too small for the precision is a fraction all the same: it is refused, not rounded.
_EXACT = Context(prec=28, traps=[Inexact, InvalidOperation, Overflow])


class CurrencyMismatchError(ValueError):
    """Two amounts of different currencies met."""


class FractionError(ValueError):
    """An amount has a fraction that its currency lacks."""


class Money(Struct, frozen=True):
    """An exact amount of one currency.

    `minor` counts the currency's smallest unit: 1999 is $19.99 in USD and ¥1,999 in JPY.
    `currency` is the ISO 4217 code, upper case.
    """

    minor: int
    currency: str

    @property
    def amount(self) -> Decimal:
        """The amount in the currency's main unit, with all its decimal places."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    @staticmethod
    def of(amount: Decimal | str | int, currency: str) -> "Money":
        """Read an amount given in the currency's main unit.

        Raises:
            FractionError: It has a fraction that the currency lacks.
            ValueError: It is no finite number, or too large. The message holds no value.
        """
        try:
            minor = Decimal(amount).scaleb(exponent(currency), _EXACT)
        except ArithmeticError as error:
            raise ValueError("not a decimal number of this size") from error
        if not minor.is_finite() or minor.adjusted() > _DIGITS:
            raise ValueError("not an amount of money")
        if minor != minor.to_integral_value():
            raise FractionError(f"{currency} has no such fraction")
        return Money(int(minor), currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency}")
        return other.minor


def exponent(currency: str) -> int:
    """How many decimal places the currency has (ISO 4217); 2 for a code not listed otherwise."""
    return _EXPONENTS.get(currency, 2)
