"""From a system's plain values to the types of our records. Pure: no I/O, no clock.

Each function makes a converter once, which is then called for every record. It is never given None,
and its complaint (a `ValueError`) says what was expected, without the value.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from connectors.sdk.contact import email_address, phone_number
from schema.domain.money import Money, exponent


class UnfitError(ValueError):
    """A value in another form; the message says what was expected."""


Convert = Callable[[Any], Any]

_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_DIGITS = re.compile(r"[0-9]{1,9}")
_SMALL = 10**9
_CURRENCY = re.compile(r"[A-Z]{3}")


def text(*, trim: bool) -> Convert:
    """A text; a whole number is its digits, and an empty text is None."""

    def convert(value: Any) -> str | None:
        if type(value) is int:
            return str(value)
        if not isinstance(value, str):
            raise UnfitError("expected text")
        return (value.strip() if trim else value) or None

    return convert


def email(value: Any) -> str | None:
    """An e-mail address; None for what is none."""
    if not isinstance(value, str):
        raise UnfitError("expected text")
    return email_address(value)


def phone(region: str) -> Convert:
    """A phone number in E.164; None for what cannot be dialled."""

    def convert(value: Any) -> str | None:
        if type(value) is int:
            value = str(value)
        if not isinstance(value, str):
            raise UnfitError("expected text")
        return phone_number(value, region=region)

    return convert


def fitting(pattern: str, convert: Convert) -> Convert:
    """The same, of texts and whole numbers that are written in one form."""
    fits = re.compile(pattern).fullmatch

    def checked(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise UnfitError("expected text")
        written = value.strip() if isinstance(value, str) else str(value)
        if written and not fits(written):
            raise UnfitError(f"expected what fits the pattern {pattern}")
        return convert(value)

    return checked


def ungrouped(separator: str, convert: Convert) -> Convert:
    """The same, of numbers whose digits may stand in groups of three."""
    between = re.escape(separator)
    groups = re.compile(rf"\s*[-+]?[0-9]{{1,3}}(?:{between}[0-9]{{3}})+(?:\.[0-9]+)?\s*")

    def plain(value: Any) -> Any:
        if isinstance(value, str) and separator in value:
            if not groups.fullmatch(value):
                raise UnfitError("expected groups of three digits")
            value = value.replace(separator, "")
        return convert(value)

    return plain


def whole(scale: int) -> Convert:
    """A whole number, of which the system leaves out so many decimal places."""
    unit: int = 10**scale

    def convert(value: Any) -> int | None:
        if type(value) is int and value % unit == 0:
            return value // unit
        number = decimal_number(value)
        if number is None:
            return None
        number = number.scaleb(-scale)
        if number != number.to_integral_value():
            raise UnfitError("expected a number of whole units")
        return int(number)

    return convert


def fraction(scale: int) -> Convert:
    """A number with decimals."""

    def convert(value: Any) -> Decimal | None:
        number = decimal_number(value)
        return None if number is None else number.scaleb(-scale)

    return convert


def real(scale: int) -> Convert:
    """A number such as a degree."""
    exact = fraction(scale)

    def convert(value: Any) -> float | None:
        number = exact(value)
        return None if number is None else float(number)

    return convert


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise UnfitError("expected true or false")
    return value


def currency(value: Any) -> str:
    """A code of ISO 4217."""
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value.strip()):
        raise UnfitError("expected a currency's code of three letters")
    return value.strip()


def amount(*, is_minor: bool) -> Callable[..., Money | None]:
    """An amount in a currency; of a list, the sum."""

    def convert(value: Any, code: str) -> Money | None:
        if type(value) is not list:
            return _amount(value, code, is_minor=is_minor)
        parts = [_amount(it, code, is_minor=is_minor) for it in value]
        return sum((it for it in parts if it is not None), start=Money(0, code))

    return convert


def _amount(value: Any, code: str, *, is_minor: bool) -> Money | None:
    # Most amounts are digits alone, and to build a decimal of them costs half of a record.
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if type(value) is int and abs(value) < _SMALL:
        return Money(value if is_minor else value * 10 ** exponent(code), code)
    number = decimal_number(value)
    if number is None:
        return None
    if not is_minor:
        return Money.of(number, code)
    if number != number.to_integral_value():
        raise UnfitError("expected a whole number of the smallest unit")
    return Money(int(number), code)


def decimal_number(value: Any) -> Decimal | None:
    """A number, however it is written; None for an empty text."""
    if isinstance(value, str):
        value = value.strip()
        if _NUMBER.fullmatch(value):
            return Decimal(value)
        if value:
            raise UnfitError("expected a number")
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise UnfitError("expected a number")
    # A float's shortest form is what the system wrote.
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise UnfitError("expected a number")
    return number
