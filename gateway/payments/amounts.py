"""Which amounts can be taken or given at all. Pure: no I/O, no clock."""

from collections.abc import Callable
from typing import TypeAlias

from connectors.sdk.terminal import AmountRule
from gateway.payments import refusals
from schema.domain.money import Money
from schema.domain.payment import UserErrorRecord

AmountRules: TypeAlias = Callable[[str], AmountRule | None]
"""The provider's rule for the amounts of a currency; None where it takes no such money."""


def not_money(amount: Money, currency: str, path: tuple[str, ...]) -> UserErrorRecord | None:
    """Why it is no amount above zero of the currency."""
    if amount.currency != currency:
        return refusals.currency_mismatch(currency, path)
    return None if amount.minor > 0 else refusals.amount_invalid(path)


def not_chargeable(
    amount: Money, rule: AmountRule | None, path: tuple[str, ...]
) -> UserErrorRecord | None:
    """Why the provider would not take an amount above zero."""
    if rule is None:
        return refusals.currency_unsupported(amount.currency, path)
    if amount.minor < rule.least:
        return refusals.amount_too_small(Money(rule.least, amount.currency), path)
    if amount.minor > rule.most:
        return refusals.amount_too_large(Money(rule.most, amount.currency), path)
    if amount.minor % rule.step:
        return refusals.amount_fraction(Money(rule.step, amount.currency), path)
    return None
